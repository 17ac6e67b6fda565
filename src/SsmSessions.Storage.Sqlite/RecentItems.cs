using SsmSessions.Core.Store;

namespace SsmSessions.Storage.Sqlite;

/// <summary>
/// Items as indexes show them, by the stamp of their row: a row with a known stamp holds what it held. A place for each stamp's last
/// bits, and the one that came last keeps it.
/// </summary>
internal sealed class RecentItems
{
    private const int Places = 16_384;

    private readonly Entry?[] _entries = new Entry?[Places];

    public Item? Find(long stamp) => _entries[stamp & (Places - 1)] is { } entry && entry.Stamp == stamp ? entry.Item : null;

    public void Add(long stamp, Item item) => _entries[stamp & (Places - 1)] = new Entry(stamp, item);

    private sealed record Entry(long Stamp, Item Item);
}
