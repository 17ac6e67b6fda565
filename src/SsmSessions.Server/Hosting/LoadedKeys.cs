using SsmSessions.Core.Store;

namespace SsmSessions.Server.Hosting;

/// <summary>The service's own secrets, read from the store once at the start.</summary>
internal sealed class LoadedKeys
{
    private byte[]? _pageTokens;
    private byte[]? _issuedCredentials;
    private byte[]? _peers;

    /// <summary>The key of page tokens, 32 bytes.</summary>
    public byte[] PageTokens => _pageTokens ?? throw NotOpen();

    /// <summary>The key of the credentials that the service issues, 32 bytes.</summary>
    public byte[] IssuedCredentials => _issuedCredentials ?? throw NotOpen();

    /// <summary>The key by which hosts on one table know each other, 32 bytes.</summary>
    public byte[] Peers => _peers ?? throw NotOpen();

    public async Task LoadAsync(ITable table, CancellationToken cancellationToken)
    {
        var keys = new ServiceKeys(table);
        _pageTokens = await keys.GetAsync("page-token", cancellationToken);
        _issuedCredentials = await keys.GetAsync(Core.Identity.IssuedCredentials.KeyName, cancellationToken);
        _peers = await keys.GetAsync("peer", cancellationToken);
    }

    private static InvalidOperationException NotOpen() => new("the store is not open yet");
}
