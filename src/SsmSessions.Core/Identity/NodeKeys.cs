namespace SsmSessions.Core.Identity;

/// <summary>Where the public keys of registered nodes are found.</summary>
public interface INodeKeys
{
    /// <summary>The key of a node (<c>mi-…</c> or <c>i-…</c>), in whatever tenant it is registered; null when it is not.</summary>
    ValueTask<NodeKey?> FindAsync(string nodeId, CancellationToken cancellationToken);
}

/// <summary>A node's registered key.</summary>
/// <param name="Tenant">The account and region that the node belongs to.</param>
/// <param name="PublicKey">RSA, as DER SubjectPublicKeyInfo.</param>
public sealed record NodeKey(Tenant Tenant, ReadOnlyMemory<byte> PublicKey);
