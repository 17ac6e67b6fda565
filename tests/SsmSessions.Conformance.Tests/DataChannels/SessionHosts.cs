namespace SsmSessions.Conformance.Tests.DataChannels;

/// <summary>The hosts that the tests of one client share, each started on first use.</summary>
public sealed class SessionHosts : IAsyncDisposable
{
    private readonly Lazy<Task<SessionHost>> _open = new(SessionHost.StartAsync);
    private readonly Lazy<Task<SessionHost>> _behindProxy = new(SessionHost.StartBehindProxyAsync);

    /// <summary>The one that lets everybody in.</summary>
    public Task<SessionHost> OpenAsync() => _open.Value;

    /// <summary>The one whose data channels can be cut.</summary>
    public Task<SessionHost> BehindProxyAsync() => _behindProxy.Value;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var host in (Lazy<Task<SessionHost>>[])[_open, _behindProxy])
        {
            if (host is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
                await (await host.Value).DisposeAsync();
        }
    }
}
