using System.Globalization;
using SsmSessions.Benchmarks.Load;
using SsmSessions.Benchmarks.Peers;
using SsmSessions.Testing;

namespace SsmSessions.Benchmarks.DataChannels;

/// <summary>How long a key takes to be seen: typed by our own client into a shell of the node, against the same shell on a
/// pseudo-terminal that is written and read directly, and against the same behind ssh. One key of each in turn, with the pauses that somebody who types makes, only shorter.</summary>
internal sealed class KeystrokeEcho : IBenchmark
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);

    public string Name => "keystroke";

    public string Title => "keystroke echo in sh (median, 99th percentile), our own client, against the same shell on a bare pseudo-terminal and behind ssh";

    public async Task<IReadOnlyList<Measurement>> RunAsync(
        BenchmarkSettings settings, IBenchmarkProgress progress, CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux())
            return [Measurement.LeftOut("shells of the built-in node need Linux")];
        progress.Expect(1 + settings.Rounds);
        await using var server = await TunnelThroughput.StartServerAsync();
        using var folder = new TemporaryFolder();
        using var sshd = SshServer.WhyNot() is null ? await SshServer.StartAsync(folder.Of("ssh"), cancellationToken) : null;
        using var typist = new Worker(Typist.Kind);
        progress.Step("warming up");
        var session = await server.StartChannelAsync(target: TunnelThroughput.LocalNode);
        await typist.CarryOutAsync<TypeOrder, TypeOutcome>(new TypeOrder(session, WarmUp.TotalSeconds, sshd?.ClientOptions), cancellationToken);
        var (ours, bare, ssh) = (new Samples(), new Samples(), new Samples());
        for (var round = 1; round <= settings.Rounds; round++)
        {
            progress.Step(string.Create(CultureInfo.InvariantCulture, $"round {round} of {settings.Rounds}"));
            var outcome = await typist.CarryOutAsync<TypeOrder, TypeOutcome>(
                new TypeOrder(session, 2 * settings.Round.TotalSeconds, sshd?.ClientOptions), cancellationToken);
            ours.AddRange(outcome.Ours);
            bare.AddRange(outcome.Bare);
            ssh.AddRange(outcome.Ssh);
        }

        const double Milliseconds = 1e3;
        var beside = new Measurement(
            "our client and server", Describe(ours), Describe(bare), (ours.Median - bare.Median) * Milliseconds, Wanted.AtMost(0.5))
        {
            DifferenceIn = "ms",
        };
        return sshd is null
            ? [beside, Measurement.LeftOut(SshServer.WhyNot()!)]
            : [beside, new Measurement("our client and server, against ssh and sshd", Describe(ours), Describe(ssh), ours.Median / ssh.Median)];
    }

    private static string Describe(Samples times) =>
        string.Create(CultureInfo.InvariantCulture, $"{times.Median * 1e3:0.000} ms, {times.Quantile(0.99) * 1e3:0.000} ms");
}
