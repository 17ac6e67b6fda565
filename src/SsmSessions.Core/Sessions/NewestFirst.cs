using SsmSessions.Core.Store;

namespace SsmSessions.Core.Sessions;

/// <summary>Reads several index partitions as one list in descending order of their sort key, a chunk at a time.</summary>
internal sealed class NewestFirst(
    ITable table, IReadOnlyList<(TableIndex Index, string Partition)> partitions, (string? From, string? To) bounds, int firstChunk)
{
    private const int LargestChunk = 256;

    private readonly Cursor[] _cursors = [.. partitions.Select(p => new Cursor(table, p.Index, p.Partition, bounds, firstChunk))];

    private Item? _current;

    /// <summary>The item that the last but one call of <see cref="NextAsync"/> returned.</summary>
    public Item? Previous { get; private set; }

    /// <summary>The next item, or null at the end.</summary>
    public async ValueTask<Item?> NextAsync(CancellationToken cancellationToken)
    {
        Cursor? newest = null;
        foreach (var cursor in _cursors)
        {
            if (await cursor.PeekAsync(cancellationToken) is { } item
                && (newest is null || string.CompareOrdinal(item.Indexes!.Sort, newest.Head!.Indexes!.Sort) > 0))
            {
                newest = cursor;
            }
        }

        Previous = _current;
        return _current = newest?.Take();
    }

    private sealed class Cursor(ITable table, TableIndex index, string partition, (string? From, string? To) bounds, int firstChunk)
    {
        private IReadOnlyList<Item> _chunk = [];
        private int _position;
        private int _nextChunk = firstChunk;
        private string? _to = bounds.To;
        private bool _exhausted;

        public Item? Head => _position < _chunk.Count ? _chunk[_position] : null;

        public async ValueTask<Item?> PeekAsync(CancellationToken cancellationToken)
        {
            if (_position < _chunk.Count || _exhausted)
                return Head;
            var query = new TableQuery(index, partition) { From = bounds.From, To = _to, Descending = true, Limit = _nextChunk };
            _chunk = await table.QueryAsync(query, cancellationToken);
            _position = 0;
            _exhausted = _chunk.Count < _nextChunk;
            if (_chunk.Count > 0)
                _to = _chunk[^1].Indexes!.Sort;
            _nextChunk = Math.Min(Math.Max(_nextChunk * 2, 32), LargestChunk);
            return Head;
        }

        public Item Take() => _chunk[_position++];
    }
}
