using System.Diagnostics;
using SsmSessions.Benchmarks.Load;
using SsmSessions.Channel;
using SsmSessions.Testing;
using SsmSessions.Testing.DataChannels;

namespace SsmSessions.Benchmarks.DataChannels;

/// <summary>What the typist is to do.</summary>
/// <param name="Session">The shell to type into; the same in all orders.</param>
/// <param name="Seconds">How long.</param>
internal sealed record TypeOrder(StartedChannel Session, double Seconds);

/// <summary>How long keys took to be seen, seconds.</summary>
/// <param name="Ours">In the session's shell.</param>
/// <param name="Bare">In the shell beside it.</param>
internal sealed record TypeOutcome(IReadOnlyList<double> Ours, IReadOnlyList<double> Bare);

/// <summary>Types into a shell of the node and into a bare one, in a process of its own.</summary>
internal sealed class Typist
{
    /// <summary>How a worker of this kind is named.</summary>
    public const string Kind = "typist";

    private const byte Key = (byte)'x';
    private const byte Erase = 0x7f;
    private const byte Erased = (byte)'\b';
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(2);

    private static (SessionShell Ours, BareShell Bare)? _shells;

    /// <summary>The worker's side.</summary>
    public static Task<int> ServeAsync() => Worker.ServeAsync<TypeOrder, TypeOutcome>(TypeAsync);

    private static async Task<TypeOutcome> TypeAsync(TypeOrder order)
    {
        _shells ??= (await SessionShell.OpenAsync(order.Session), await BareShell.OpenAsync());
        var (ours, bare) = _shells.Value;
        var (inOurs, inBare) = (new List<double>(), new List<double>());
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started).TotalSeconds < order.Seconds)
        {
            inOurs.Add(Press(ours.Type));
            inBare.Add(Press(bare.Type));
        }

        return new TypeOutcome(inOurs, inBare);
    }

    /// <summary>Types a key and takes it back, so that the line never grows: only the key counts.</summary>
    private static double Press(Func<byte, byte, double> type)
    {
        Thread.Sleep(Pause);
        var seconds = type(Key, Key);
        Thread.Sleep(Pause);
        type(Erase, Erased);
        return seconds;
    }

    /// <summary>A shell of the node, over a data channel.</summary>
    private sealed class SessionShell
    {
        private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

        private readonly SemaphoreSlim _seen = new(0);
        private DataChannelClient? _client;
        private byte? _awaited;
        private long _seenAt;

        public static async Task<SessionShell> OpenAsync(StartedChannel session)
        {
            var shell = new SessionShell();
            shell._client = await DataChannelClient.ConnectAsync(
                session.StreamUrl, session.Token, new DataChannelClientOptions { OnOutput = shell.OnOutput });

            // Its prompt.
            return await shell._seen.WaitAsync(Patience) ? shell : throw new TimeoutException("The shell says nothing.");
        }

        /// <summary>Types a key; says how long its echo took to come.</summary>
        public double Type(byte key, byte echo)
        {
            _awaited = echo;
            var typed = Stopwatch.GetTimestamp();
            _client!.SendInputAsync(new[] { key }).GetAwaiter().GetResult();
            if (!_seen.Wait(Patience))
                throw new TimeoutException("A key was not echoed.");
            return Stopwatch.GetElapsedTime(typed, _seenAt).TotalSeconds;
        }

        private void OnOutput(PayloadType type, ReadOnlySpan<byte> payload)
        {
            if (_awaited is { } awaited && !payload.Contains(awaited))
                return;
            _seenAt = Stopwatch.GetTimestamp();
            _seen.Release();
        }
    }
}
