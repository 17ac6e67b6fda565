namespace SsmSessions.Node.Processes;

/// <summary>Moves bytes between a child and its data channel, in one thread that polls. While the channel has no room the child is not
/// read, so that it stops by itself; what is typed reaches it all the same.</summary>
internal sealed class ProcessPump : IAsyncDisposable
{
    private const int StackBytes = 512 * 1024;

    private readonly OutputSource[] _sources;
    private readonly Task[] _sending;
    private readonly TerminalInput? _input;
    private readonly WakeEvent _wake;
    private readonly Action _release;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _expectsNoMore;

    /// <param name="sources">What is read.</param>
    /// <param name="input">What is typed into the terminal that is the only source; null without one.</param>
    /// <param name="wake">Wakes the thread; disposed at its end.</param>
    /// <param name="release">Closes the descriptors; called at the end of the thread.</param>
    public ProcessPump(OutputSource[] sources, TerminalInput? input, WakeEvent wake, Action release)
    {
        _sources = sources;
        _sending = [.. sources.Select(_ => Task.CompletedTask)];
        _input = input;
        _wake = wake;
        _release = release;
        new Thread(Run, StackBytes) { IsBackground = true, Name = "session" }.Start();
    }

    /// <summary>Completes when all is read and handed to the channel, or the pump was stopped, and the descriptors are closed.</summary>
    public Task Ended => _ended.Task;

    /// <summary>What is there is still read, what comes later is not.</summary>
    public void ExpectNoMore()
    {
        _expectsNoMore = true;
        _wake.Set();
    }

    /// <summary>Ends the pump without reading more.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _wake.Set();
        await Ended.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private void Run()
    {
        try
        {
            while (!_stop.IsCancellationRequested && !HasAll())
            {
                if (!MoveAll())
                    Poll();
            }

            Release();
            _ended.SetResult();
        }
        catch (Exception failure)
        {
            Release();
            _ended.SetException(failure);
        }
    }

    private void Release()
    {
        _input?.Dispose();
        _release();
        _wake.Dispose();
    }

    private bool HasAll() => Array.TrueForAll(_sources, source => source.HasEnded) && Array.TrueForAll(_sending, sending => sending.IsCompleted);

    /// <summary>Types and reads what can be. False when there is nothing to do until something happens.</summary>
    private bool MoveAll()
    {
        _input?.Flush();
        var moved = false;
        for (var i = 0; i < _sources.Length; i++)
        {
            if (!IsReadable(i))
                continue;
            _sending[i].GetAwaiter().GetResult();
            _sources[i].ExpectsNoMore = _expectsNoMore;
            moved |= _sources[i].Read(out var sending, _stop.Token) || _sources[i].HasEnded;
            _sending[i] = sending.IsCompletedSuccessfully ? Task.CompletedTask : WakeAfter(sending.AsTask());
        }

        return moved;
    }

    private bool IsReadable(int source) => !_sources[source].HasEnded && _sending[source].IsCompleted;

    private Task WakeAfter(Task sending)
    {
        _ = sending.ContinueWith(
            static (_, wake) => ((WakeEvent)wake!).Set(), _wake, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return sending;
    }

    private unsafe void Poll()
    {
        var entries = stackalloc Libc.PollEntry[_sources.Length + 1];
        entries[0] = new Libc.PollEntry { Descriptor = _wake.Descriptor, Events = Libc.PollIn };
        for (var i = 0; i < _sources.Length; i++)
        {
            var events = (short)((IsReadable(i) ? Libc.PollIn : 0) | (_input?.HasMore == true ? Libc.PollOut : 0));

            // A descriptor that is polled for nothing would still report a hang-up, again and again.
            entries[i + 1] = new Libc.PollEntry { Descriptor = events == 0 ? -1 : _sources[i].Descriptor, Events = events };
        }

        _ = Libc.Poll(entries, (nuint)_sources.Length + 1, milliseconds: -1);
        _wake.Reset();
    }
}
