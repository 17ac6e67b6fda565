using Microsoft.Extensions.Logging;
using SsmSessions.Fuzzing.Runs;
using SsmSessions.Fuzzing.Wire;
using SsmSessions.Testing;

namespace SsmSessions.Tests.Hostile;

/// <summary>A server for tests that misuse it, and what it logs as failures of its own.</summary>
public class HostileServer : IAsyncLifetime
{
    private readonly FailureLog _failures = new();
    private TestServer? _server;

    public TestServer Server => _server!;

    /// <summary>Starts it, with limits of its own.</summary>
    public virtual async ValueTask InitializeAsync()
    {
        _server = await TestServer.StartAsync();
        Server.Service<ILoggerFactory>().AddProvider(_failures);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Server.DisposeAsync();
        var failures = _failures.Take();
        _failures.Dispose();
        Assert.Empty(failures);
    }

    /// <summary>Sends a request byte by byte as it is.</summary>
    internal async Task<HttpAnswer> SendAsync(byte[] request)
    {
        await using var connection = new HttpConnection(RawClient.AddressOf(Server));
        return await connection.SendAsync(request, RawClient.Late());
    }

    /// <summary>The service answers, whatever was done to it.</summary>
    internal async Task AssertAnswersAsync()
    {
        var (status, body) = await Server.CallAsync("DescribeSessions", """{"State":"Active"}""");
        Assert.Equal((System.Net.HttpStatusCode.OK, true), (status, body.StartsWith("{\"Sessions\":[", StringComparison.Ordinal)));
    }
}
