using System.Diagnostics.CodeAnalysis;

namespace SsmSessions.Conformance.Tests.Consul.Linearizability;

/// <summary>
/// Looks for an order of operations that explains every answer and in which none comes before one that had returned when it was called.
/// </summary>
/// <remarks>
/// The search of Wing and Gong ("Testing and verifying concurrent objects", 1993) which remembers where it was, as Lowe's does ("Testing
/// for linearizability", 2017). What changes nothing wherever it stands is put in the order as soon as it fits: no later place would be better.
/// </remarks>
/// <param name="apply">The state after an operation, or null where what was answered cannot be answered in the state before.</param>
/// <param name="changesNothing">Whether an operation leaves any state as it is.</param>
/// <param name="place">What is known of an operation's place among those that change something: a number, whether it is that number or an
/// earlier one, or null. It makes the search short.</param>
internal sealed class LinearizabilityChecker<TState, TOperation>(
    Func<TState, TOperation, TState?> apply, Func<TOperation, bool> changesNothing, Func<TOperation, (ulong Number, bool IsExact)?> place)
    where TState : struct, IEquatable<TState>
{
    /// <summary>More than a history that is right ever takes; one that is wrong is told by then to be too hard.</summary>
    private const int MostSteps = 300_000;

    /// <summary>Null when there is such an order; otherwise the operation at which the longest attempt ended.</summary>
    /// <exception cref="InvalidOperationException">It is too hard to tell.</exception>
    public Operation<TOperation>? FindImpossible(TState initial, IEnumerable<Operation<TOperation>> history)
    {
        var operations = history.OrderBy(operation => operation.Called).ToArray();
        var places = operations.Select(operation => place(operation.What)).ToArray();
        var byPlace = Enumerable.Range(0, operations.Length).Where(i => places[i] is not null).OrderBy(i => places[i]!.Value.Number).ToArray();
        var seen = new HashSet<(Placed, TState)>();
        var open = new Stack<(Placed, TState)>();
        open.Push((new Placed(operations.Length), initial));
        var longest = new Placed(operations.Length);
        while (open.TryPop(out var step))
        {
            var (placed, state) = (PlaceWhatChangesNothing(operations, step.Item1, step.Item2), step.Item2);
            if (!seen.Add((placed, state)))
                continue;
            if (seen.Count > MostSteps)
                throw new InvalidOperationException($"{operations.Length} operations, and no order found among {MostSteps}.");
            longest = placed.Count > longest.Count ? placed : longest;
            if (Next(operations, placed).All(i => operations[i].Returned is null))
                return null;

            // The last one in is tried first: what must be over soonest, and last of all what may not have happened.
            var earliest = byPlace.Where(i => !placed.Has(i)).Select(i => places[i]!.Value.Number).FirstOrDefault(ulong.MaxValue);
            foreach (var i in Next(operations, placed).OrderByDescending(i => operations[i].Returned ?? long.MaxValue))
            {
                if (places[i] is { IsExact: true } known && known.Number > earliest)
                    continue;
                if (apply(state, operations[i].What) is { } after && (operations[i].Returned is not null || !after.Equals(state)))
                    open.Push((placed.With(i), after));
            }
        }

        return Next(operations, longest).Select(i => operations[i]).MinBy(operation => operation.Returned ?? long.MaxValue);
    }

    private Placed PlaceWhatChangesNothing(Operation<TOperation>[] operations, Placed placed, TState state)
    {
        while (true)
        {
            var pure = Next(operations, placed).Where(i => changesNothing(operations[i].What) && apply(state, operations[i].What) is not null).ToArray();
            if (pure.Length == 0)
                return placed;
            placed = placed.With(pure);
        }
    }

    /// <summary>What may come next: not in the order yet, and called before any other of these had returned.</summary>
    private static IEnumerable<int> Next(Operation<TOperation>[] operations, Placed placed)
    {
        var soonest = long.MaxValue;
        for (var i = placed.First; i < operations.Length && operations[i].Called <= soonest; i++)
        {
            if (!placed.Has(i) && operations[i].Returned is { } returned)
                soonest = Math.Min(soonest, returned);
        }

        for (var i = placed.First; i < operations.Length && operations[i].Called <= soonest; i++)
        {
            if (!placed.Has(i))
                yield return i;
        }
    }

    /// <summary>Which operations are in the order already.</summary>
    [SuppressMessage("Design", "CA1036", Justification = "Compared for being equal only.")]
    private readonly struct Placed : IEquatable<Placed>
    {
        private readonly ulong[] _bits;

        public Placed(int operations)
            : this(new ulong[(operations + 63) / 64], count: 0)
        {
        }

        private Placed(ulong[] bits, int count)
        {
            _bits = bits;
            Count = count;
            var full = 0;
            while (full < bits.Length && bits[full] == ulong.MaxValue)
                full++;
            First = full * 64;
        }

        /// <summary>How many.</summary>
        public int Count { get; }

        /// <summary>All before this one are.</summary>
        public int First { get; }

        public bool Has(int operation) => (_bits[operation / 64] & (1UL << operation)) != 0;

        public Placed With(params ReadOnlySpan<int> operations)
        {
            var bits = (ulong[])_bits.Clone();
            foreach (var operation in operations)
                bits[operation / 64] |= 1UL << operation;
            return new Placed(bits, Count + operations.Length);
        }

        public bool Equals(Placed other) => _bits.AsSpan().SequenceEqual(other._bits);

        public override bool Equals(object? obj) => obj is Placed other && Equals(other);

        public override int GetHashCode()
        {
            var hash = new HashCode();
            foreach (var word in _bits)
                hash.Add(word);
            return hash.ToHashCode();
        }
    }
}
