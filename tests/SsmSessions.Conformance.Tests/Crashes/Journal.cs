using System.Collections.Concurrent;

namespace SsmSessions.Conformance.Tests.Crashes;

/// <summary>What a load was told, and what follows from it for the state that the service must be in.</summary>
internal sealed class Journal
{
    private readonly ConcurrentDictionary<string, KnownSession> _sessions = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Register> _registers = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, byte> _unansweredStarts = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private readonly List<KnownSession> _active = [];
    private readonly List<(long Count, TaskCompletionSource Reached)> _marks = [];
    private volatile bool _isStopping;
    private long _acknowledged;
    private long _unanswered;
    private long _errors;

    /// <summary>The sessions whose ids somebody was told.</summary>
    public IReadOnlyDictionary<string, KnownSession> Sessions => (IReadOnlyDictionary<string, KnownSession>)_sessions;

    /// <summary>What holds one value at a time: documents, tags, settings, by a name.</summary>
    public IReadOnlyDictionary<string, Register> Registers => (IReadOnlyDictionary<string, Register>)_registers;

    /// <summary>How many writes were acknowledged.</summary>
    public long Acknowledged => Interlocked.Read(ref _acknowledged);

    /// <summary>How many writes got no answer, or an error that says nothing about them.</summary>
    public long Unanswered => Interlocked.Read(ref _unanswered);

    /// <summary>How many answers were an error of the service.</summary>
    public long Errors => Interlocked.Read(ref _errors);

    /// <summary>What contradicts what was told. Must stay empty.</summary>
    public ConcurrentQueue<Violation> Violations { get; } = [];

    /// <summary>The register of a name; empty at first.</summary>
    public Register Register(string name) => _registers.GetOrAdd(name, _ => new Register());

    /// <summary>Completes when so many more writes have been acknowledged.</summary>
    public Task WaitForAcknowledgedAsync(int more)
    {
        lock (_lock)
        {
            var mark = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _marks.Add((Acknowledged + more, mark));
            return mark.Task;
        }
    }

    /// <summary>A write was acknowledged.</summary>
    public void WasAcknowledged()
    {
        var count = Interlocked.Increment(ref _acknowledged);
        lock (_lock)
        {
            foreach (var (_, reached) in _marks.Where(mark => mark.Count <= count))
                reached.TrySetResult();
            _marks.RemoveAll(mark => mark.Count <= count);
        }
    }

    /// <summary>A write may have been carried out or not.</summary>
    public void WasNotAnswered() => Interlocked.Increment(ref _unanswered);

    /// <summary>The service answered that it could not.</summary>
    public void WasAnError() => Interlocked.Increment(ref _errors);

    /// <summary>The answer to StartSession was missing: there may be a session with this reason, whose id nobody knows.</summary>
    public void StartWasNotAnswered(string reason) => _unansweredStarts[reason] = 0;

    /// <summary>A session that was asked for without an answer is there. False when nobody asked for it, or it was found before.</summary>
    public bool Found(string id, string reason, bool hasEnded) =>
        _unansweredStarts.TryRemove(reason, out _) && Add(new KnownSession(id) { MayBeActive = !hasEnded, MayHaveEnded = hasEnded });

    /// <summary>A session whose id somebody was told.</summary>
    /// <param name="session">The session.</param>
    /// <param name="forAll">Whether others may end it.</param>
    public bool Add(KnownSession session, bool forAll = true)
    {
        if (!_sessions.TryAdd(session.Id, session))
            return false;
        lock (_lock)
        {
            if (forAll && session.MayBeActive)
                _active.Add(session);
        }

        return true;
    }

    /// <summary>Takes one of the sessions that nobody has tried to end yet, or null.</summary>
    public KnownSession? TakeActive(Random random)
    {
        lock (_lock)
        {
            if (_active.Count == 0)
                return null;
            var i = random.Next(_active.Count);
            var taken = _active[i];
            _active[i] = _active[^1];
            _active.RemoveAt(_active.Count - 1);
            return taken;
        }
    }

    /// <summary>One of the sessions that nobody has tried to end yet, or null.</summary>
    public KnownSession? AnyActive(Random random)
    {
        lock (_lock)
            return _active.Count == 0 ? null : _active[random.Next(_active.Count)];
    }

    /// <summary>What was done, and what was found to be wrong, in numbers.</summary>
    public string Describe()
    {
        int Wrong(params ViolationKind[] kinds) => Violations.Count(violation => kinds.Contains(violation.Kind));
        return FormattableString.Invariant(
            $"{Acknowledged} writes acknowledged, {Unanswered} not answered ({Errors} errors), {_sessions.Count} sessions ({_sessions.Values.Count(session => !session.MayBeActive)} ended): {Wrong(ViolationKind.Lost)} lost, {Wrong(ViolationKind.Revived, ViolationKind.Twice)} active again, {Wrong(ViolationKind.HeldByTwo, ViolationKind.Unexplained)} locks held by two, {Wrong(ViolationKind.Ended, ViolationKind.Phantom, ViolationKind.WrongAnswer)} other contradictions");
    }

    /// <summary>The process that carries channels was asked to stop, and ends the sessions that it carries.</summary>
    public void HostStops() => _isStopping = true;

    /// <summary>Whether a session may have ended without anybody's request.</summary>
    public bool MayEndByItself(KnownSession session) => session.IsCarried && _isStopping;

    /// <summary>The process that carried channels is gone: sessions whose node's end lived in it have ended.</summary>
    public void HostDied()
    {
        _isStopping = false;
        foreach (var session in _sessions.Values)
            session.CarrierDied();
    }
}

/// <summary>How an answer and the state contradict each other.</summary>
internal enum ViolationKind
{
    /// <summary>A write that was acknowledged is not there.</summary>
    Lost,

    /// <summary>What had ended is active.</summary>
    Revived,

    /// <summary>What nobody ended has ended.</summary>
    Ended,

    /// <summary>A session is listed twice.</summary>
    Twice,

    /// <summary>There is something that nobody asked for, or twice what was asked for once.</summary>
    Phantom,

    /// <summary>A lock was held by two.</summary>
    HeldByTwo,

    /// <summary>No order of what was done explains what a key said.</summary>
    Unexplained,

    /// <summary>An answer that should not be.</summary>
    WrongAnswer,
}

/// <summary>A contradiction, in words.</summary>
internal sealed record Violation(ViolationKind Kind, string What);
