using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace SsmSessions.Core.Identity;

/// <summary>
/// Remembers about the last <paramref name="capacity"/> values that were asked for. Two generations: what is asked for lives in the
/// young one; when that is full it becomes the old one, and the former old one is forgotten.
/// </summary>
internal sealed class BoundedCache<TValue>(int capacity)
    where TValue : class
{
    private readonly Lock _turning = new();
    private volatile ConcurrentDictionary<string, TValue> _young = NewGeneration();
    private volatile ConcurrentDictionary<string, TValue> _old = NewGeneration();
    private int _youngCount;

    public bool TryGet(ReadOnlySpan<char> key, [NotNullWhen(true)] out TValue? value)
    {
        if (_young.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(key, out value))
            return true;
        if (!_old.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(key, out value))
            return false;
        Add(key.ToString(), value);
        return true;
    }

    public void Add(string key, TValue value)
    {
        var young = _young;
        if (!young.TryAdd(key, value) || Interlocked.Increment(ref _youngCount) < Math.Max(1, capacity / 2))
            return;
        lock (_turning)
        {
            if (!ReferenceEquals(young, _young))
                return;
            _old = young;
            _young = NewGeneration();
            _youngCount = 0;
        }
    }

    private static ConcurrentDictionary<string, TValue> NewGeneration() => new(StringComparer.Ordinal);
}
