using System.Threading.Channels;
using SsmSessions.Core.Leases.Log;
using SsmSessions.Core.Store;

namespace SsmSessions.Core.Leases;

/// <summary>The one who works on the replica: takes all commands and reads that wait, appends the commands in one entry, and answers. Where the
/// log is shared and no command was appended it looks first how long the log is.</summary>
internal sealed class LeaseWorker(LeaseReplica replica, LeaseLog log, bool isShared, TimeProvider realTime, Action<Exception> failed)
{
    private const int MostProposals = 256;
    private const int MostGuards = 4;
    private const int MostAttempts = 100;

    /// <summary>Cut and encoded it must fit into one transaction with one more command of the largest size.</summary>
    private const int MostBytes = 512 * 1024;

    private const long LeastBeforeSnapshot = 1024 * 1024;

    /// <summary>How long it waits at most before it tries again or goes on where hosts append at the same time, so that each gets its turn.</summary>
    private static readonly TimeSpan LongestCourtesy = TimeSpan.FromMilliseconds(5);

    /// <summary>How long another host counts as one that appends.</summary>
    private static readonly TimeSpan CourtesyFor = TimeSpan.FromSeconds(1);

    private readonly Channel<object> _queue = Channel.CreateUnbounded<object>(new UnboundedChannelOptions { SingleReader = true });
    /// <summary>Guarded commands that found no place in a batch: they wait, and hold up nothing that came after them.</summary>
    private readonly Queue<LeaseProposal> _guarded = new();

    private Task<WrittenSnapshot>? _snapshot;
    private long _lastForeign = realTime.GetTimestamp() - realTime.TimestampFrequency;

    /// <summary>Carries out a command.</summary>
    public Task<LeaseOutcome> ApplyAsync(LeaseProposal proposal)
    {
        Post(proposal);
        return proposal.Answer.Task;
    }

    /// <summary>Looks what other hosts did, and gives the state then.</summary>
    public Task<LeaseState> CatchUpAsync()
    {
        var read = new TaskCompletionSource<LeaseState>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(read);
        return read.Task;
    }

