using SsmSessions.Core.Identity;

namespace SsmSessions.Server.Hosting;

/// <summary>Where no node can register, no node has a key.</summary>
internal sealed class UnregisteredNodes : INodeKeys
{
    public ValueTask<NodeKey?> FindAsync(string nodeId, CancellationToken cancellationToken) => default;
}
