using System.Net;
using Microsoft.Extensions.Logging;
using SsmSessions.Core;
using SsmSessions.Core.Access;
using SsmSessions.Core.Hosts;
using SsmSessions.Fuzzing.Runs;
using SsmSessions.Fuzzing.Wire;
using SsmSessions.Server;
using SsmSessions.Testing;

namespace SsmSessions.Fuzzing.Doors;

/// <summary>A door of a server in this process, on a loopback port of its own.</summary>
internal abstract class ServerDoor : Door
{
    private TestServer? _server;

    public override int Clients => 8;

    /// <summary>The server, once opened.</summary>
    protected TestServer Server => _server!;

    /// <summary>Where it listens.</summary>
    protected IPEndPoint Address => new(IPAddress.Loopback, Server.Url.Port);

    public override async Task OpenAsync(FailureLog failures)
    {
        _server = await TestServer.StartAsync(new AdjustableTimeProvider(TimeProvider.System), configure: Configure);
        Server.Service<ILoggerFactory>().AddProvider(failures);
        await ForgetAsync();
    }

    public override async Task ForgetAsync()
    {
        using var answer = await Server.Http.PostAsync(new Uri("/_ssm-sessions/reset", UriKind.Relative), content: null);
        if (answer.StatusCode != HttpStatusCode.NoContent)
            throw new FuzzFailure($"The service cannot forget: {answer.StatusCode}");
    }

    public override async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        await base.DisposeAsync();
    }

    protected virtual void Configure(SsmSessionsOptions options)
    {
        options.Nodes.Add(new HostedNode(HostedNode.Any, NodeKind.Echo));
        options.JustInTime = JustInTimeAccess.Auto;
    }
}

/// <summary>A door whose inputs are requests of HTTP/1.1, byte by byte.</summary>
internal abstract class HttpDoor : ServerDoor
{
    public override IDoorClient Connect() => new Client(this);

    /// <summary>What the protocol says of an answer.</summary>
    /// <exception cref="FuzzFailure">There may be no such answer.</exception>
    protected virtual string Judge(HttpAnswer answer) => answer.Status switch
    {
        // What HTTP itself says of a version that it has not.
        (int)HttpStatusCode.HttpVersionNotSupported => "505",
        >= 500 => throw new FuzzFailure($"answered {answer}"),
        _ => answer.Kind,
    };

    private sealed class Client(HttpDoor door) : IDoorClient
    {
        private readonly HttpConnection _connection = new(door.Address);

        public async ValueTask<string> SendAsync(byte[] input, CancellationToken late) => door.Judge(await _connection.SendAsync(input, late));

        public ValueTask DisposeAsync() => _connection.DisposeAsync();
    }
}
