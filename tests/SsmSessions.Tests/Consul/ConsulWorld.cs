using System.Net.Sockets;
using System.Text;
using SsmSessions.Core.Leases;
using SsmSessions.Core.Leases.Commands;
using SsmSessions.Server;
using SsmSessions.Testing;

namespace SsmSessions.Tests.Consul;

/// <summary>A server whose own node is <c>n1</c>, and a client that sends exactly what it is told.</summary>
public sealed class ConsulWorld : IAsyncDisposable, IAsyncLifetime
{
    /// <summary>The id of no session.</summary>
    public const string Nobody = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee";

    private TestServer? _server;

    public TestServer Server => _server!;

    public LeaseRegistry Registry => Server.Service<LeaseRegistry>();

    public static async Task<ConsulWorld> StartAsync(
        Action<SsmSessionsOptions>? configure = null, TimeProvider? time = null, TimeProvider? realTime = null)
    {
        var world = new ConsulWorld();
        await world.StartServerAsync(configure, time, realTime);
        return world;
    }

    public async ValueTask InitializeAsync() => await StartServerAsync(null, null, null);

    public Task RegisterAsync(string node, params string[] passing) => RegisterAsync(node, "", passing);

    /// <summary>Registers a node, or more checks of one that is there.</summary>
    public async Task RegisterAsync(string node, string id, string[] passing) => await Registry.ApplyAsync(
        new RegisterNode(node, Registry.Known.Nodes.ContainsKey(node) ? null : new CatalogNode { Name = node, Id = id, Address = "127.0.0.1" })
        {
            Checks = [.. passing.Select(check => new CatalogCheck { CheckId = check, Name = check, Status = CatalogCheck.Passing })],
        },
        CancellationToken.None);

    public Task<ConsulReply> GetAsync(string path, params string[] headers) => SendAsync("GET", path, null, headers);

    public Task<ConsulReply> PutAsync(string path, string body = "", params string[] headers) => SendAsync("PUT", path, Encoding.UTF8.GetBytes(body), headers);

    public Task<ConsulReply> DeleteAsync(string path, params string[] headers) => SendAsync("DELETE", path, null, headers);

    /// <summary>Creates a session and gives its id.</summary>
    public async Task<string> CreateAsync(string body = "")
    {
        var reply = await PutAsync("/v1/session/create", body);
        Assert.Equal(200, reply.Status);
        Assert.Matches("""^\{"ID":"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"\}$""", reply.Body);
        return reply.Body[7..^2];
    }

    /// <summary>Sends a request. A body is sent with its length, but for null.</summary>
    public async Task<ConsulReply> SendAsync(string method, string path, byte[]? body, params string[] headers)
    {
        var head = new StringBuilder($"{method} {path} HTTP/1.1\r\nHost: {Server.Url.Authority}\r\nConnection: close\r\n");
        foreach (var header in headers)
            head.Append(header).Append("\r\n");
        if (body is not null && !headers.Any(header => header.StartsWith("Transfer-Encoding", StringComparison.Ordinal)))
            head.Append($"Content-Length: {body.Length}\r\n");
        return ConsulReply.Parse(await ExchangeAsync([.. Encoding.Latin1.GetBytes(head.Append("\r\n").ToString()), .. body ?? []]));
    }

    public async ValueTask DisposeAsync() => await Server.DisposeAsync();

    private async Task<byte[]> ExchangeAsync(byte[] request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(Server.Url.Host, Server.Url.Port);
        await using var stream = client.GetStream();
        var writing = stream.WriteAsync(request).AsTask();
        using var answer = new MemoryStream();
        await stream.CopyToAsync(answer);
        await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return answer.ToArray();
    }

    private async Task StartServerAsync(Action<SsmSessionsOptions>? configure, TimeProvider? time, TimeProvider? realTime)
    {
        _server = await TestServer.StartAsync(
            time,
            realTime: realTime,
            configure: options =>
            {
                options.HostName = "n1";
                configure?.Invoke(options);
            });
    }
}
