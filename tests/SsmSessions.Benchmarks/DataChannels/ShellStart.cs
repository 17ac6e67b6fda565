using System.Globalization;
using SsmSessions.Benchmarks.Load;
using SsmSessions.Benchmarks.Peers;

namespace SsmSessions.Benchmarks.DataChannels;

/// <summary>How long a shell takes to its first prompt: from StartSession on by our own client, against ssh from its start on, and against the
/// same shell on a bare pseudo-terminal. One of each in turn.</summary>
internal sealed class ShellStart : IBenchmark
{
    private const int ShellsOfRound = 10;

    public string Name => "shell";

    public string Title => "start of sh to its first prompt (median, 99th percentile), our own client, against a bare pseudo-terminal and ssh";

    public async Task<IReadOnlyList<Measurement>> RunAsync(
        BenchmarkSettings settings, IBenchmarkProgress progress, CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux())
            return [Measurement.LeftOut("shells of the built-in node need Linux")];
        progress.Expect(1 + settings.Rounds);
        using var folder = new TemporaryFolder();
        using var sshd = SshServer.WhyNot() is null ? await SshServer.StartAsync(folder.Of("ssh"), cancellationToken) : null;
        await using var server = await TunnelThroughput.StartServerAsync();
        using var starter = new Worker(ShellStarter.Kind);
        var (ours, bare, ssh) = (new Samples(), new Samples(), new Samples());
        for (var round = 0; round <= settings.Rounds; round++)
        {
            progress.Step(round == 0 ? "warming up" : string.Create(CultureInfo.InvariantCulture, $"round {round} of {settings.Rounds}"));
            var outcome = await starter.CarryOutAsync<ShellOrder, ShellOutcome>(
                new ShellOrder(server.Url, sshd?.ClientOptions, ShellsOfRound), cancellationToken);
            if (round == 0)
                continue;
            ours.AddRange(outcome.Ours);
            bare.AddRange(outcome.Bare);
            ssh.AddRange(outcome.Ssh);
        }

        var beside = new Measurement("our client and server, against a bare pseudo-terminal", Describe(ours), Describe(bare), ours.Median / bare.Median);
        return sshd is null
            ? [beside, Measurement.LeftOut(SshServer.WhyNot()!)]
            : [beside, new Measurement("our client and server, against ssh and sshd", Describe(ours), Describe(ssh), ours.Median / ssh.Median)];
    }

    private static string Describe(Samples times) =>
        string.Create(CultureInfo.InvariantCulture, $"{times.Median * 1e3:0.0} ms, {times.Quantile(0.99) * 1e3:0.0} ms");
}
