using SsmSessions.Conformance.Tests.Consul;
using SsmSessions.Conformance.Tests.Consul.Linearizability;

namespace SsmSessions.Conformance.Tests.Crashes;

/// <summary>A key of Consul that many clients fight for, over several runs of the service.</summary>
/// <remarks>Between runs the key is read while nobody writes: what one run leaves the next begins with, and what a dead process did not answer
/// it does no more.</remarks>
internal sealed class LockHistory(IReadOnlyList<Uri> hosts, string key, int seed, bool deletes, Journal journal)
{
    private const int Clients = 6;
    private const int EndlessOperations = int.MaxValue;

    private readonly WriteStorm _storm = new(hosts, key, seed, Clients, deletes);
    private readonly List<Operation<KeyOperation>> _all = [];
    private IReadOnlyList<Operation<KeyOperation>> _last = [];
    private KeyState _before = KeyModel.Initial;

    /// <summary>How often a lock was acquired, as its holder was told.</summary>
    public int Acquisitions => _all.Count(operation => operation.What is KeyOperation.Acquire { Done: true });

    /// <summary>How many operations there were.</summary>
    public int Operations => _all.Count;

    /// <summary>Fights until it is over, or until there is no host any more.</summary>
    public async Task RunAsync(CancellationToken over)
    {
        _last = await _storm.RunAsync(EndlessOperations, over);
        _all.AddRange(_last);
    }

    /// <summary>Reads the key and the sessions, and looks whether one order explains the last run. Nobody else may be at the key.</summary>
    public async Task CheckAsync()
    {
        using var client = new ConsulClient(hosts);
        foreach (var session in _storm.Sessions)
        {
            if (await client.SessionAsync(session) is null)
                journal.Violations.Enqueue(new Violation(ViolationKind.Lost, $"the session {session} is not there"));
        }

        var read = await WriteStorm.ReadAsync(client, key);
        if (KeyModel.Explain([.. _last, read], before: _before) is { } unexplained)
            journal.Violations.Enqueue(new Violation(ViolationKind.Unexplained, unexplained));
        var version = ((KeyOperation.Read)read.What).Version;
        _before = version is null ? KeyModel.Initial : new KeyState(version.Value, version.Session, version.LockIndex, version.ModifyIndex);
        _last = [];
    }

    /// <summary>Looks at all runs for two who both knew that they held the lock.</summary>
    public void CheckHolders()
    {
        // Who deletes the key takes it from its holder, who is not told.
        if (deletes)
            return;
        foreach (var (first, second) in Holdings.Overlaps(_all))
            journal.Violations.Enqueue(new Violation(ViolationKind.HeldByTwo, $"{first} and {second}"));
    }
}
