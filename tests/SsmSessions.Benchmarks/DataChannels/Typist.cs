using System.Diagnostics;
using SsmSessions.Benchmarks.Load;
using SsmSessions.Testing;

namespace SsmSessions.Benchmarks.DataChannels;

/// <summary>What the typist is to do.</summary>
/// <param name="Session">The shell to type into; the same in all orders.</param>
/// <param name="Seconds">How long.</param>
/// <param name="Ssh">What ssh is to be told to reach its server; null where there is none.</param>
internal sealed record TypeOrder(StartedChannel Session, double Seconds, IReadOnlyList<string>? Ssh);

/// <summary>How long keys took to be seen, seconds.</summary>
/// <param name="Ours">In the session's shell.</param>
/// <param name="Bare">In the shell beside it.</param>
/// <param name="Ssh">In the shell behind ssh.</param>
internal sealed record TypeOutcome(IReadOnlyList<double> Ours, IReadOnlyList<double> Bare, IReadOnlyList<double> Ssh);

/// <summary>Types into a shell of the node, into a bare one and into one behind ssh, in a process of its own.</summary>
internal sealed class Typist
{
    /// <summary>How a worker of this kind is named.</summary>
    public const string Kind = "typist";

    private const byte Key = (byte)'x';
    private const byte Erase = 0x7f;
    private const byte Erased = (byte)'\b';
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(2);

    private static (SessionShell Ours, BareShell Bare, SshShell? Ssh)? _shells;

    /// <summary>The worker's side.</summary>
    public static Task<int> ServeAsync() => Worker.ServeAsync<TypeOrder, TypeOutcome>(TypeAsync);

    private static async Task<TypeOutcome> TypeAsync(TypeOrder order)
    {
        _shells ??= (await SessionShell.OpenAsync(order.Session), await BareShell.OpenAsync(), order.Ssh is null ? null : SshShell.Open(order.Ssh));
        var (ours, bare, ssh) = _shells.Value;
        var (inOurs, inBare, inSsh) = (new List<double>(), new List<double>(), new List<double>());
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started).TotalSeconds < order.Seconds)
        {
            inOurs.Add(Press(ours.Type));
            inBare.Add(Press(bare.Type));
            if (ssh is not null)
                inSsh.Add(Press(ssh.Type));
        }

        return new TypeOutcome(inOurs, inBare, inSsh);
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
}
