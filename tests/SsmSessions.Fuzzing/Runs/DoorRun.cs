using SsmSessions.Fuzzing.Doors;
using SsmSessions.Fuzzing.Inputs;

namespace SsmSessions.Fuzzing.Runs;

/// <summary>Sends a door its corpus and then the inputs made for it, in rounds; between rounds it looks at the log and lets the service forget.</summary>
internal sealed class DoorRun(Door door, RunSettings settings) : IDisposable
{
    private const int LongestRound = 10_000;
    private const int CalmThreads = 8;
    private static readonly TimeSpan WatchInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestCalming = TimeSpan.FromMinutes(1);

    private readonly FailureLog _log = new();
    private readonly Failures _failures = new(door.Name, settings.FailureFolder);
    private readonly Sender[] _senders = new Sender[door.Clients];
    private long _next = settings.First;

    /// <summary>Runs, prints nothing, and leaves the door open to be disposed by the caller.</summary>
    public async Task<DoorReport> RunAsync(CancellationToken cancellationToken)
    {
        if (settings.IsAlone)
            TaskScheduler.UnobservedTaskException += OnUnobserved;
        try
        {
            await door.OpenAsync(_log);
            for (var i = 0; i < _senders.Length; i++)
                _senders[i] = new Sender(door, settings, _failures);
            using var watch = settings.IsAlone ? new Timer(_ => Watch(), state: null, WatchInterval, WatchInterval) : null;
            return await RunRoundsAsync(cancellationToken);
        }
        finally
        {
            foreach (var sender in _senders.OfType<Sender>())
                await sender.DisposeAsync();
            TaskScheduler.UnobservedTaskException -= OnUnobserved;
        }
    }

    public void Dispose() => _log.Dispose();

    private async Task<DoorReport> RunRoundsAsync(CancellationToken cancellationToken)
    {
        var start = TimeProvider.System.GetTimestamp();
        foreach (var (_, input) in Corpus.Of(door.Name))
            await _senders[0].SendAsync(input);
        await SettleAsync();

        Usage? early = null;
        var last = settings.First + settings.Inputs;
        var round = Math.Clamp(settings.Inputs / 10, 1, LongestRound);
        for (var end = settings.First + round; _next < last && _failures.Count < settings.MostFailures; end = _next + round)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var to = Math.Min(end, last);
            await Task.WhenAll(_senders.Select(sender => Task.Run(() => SendManyAsync(sender, to), cancellationToken)));
            _next = to;
            await SettleAsync();
            if (_next - settings.First >= settings.Inputs / 10)
                early ??= await LookAsync(cancellationToken);
        }

        var late = await LookAsync(cancellationToken);
        foreach (var failure in _log.Take())
            _failures.Add(failure);
        if (late.GrowthSince(early ??= late) is { } growth)
            _failures.Add($"growth of {growth}");
        var answers = _senders.SelectMany(sender => sender.Answers).GroupBy(a => a.Key, a => a.Value, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Sum());
        return new DoorReport(
            door.Name, answers.Values.Sum(), answers, _senders.Max(s => s.Worst), TimeProvider.System.GetElapsedTime(start), early, late, _failures.All);
    }

    /// <summary>Each thread of the pool keeps buffers, and a busy machine has many: what is held is looked at when the pool has let go of those that it
    /// does not need.</summary>
    private async Task<Usage> LookAsync(CancellationToken cancellationToken)
    {
        if (!settings.IsAlone)
            return Usage.None;
        for (var waited = TimeSpan.Zero; ThreadPool.ThreadCount > CalmThreads && waited < LongestCalming; waited += WatchInterval)
            await Task.Delay(WatchInterval, cancellationToken);
        return Usage.Now();
    }

    private async Task SendManyAsync(Sender sender, long end)
    {
        while (Interlocked.Increment(ref _next) - 1 is var index && index < end && _failures.Count < settings.MostFailures)
        {
            await sender.SendAsync(door.Make(FuzzRandom.Of(settings.Seed, door.Name, index)));
            if (_log.Count > 0)
                Blame();
        }
    }

    private async Task SettleAsync()
    {
        await door.ForgetAsync();
        if (_log.Count > 0)
            Blame();
    }

    /// <summary>What was logged is due to one of the inputs that are or were just under way.</summary>
    private void Blame()
    {
        var suspects = _senders.SelectMany(sender => sender.Recent).ToArray();
        foreach (var failure in _log.Take())
            _failures.Add(failure, suspects);
    }

    private void OnUnobserved(object? sender, UnobservedTaskExceptionEventArgs failure) => _log.Add($"unobserved: {failure.Exception}");

    /// <summary>Code that does not come back cannot be cancelled: then the process ends here.</summary>
    private void Watch()
    {
        if (_senders.FirstOrDefault(sender => sender?.Waits > settings.Deadline * 2) is not { } stuck)
            return;
        _failures.Add("does not come back", stuck.Recent);
        Console.Error.WriteLine($"{door.Name}: {string.Join('\n', _failures.All)}");
        Environment.Exit(1);
    }
}
