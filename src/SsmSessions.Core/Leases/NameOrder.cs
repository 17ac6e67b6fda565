namespace SsmSessions.Core.Leases;

/// <summary>The order of names and ids of the catalog: that of their lower-case letters, so that they are compared without case and
/// <c>_node_maintenance</c> comes before <c>serfHealth</c>, as in Consul.</summary>
internal sealed class NameOrder : IComparer<string>
{
    public static NameOrder Instance { get; } = new();

    public int Compare(string? x, string? y) => KeyOrder.Instance.Compare(x?.ToLowerInvariant(), y?.ToLowerInvariant());

    /// <summary>True when two names are the same.</summary>
    public static bool Same(string? x, string? y) => Instance.Compare(x, y) == 0;
}
