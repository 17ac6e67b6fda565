namespace SsmSessions.Core.Store;

/// <summary>A range of one partition, of the table itself or of an index.</summary>
/// <param name="Index">The index, or null for the table itself.</param>
/// <param name="Partition">The partition's key.</param>
public sealed record TableQuery(TableIndex? Index, string Partition)
{
    /// <summary>Lower bound of the sort key, inclusive; null is open.</summary>
    public string? From { get; init; }

    /// <summary>Upper bound of the sort key, exclusive; null is open.</summary>
    public string? To { get; init; }

    /// <summary>Largest sort key first. Sort keys are unique, so the next page begins with To = the last one seen.</summary>
    public bool Descending { get; init; }

    /// <summary>The most items to return, 1 to <see cref="TableLimits.QueryItems"/>.</summary>
    public int Limit { get; init; } = TableLimits.QueryItems;

    /// <summary>Sees every acknowledged write. Only for the table itself (Index null): an index is eventually consistent.</summary>
    public bool Consistent { get; init; }
}
