using System.Globalization;
using System.Text.Json;
using SsmSessions.Core.Identity;
using SsmSessions.Core.Store;

namespace SsmSessions.Core.Leases.Log;

/// <summary>
/// The log of commands in the table. An entry is one transaction on the condition that the head is as it was read, so that of two hosts that
/// append at once one is refused; snapshots bound how much is read at a start, and what they cover is deleted.
/// </summary>
internal sealed class LeaseLog(ITable table, Tenant tenant)
{
    /// <summary>Entries that a snapshot covers and that stay for a while, for hosts that are a little behind.</summary>
    private const ulong Kept = 1_024;

    private const int PiecesAtOnce = 40;
    private const int WritesAtOnce = 10;

    private readonly string _partition = PartitionOf(tenant);

    /// <summary>The partition of a tenant's log.</summary>
    public static string PartitionOf(Tenant tenant) => $"leases/{tenant}";

    /// <summary>The item of the head, to wait for its change.</summary>
    public ItemKey HeadKey => new(_partition, "head");

    /// <summary>The item that says when a lease was last renewed.</summary>
    public ItemKey RenewalKey(string leaseId) => new(_partition, "renewal/" + leaseId);

    private ItemKey SnapshotKey => new(_partition, "snapshot");

    /// <summary>Where the log ends now, or null when there is none.</summary>
    public async Task<LogHead?> ReadHeadAsync(CancellationToken cancellationToken)
    {
        if (await table.GetAsync(HeadKey, consistent: true, cancellationToken) is not { } item)
            return null;
        var record = Read(item, LeaseJson.Default.LogHeadRecord);
        CheckVersion(record.Version);
        return new LogHead(record.Log, record.Next);
    }

    /// <summary>Appends an entry at the head's index.</summary>
    /// <param name="head">Where the log ended when the commands were looked at; null for a log that is not there.</param>
    /// <param name="entry">What is appended, and the first of a new log when there is none.</param>
    /// <param name="guards">What must hold besides, and is written with it.</param>
    /// <param name="cancellationToken">Gives up waiting for the store.</param>
    /// <returns>The new head and the bytes of the entry; null when the head was another, or a guard did not hold.</returns>
    /// <exception cref="StoreUnavailableException">The store did not answer: the entry may be there or not.</exception>
    public async Task<(LogHead Head, int Bytes)?> TryAppendAsync(
        LogHead? head, LogEntry entry, IReadOnlyList<TableWrite> guards, CancellationToken cancellationToken)
    {
        var at = head ?? LogHead.Create();
        var next = at with { Next = at.Next + (ulong)entry.Commands.Length };
        var text = JsonSerializer.SerializeToUtf8Bytes(entry, LeaseJson.Default.LogEntry);
        var pieces = Pieces.Cut(text);
        List<TableWrite> writes =
        [
            TableWrite.Put(ItemOf(next), head is null ? Precondition.Absent : Precondition.VersionIs(at.ItemVersion)),
            .. pieces.Select((piece, i) => TableWrite.Put(new Item(new ItemKey(_partition, EntrySort(at.Log, at.Next, i, pieces.Count)), piece))),
            .. guards,
        ];
        return await table.WriteAsync(writes, cancellationToken) ? (next, text.Length) : null;
    }

    /// <summary>The entries from an index to the head in their order, up to the first that is no longer there whole: a snapshot covers it.</summary>
    public async Task<IReadOnlyList<LogEntry>> ReadEntriesAsync(LogHead head, ulong from, CancellationToken cancellationToken)
    {
        var entries = new List<LogEntry>();
        var begun = new MemoryStream();
        var (next, nextPiece) = (from, 0);
        await foreach (var item in ItemsAsync(EntrySort(head.Log, from), EntrySort(head.Log, head.Next), cancellationToken))
        {
            var (index, piece, pieces) = ReadEntrySort(item.Key.Sort);
            if (index != next || piece != nextPiece)
                break;
            begun.Write(item.Body.Span);
            nextPiece++;
            if (nextPiece < pieces)
                continue;
            var entry = JsonSerializer.Deserialize(begun.ToArray(), LeaseJson.Default.LogEntry)!;
            CheckVersion(entry.Version);
            entries.Add(entry with { Index = index });
            (next, nextPiece) = (index + (ulong)entry.Commands.Length, 0);
            begun.SetLength(0);
        }

        return entries;
    }

