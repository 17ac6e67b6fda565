using SsmSessions.Core.Leases.Log;
using SsmSessions.Core.Store;

namespace SsmSessions.Core.Leases;

/// <summary>This host's copy of the state, and the one who changes it. Not for several callers at once; <see cref="State"/> may be read by
/// anybody.</summary>
/// <param name="log">The log.</param>
/// <param name="time">The service's clock.</param>
/// <param name="changed">Told of every new state and of what changed in it; null is everything.</param>
internal sealed class LeaseReplica(LeaseLog log, TimeProvider time, Action<LeaseState, IReadOnlyList<LeaseTopic>?> changed)
{
    private const int MostReloads = 10;

    private volatile LeaseState _state = LeaseState.Empty;
    private LogHead? _head;

    /// <summary>The state as this host knows it.</summary>
    public LeaseState State => _state;

    /// <summary>The version of the log's head item as this host knows it; 0 for none.</summary>
    public long HeadVersion => _head?.ItemVersion ?? 0;

    /// <summary>Which log it is; 0 for none.</summary>
    public long Log => _head?.Log ?? 0;

    /// <summary>The bytes of the last snapshot, and of the entries since.</summary>
    public (long Snapshot, long Entries) Bytes { get; private set; }

    /// <summary>Carries commands out and appends those that change something.</summary>
    /// <param name="proposals">The commands; their outcomes are set.</param>
    /// <param name="cancellationToken">Gives up waiting for the store.</param>
    /// <returns>What became of it.</returns>
    /// <exception cref="StoreUnavailableException">The store did not answer: they may be in the log or not.</exception>
    public async Task<CommitResult> TryCommitAsync(IReadOnlyList<LeaseProposal> proposals, CancellationToken cancellationToken)
    {
        var (state, effective, touched) = (_state, new List<LeaseProposal>(), new List<LeaseTopic>());
        var now = time.GetUtcNow();
        foreach (var proposal in proposals)
        {
            var step = new LeaseStep(state, state.Index + 1, now);
            var outcome = proposal.Command.Apply(step);
            if (step.Touched.Count > 0)
            {
                state = step.State;
                effective.Add(proposal);
                touched.AddRange(step.Touched);
            }

            proposal.Outcome = outcome with { State = state };
        }

        if (effective.Count == 0)
            return CommitResult.NothingChanges;
        var entry = new LogEntry(LogEntry.CurrentVersion, Guid.NewGuid(), state.Time, [.. effective.Select(proposal => proposal.Command)]);
        var guards = effective.Where(proposal => proposal.Guard is not null).Select(proposal => proposal.Guard!).ToArray();
        bool isDone;
        try
        {
            var appended = await log.TryAppendAsync(_head, entry, guards, cancellationToken);
            isDone = appended is not null;
            if (appended is var (head, bytes))
                Advance(state, head, bytes, touched);
        }
        catch (StoreUnavailableException)
        {
            // It may have been done all the same: the log knows.
            if (!await IsInLogAsync(entry, effective, cancellationToken))
                throw;
            isDone = true;
        }

        return isDone || await IsInLogAsync(entry, effective, cancellationToken) ? CommitResult.Done : CommitResult.Refused;
    }

    /// <summary>Learns what other hosts did.</summary>
    /// <returns>True when there was something.</returns>
    /// <exception cref="StoreUnavailableException">The store did not answer.</exception>
    public async Task<bool> CatchUpAsync(CancellationToken cancellationToken) => (await ReadOnAsync(cancellationToken)).HasChanged;

    /// <summary>Looks whether an entry of ours was appended although nobody said so.</summary>
    private async Task<bool> IsInLogAsync(LogEntry mine, List<LeaseProposal> proposals, CancellationToken cancellationToken)
    {
        var (_, outcomes) = await ReadOnAsync(cancellationToken, mine.Proposal);
        if (outcomes is null)
            return false;
        for (var i = 0; i < proposals.Count; i++)
            proposals[i].Outcome = outcomes[i];
        return true;
    }

