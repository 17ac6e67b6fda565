using System.Diagnostics;

namespace SsmSessions.Node.Processes;

/// <summary>A process that this one has started: the leader of a session and process group of its own.</summary>
/// <remarks>An ended process keeps its number until it is reaped, so that no signal ever reaches a stranger
/// who got the number next.</remarks>
internal sealed class ChildProcess(int id)
{
    /// <summary>Stands for the exit code of a process that a signal ended, as the agent has it.</summary>
    public const int EndedBySignal = -1;

    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan KilledWithin = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly TaskCompletionSource<int> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _reaped;

    /// <summary>The process id, which is also the id of its group and session.</summary>
    public int Id => id;

    /// <summary>The exit code, when it has ended.</summary>
    public Task<int> Exited => _exited.Task;

    /// <summary>Sends a signal to its group.</summary>
    public void Signal(int signal) => SignalGroup(id, signal);

    /// <summary>Looks whether it has ended.</summary>
    public void Check()
    {
        lock (_lock)
        {
            if (!_reaped && !_exited.Task.IsCompleted && TryGetExitCode() is { } code)
                _exited.TrySetResult(code);
        }
    }

    /// <summary>Ends it and what else is in the two groups: asks first, and kills after the grace.</summary>
    /// <param name="foregroundGroup">The group that had its terminal, or 0.</param>
    /// <param name="grace">How long it may take to end by itself.</param>
    public async Task EndAsync(int foregroundGroup, TimeSpan grace)
    {
        int[] groups = foregroundGroup > 0 && foregroundGroup != id ? [id, foregroundGroup] : [id];
        foreach (var group in groups)
        {
            SignalGroup(group, Libc.SignalHangUp);
            SignalGroup(group, Libc.SignalTerminate);
        }

        var asked = Stopwatch.GetTimestamp();
        while (Array.Exists(groups, IsAlive) && Stopwatch.GetElapsedTime(asked) < grace)
            await Task.Delay(LookAgain);
        foreach (var group in groups)
            SignalGroup(group, Libc.SignalKill);
        try
        {
            await Exited.WaitAsync(KilledWithin);
        }
        catch (TimeoutException)
        {
            // It may not be killed (a program that became another user), or hangs in the kernel: nobody waits for that.
            return;
        }

        Reap();
    }

    /// <summary>Lets go of it when it has ended. What it left behind, as with nohup, lives on.</summary>
    public void Reap()
    {
        lock (_lock)
        {
            if (_reaped)
                return;
            _reaped = true;
            unsafe
            {
                int status;
                _ = Libc.WaitPid(id, &status, Libc.WaitNoHang);
            }
        }

        ChildExits.Forget(this);
    }

    /// <summary>Of its own group the leader alone counts: until it is reaped the group has a member.</summary>
    private bool IsAlive(int group) => group == id ? !Exited.IsCompleted : Libc.Kill(-group, 0) == 0;

    private void SignalGroup(int group, int signal)
    {
        lock (_lock)
        {
            // A group other than its own is signalled only while it is known to be of this session, or to have lost its leader.
            if (!_reaped && (group == id || Libc.SessionOf(group) is var session && (session == id || session == -1)))
                _ = Libc.Kill(-group, signal);
        }
    }

    /// <summary>The exit code, or null while it runs. The process stays a zombie.</summary>
    private unsafe int? TryGetExitCode()
    {
        const int SigInfoBytes = 128;
        const int CodeOffset = 8;
        var pidOffset = nint.Size == 8 ? 16 : 12;
        var information = stackalloc byte[SigInfoBytes];
        new Span<byte>(information, SigInfoBytes).Clear();
        if (Libc.WaitId(Libc.WaitForPid, id, information, Libc.WaitExited | Libc.WaitNoHang | Libc.WaitLeaveWaitable) != 0)
            return EndedBySignal;
        if (*(int*)(information + pidOffset) == 0)
            return null;
        return *(int*)(information + CodeOffset) == Libc.ChildExited ? *(int*)(information + pidOffset + 8) : EndedBySignal;
    }
}