    /// <summary>The state of the last snapshot of this log, and its size in bytes; null when there is none, or not all of it any more.</summary>
    public async Task<(LeaseState State, long Bytes)?> ReadSnapshotAsync(LogHead head, CancellationToken cancellationToken)
    {
        if (await table.GetAsync(SnapshotKey, consistent: true, cancellationToken) is not { } item)
            return null;
        var record = Read(item, LeaseJson.Default.SnapshotRecord);
        CheckVersion(record.Version);
        if (record.Log != head.Log)
            return null;
        var (from, to) = (SnapshotSort(record.Log, record.Index, 0), SnapshotSort(record.Log, record.Index, record.Pieces));
        var pieces = 0;
        var state = await Snapshot.ReadAsync(Pieces.LinesAsync(BodiesAsync()));
        return pieces == record.Pieces ? (state, record.Bytes) : null;

        async IAsyncEnumerable<ReadOnlyMemory<byte>> BodiesAsync()
        {
            await foreach (var piece in ItemsAsync(from, to, cancellationToken))
            {
                // Without those before it a piece is no text.
                if (piece.Key.Sort != SnapshotSort(record.Log, record.Index, pieces))
                    yield break;
                pieces++;
                yield return piece.Body;
            }
        }
    }

    /// <summary>Stores a snapshot, and deletes what it makes superfluous. Nothing is lost when it ends half way. One that is older than what is
    /// there, or of a log that is no longer there, is not stored.</summary>
    /// <returns>Its size, bytes.</returns>
    public async Task<long> WriteSnapshotAsync(long log, LeaseState state, CancellationToken cancellationToken)
    {
        var before = await table.GetAsync(SnapshotKey, consistent: true, cancellationToken);
        if ((before is not null && Read(before, LeaseJson.Default.SnapshotRecord) is { } stored && stored.Log == log && stored.Index >= state.Index)
            || (await ReadHeadAsync(cancellationToken))?.Log != log)
        {
            return 0;
        }

        var (pieces, bytes) = await WritePiecesAsync(log, state, cancellationToken);
        var record = new SnapshotRecord(LogEntry.CurrentVersion, log, state.Index, pieces, bytes);
        var item = new Item(SnapshotKey, JsonSerializer.SerializeToUtf8Bytes(record, LeaseJson.Default.SnapshotRecord))
        {
            // No two snapshots have the same, be they of different logs.
            Version = log + (long)state.Index,
        };
        if (!await table.WriteAsync(TableWrite.Put(item, Attempts.IsStill(before)), cancellationToken))
            return bytes;
        await DeleteAsync(SnapshotSort(log, 0, 0), SnapshotSort(log, state.Index, 0), _ => true, cancellationToken);
        if (state.Index > Kept)
            await DeleteAsync(EntrySort(log, 0), EntrySort(log, state.Index - Kept), _ => true, cancellationToken);
        return bytes;
    }

    /// <summary>Begins a new log that is empty, whatever there was, and deletes the old one.</summary>
    public async Task ResetAsync(CancellationToken cancellationToken)
    {
        var head = LogHead.Create();
        await table.WriteAsync(TableWrite.Put(ItemOf(head)), cancellationToken);
        await DeleteAsync("log/", "log0", key => !key.StartsWith(EntrySort(head.Log), StringComparison.Ordinal), cancellationToken);
        await DeleteAsync("renewal/", "renewal0", _ => true, cancellationToken);
        if (await table.GetAsync(SnapshotKey, consistent: true, cancellationToken) is { } item && Read(item, LeaseJson.Default.SnapshotRecord).Log != head.Log)
            await table.WriteAsync(TableWrite.Delete(SnapshotKey, Precondition.VersionIs(item.Version)), cancellationToken);
        await DeleteAsync("snapshot/", "snapshot0", key => !key.StartsWith(SnapshotSort(head.Log), StringComparison.Ordinal), cancellationToken);
    }

