namespace SsmSessions.Server.Consul;

/// <summary>
/// Keeps the last thing that was made from something immutable: thousands of watchers that wake by one change share what is made of the new
/// state. What it is made from is known by its reference.
/// </summary>
internal sealed class LastMade<T>
{
    private Made? _last;

    /// <summary>What is made of a source, at the first call; the others wait for it.</summary>
    /// <param name="source">What it is made from.</param>
    /// <param name="name">Which part or form of it.</param>
    /// <param name="make">Makes it.</param>
    public T Of(object source, string name, Func<T> make)
    {
        var last = Volatile.Read(ref _last);
        if (last is null || !last.Is(source, name))
        {
            var mine = new Made(source, name);
            var other = Interlocked.CompareExchange(ref _last, mine, last);
            last = other is not null && other.Is(source, name) ? other : mine;
        }

        return last.Get(make);
    }

    private sealed class Made(object source, string name)
    {
        private readonly Lock _lock = new();
        private T? _thing;
        private bool _isMade;

        public bool Is(object otherSource, string otherName) => ReferenceEquals(source, otherSource) && name == otherName;

        public T Get(Func<T> make)
        {
            lock (_lock)
            {
                if (!_isMade)
                    (_thing, _isMade) = (make(), true);
                return _thing!;
            }
        }
    }
}
