using SsmSessions.Testing;

namespace SsmSessions.Tests.AwsJson.BadRequests;

/// <summary>One server without credentials for all tests of a class: what is refused changes nothing.</summary>
public sealed class OpenServer : IAsyncLifetime
{
    private TestServer? _server;

    internal TestServer Server => _server ?? throw new InvalidOperationException("The server is not started.");

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync();

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    internal Task<WireAnswer> SendAsync(WireRequest request) => request.SendAsync(Server.Http);
}
