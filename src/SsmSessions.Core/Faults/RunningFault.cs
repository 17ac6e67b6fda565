namespace SsmSessions.Core.Faults;

/// <summary>A rule as this host runs it: how often it was met here, and what is not yet told to the store.</summary>
internal sealed class RunningFault(Fault fault)
{
    private readonly Lock _lock = new();
    private Random? _draws;
    private int _met;
    private long _untold;

    public Fault Fault => fault;

    /// <summary>True once its count is used up, here or elsewhere.</summary>
    public volatile bool IsUsedUp;

    /// <summary>It is met once more; true when it is its turn.</summary>
    public bool Meet()
    {
        lock (_lock)
        {
            if (_met < fault.Rule.Skip)
            {
                _met++;
                return false;
            }

            return fault.Rule.Probability is not { } share || (_draws ??= new Random(fault.Rule.Seed ?? 0)).NextDouble() < share;
        }
    }

    /// <summary>It happened, and the store is told later.</summary>
    public void Happened() => Interlocked.Increment(ref _untold);

    /// <summary>What the store is to be told now.</summary>
    public long TakeUntold() => Interlocked.Exchange(ref _untold, 0);

    /// <summary>What could not be told.</summary>
    public void PutBack(long untold) => Interlocked.Add(ref _untold, untold);
}