    private async Task<(bool HasChanged, LeaseOutcome[]? Mine)> ReadOnAsync(CancellationToken cancellationToken, Guid? mine = null)
    {
        var head = await log.ReadHeadAsync(cancellationToken);
        if (head == _head)
            return (false, null);
        LeaseOutcome[]? outcomes = null;
        if (head is { } end && _head is { } known && end.Log == known.Log && end.Next > known.Next)
        {
            foreach (var entry in await log.ReadEntriesAsync(end, known.Next, cancellationToken))
            {
                var (state, touched, given) = CarryOut(_state, entry);
                if (entry.Proposal == mine)
                    outcomes = given;
                Advance(state, known with { Next = state.Index + 1 }, bytes: entry.Commands.Sum(command => command.Size), touched);
            }
        }

        if (_head != head)
            await ReloadAsync(cancellationToken);
        return (true, outcomes);
    }

    /// <summary>Begins anew with the last snapshot: at the start, after a reset, or when this host is so far behind that entries it lacks
    /// are gone. What is read may be replaced meanwhile; then it is read again.</summary>
    private async Task ReloadAsync(CancellationToken cancellationToken)
    {
        for (var i = 0; i < MostReloads; i++)
        {
            var head = await log.ReadHeadAsync(cancellationToken);
            var (state, snapshotBytes) = (LeaseState.Empty, 0L);
            var entryBytes = 0L;
            if (head is { } end)
            {
                if (await log.ReadSnapshotAsync(end, cancellationToken) is var (read, size))
                    (state, snapshotBytes) = (read, size);
                foreach (var entry in await log.ReadEntriesAsync(end, state.Index + 1, cancellationToken))
                {
                    (state, _, _) = CarryOut(state, entry);
                    entryBytes += entry.Commands.Sum(command => command.Size);
                }

                if (state.Index + 1 != end.Next)
                    continue;
            }

            (_state, _head, Bytes) = (state, head, (snapshotBytes, entryBytes));
            changed(state, null);
            return;
        }

        throw new StoreUnavailableException("The log of Consul's sessions changes faster than it can be read.");
    }

    private void Advance(LeaseState state, LogHead head, int bytes, IReadOnlyList<LeaseTopic> touched)
    {
        (_state, _head, Bytes) = (state, head, (Bytes.Snapshot, Bytes.Entries + bytes));
        changed(state, touched);
    }

    /// <summary>Says that entries were put into a snapshot.</summary>
    public void HasSnapshot(long bytes, long entriesCovered) => Bytes = (bytes, Math.Max(0, Bytes.Entries - entriesCovered));

    private static (LeaseState State, List<LeaseTopic> Touched, LeaseOutcome[] Outcomes) CarryOut(LeaseState state, LogEntry entry)
    {
        var touched = new List<LeaseTopic>();
        var outcomes = new LeaseOutcome[entry.Commands.Length];
        for (var i = 0; i < outcomes.Length; i++)
        {
            var step = new LeaseStep(state, state.Index + 1, entry.Time);
            outcomes[i] = entry.Commands[i].Apply(step) with { State = step.State };
            state = step.State;
            touched.AddRange(step.Touched);
        }

        return (state, touched, outcomes);
    }
}

/// <summary>A command that waits to be carried out.</summary>
/// <param name="Command">The command.</param>
/// <param name="Guard">A write that goes with it, and on whose condition it depends; null for none.</param>
internal sealed record LeaseProposal(LeaseCommand Command, TableWrite? Guard = null)
{
    /// <summary>Completes when it was carried out.</summary>
    public TaskCompletionSource<LeaseOutcome> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What became of it, when it is in the log.</summary>
    public LeaseOutcome Outcome { get; set; } = LeaseOutcome.Unchanged;
}

/// <summary>What became of an attempt to append.</summary>
internal enum CommitResult
{
    /// <summary>It is in the log.</summary>
    Done,

    /// <summary>None of the commands changes anything, as this host knows the state.</summary>
    NothingChanges,

    /// <summary>Others were quicker, or a guard did not hold; this host has caught up.</summary>
    Refused,
}