    private Item ItemOf(LogHead head) => new(
        HeadKey, JsonSerializer.SerializeToUtf8Bytes(new LogHeadRecord(LogEntry.CurrentVersion, head.Log, head.Next), LeaseJson.Default.LogHeadRecord))
    {
        Version = head.ItemVersion,
    };

    private async Task<(int Pieces, long Bytes)> WritePiecesAsync(long log, LeaseState state, CancellationToken cancellationToken)
    {
        var (count, bytes) = (0, 0L);
        var piece = new MemoryStream();
        foreach (var line in Snapshot.Write(state))
        {
            piece.Write(line);
            piece.WriteByte((byte)'\n');
            if (piece.Length >= Pieces.MostBytes)
                await FlushAsync();
        }

        await FlushAsync();
        return (count, bytes);

        async Task FlushAsync()
        {
            if (piece.Length == 0)
                return;
            Item[] items = [.. Pieces.Cut(piece.ToArray()).Select(cut => new Item(new ItemKey(_partition, SnapshotSort(log, state.Index, count++)), cut))];
            await table.PutManyAsync(items, cancellationToken);
            bytes += piece.Length;
            piece.SetLength(0);
        }
    }

    private async Task DeleteAsync(string from, string to, Func<string, bool> isMeant, CancellationToken cancellationToken)
    {
        await foreach (var chunk in ItemsAsync(from, to, cancellationToken).Where(item => isMeant(item.Key.Sort)).Chunk(WritesAtOnce))
            await Task.WhenAll(chunk.Select(item => table.WriteAsync(TableWrite.Delete(item.Key), cancellationToken)));
    }

    /// <summary>The items of a range, a few at a time: each may be large.</summary>
    private IAsyncEnumerable<Item> ItemsAsync(string from, string to, CancellationToken cancellationToken) => table.ReadAllAsync(
        new TableQuery(null, _partition) { From = from, To = to, Limit = PiecesAtOnce, Consistent = true }, cancellationToken);

    private static T Read<T>(Item item, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type) =>
        JsonSerializer.Deserialize(item.Body.Span, type) ?? throw new InvalidDataException($"{item.Key} has no body");

    private static void CheckVersion(int version)
    {
        if (version > LogEntry.CurrentVersion)
            throw new StoreUnusableException("the Consul log in the store was written by a newer version of this service");
    }

    /// <summary>Hexadecimal with leading zeros, so that the order of the texts is that of the numbers.</summary>
    private static string EntrySort(long log) => string.Create(CultureInfo.InvariantCulture, $"log/{log:x16}/");

    private static string EntrySort(long log, ulong index) => string.Create(CultureInfo.InvariantCulture, $"{EntrySort(log)}{index:x16}");

    private static string EntrySort(long log, ulong index, int piece, int pieces) =>
        string.Create(CultureInfo.InvariantCulture, $"{EntrySort(log, index)}/{piece:x4}/{pieces:x4}");

    private static (ulong Index, int Piece, int Pieces) ReadEntrySort(string sort)
    {
        var parts = sort.Split('/');
        int Number(int part) => int.Parse(parts[part], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return (ulong.Parse(parts[2], NumberStyles.HexNumber, CultureInfo.InvariantCulture), Number(3), Number(4));
    }

    private static string SnapshotSort(long log) => string.Create(CultureInfo.InvariantCulture, $"snapshot/{log:x16}/");

    private static string SnapshotSort(long log, ulong index, int piece) =>
        string.Create(CultureInfo.InvariantCulture, $"{SnapshotSort(log)}{index:x16}/{piece:x8}");
}

/// <summary>The stored form of <see cref="LogHead"/>.</summary>
internal sealed record LogHeadRecord(int Version, long Log, ulong Next);

/// <summary>Which snapshot holds.</summary>
internal sealed record SnapshotRecord(int Version, long Log, ulong Index, int Pieces, long Bytes);