    /// <summary>Works until it is told to stop; what waits then fails.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var batch = new LeaseBatch();
        try
        {
            while (_guarded.Count > 0 || await _queue.Reader.WaitToReadAsync(stop))
            {
                batch = Take();
                await ServeAsync(batch, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            _queue.Writer.TryComplete();
        }

        var stopped = new StoreUnavailableException("The service is stopping.");
        batch.Fail(stopped);
        foreach (var guarded in _guarded)
            LeaseBatch.Of(guarded).Fail(stopped);
        while (_queue.Reader.TryRead(out var request))
            LeaseBatch.Of(request).Fail(stopped);
        if (_snapshot is not null)
            await ((Task)_snapshot).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private void Post(object request)
    {
        if (!_queue.Writer.TryWrite(request))
            LeaseBatch.Of(request).Fail(new StoreUnavailableException("The service is stopping."));
    }

    private LeaseBatch Take()
    {
        var batch = new LeaseBatch();
        while (batch.Guards < MostGuards && _guarded.TryDequeue(out var guarded))
            batch.Add(guarded);
        while (batch.Proposals.Count < MostProposals && batch.Bytes < MostBytes && _queue.Reader.TryRead(out var request))
        {
            if (batch.Guards == MostGuards && request is LeaseProposal { Guard: not null } late)
                _guarded.Enqueue(late);
            else
                batch.Add(request);
        }

        return batch;
    }

    private async Task ServeAsync(LeaseBatch batch, CancellationToken stop)
    {
        try
        {
            if (batch.Proposals.Count == 0)
                await LookAsync(stop);
            else
                await CommitAsync(batch, stop);
            batch.Answer(replica.State);
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !stop.IsCancellationRequested)
        {
            batch.Fail(failure);
        }

        if (batch.Proposals.Count > 0)
            await GiveWayAsync(stop);
        if (_snapshot is { IsCompletedSuccessfully: true } done && done.Result.Log == replica.Log)
            replica.HasSnapshot(done.Result.Bytes, done.Result.Covered);
        if (_snapshot is not { IsCompleted: false })
            _snapshot = replica.Bytes.Entries > Math.Max(LeastBeforeSnapshot, replica.Bytes.Snapshot) ? SnapshotAsync(stop) : null;
    }

    private async Task CommitAsync(LeaseBatch batch, CancellationToken stop)
    {
        for (var attempt = 0; attempt < MostAttempts; attempt++)
        {
            var version = replica.HeadVersion;
            switch (await replica.TryCommitAsync(batch.Proposals, stop))
            {
                case CommitResult.Done:
                    return;
                case CommitResult.NothingChanges when !(isShared || batch.HasReads) || !await LookAsync(stop):
                    return;
                case CommitResult.Refused when replica.HeadVersion == version:
                    batch.GiveUpGuarded();
                    break;
                case CommitResult.Refused:
                    _lastForeign = realTime.GetTimestamp();
                    await GiveWayAsync(stop);
                    break;
            }

            if (batch.Proposals.Count == 0)
                return;
        }

        throw new StoreUnavailableException("Other hosts write Consul's sessions all the time.");
    }

    private async Task<bool> LookAsync(CancellationToken stop)
    {
        var hasChanged = await replica.CatchUpAsync(stop);
        if (hasChanged)
            _lastForeign = realTime.GetTimestamp();
        return hasChanged;
    }

    private Task GiveWayAsync(CancellationToken stop) => isShared && realTime.GetElapsedTime(_lastForeign) < CourtesyFor
        ? Task.Delay(LongestCourtesy * Random.Shared.NextDouble(), realTime, stop)
        : Task.CompletedTask;

    /// <summary>Runs beside the work: the state that it writes does not change any more. When it fails, the next one covers it.</summary>
    private async Task<WrittenSnapshot> SnapshotAsync(CancellationToken stop)
    {
        var (state, logId, bytes) = (replica.State, replica.Log, replica.Bytes);
        try
        {
            var size = await log.WriteSnapshotAsync(logId, state, stop);
            return new WrittenSnapshot(logId, size > 0 ? size : bytes.Snapshot, bytes.Entries);
        }
        catch (Exception failure)
        {
            if (!stop.IsCancellationRequested)
                failed(failure);
            return new WrittenSnapshot(logId, bytes.Snapshot, bytes.Entries);
        }
    }

    /// <summary>A snapshot of a log: its size, and how many bytes of entries it covers.</summary>
    private readonly record struct WrittenSnapshot(long Log, long Bytes, long Covered);
}

/// <summary>Commands and reads that are served together.</summary>
internal sealed class LeaseBatch
{
    private readonly List<TaskCompletionSource<LeaseState>> _reads = [];

    /// <summary>The commands that are still to be carried out.</summary>
    public List<LeaseProposal> Proposals { get; } = [];

    /// <summary>About how large they are, bytes.</summary>
    public int Bytes { get; private set; }

    /// <summary>Whether somebody reads, or wants the log to be looked at.</summary>
    public bool HasReads => _reads.Count > 0;

    /// <summary>How many of them have a guard.</summary>
    public int Guards { get; private set; }

    public static LeaseBatch Of(object request)
    {
        var batch = new LeaseBatch();
        batch.Add(request);
        return batch;
    }

    public void Add(object request)
    {
        if (request is not LeaseProposal proposal)
        {
            _reads.Add((TaskCompletionSource<LeaseState>)request);
            return;
        }

        Proposals.Add(proposal);
        Bytes += proposal.Command.Size;
        Guards += proposal.Guard is null ? 0 : 1;
    }

    /// <summary>Answers all: the commands as they came out, the reads with the state.</summary>
    public void Answer(LeaseState state)
    {
        foreach (var proposal in Proposals)
            proposal.Answer.TrySetResult(proposal.Outcome);
        foreach (var read in _reads)
            read.TrySetResult(state);
    }

    /// <summary>Nothing moved, and still an append was refused: so a guard did not hold. Those who sent one look again.</summary>
    public void GiveUpGuarded()
    {
        foreach (var proposal in Proposals.Where(proposal => proposal.Guard is not null))
            proposal.Answer.TrySetResult(LeaseOutcome.Unchanged);
        Proposals.RemoveAll(proposal => proposal.Guard is not null);
    }

    public void Fail(Exception failure)
    {
        foreach (var proposal in Proposals)
            proposal.Answer.TrySetException(failure);
        foreach (var read in _reads)
            read.TrySetException(failure);
    }
}
