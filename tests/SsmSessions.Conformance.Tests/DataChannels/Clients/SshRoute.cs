namespace SsmSessions.Conformance.Tests.DataChannels.Clients;

/// <summary>How ssh reaches a server through sessions.</summary>
/// <param name="Configuration">A line of ssh_config.</param>
/// <param name="Variables">Environment variables that it needs.</param>
/// <param name="Bridge">What it leads over, or null.</param>
public sealed record SshRoute(string Configuration, IReadOnlyDictionary<string, string> Variables, IAsyncDisposable? Bridge = null) : IAsyncDisposable
{
    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Bridge?.DisposeAsync() ?? default;
}
