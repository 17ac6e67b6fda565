using System.Diagnostics;
using System.Globalization;
using System.Text;
using SsmSessions.Node.Processes;
using SsmSessions.Testing;

namespace SsmSessions.Benchmarks.DataChannels;

/// <summary>One stream down through a port that the real client forwards, started by the real aws-cli, against the 1 MB/s that a real agent's
/// messages of 1 KB and pauses of 1 ms allow.</summary>
internal sealed class PluginThroughput : IBenchmark
{
    private const double RealAgent = 1;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public string Name => "plugin";

    public string Title => "port forwarding, one stream down, the real session-manager-plugin, against 1 MB/s";

    public async Task<IReadOnlyList<Measurement>> RunAsync(
        BenchmarkSettings settings, IBenchmarkProgress progress, CancellationToken cancellationToken)
    {
        var path = Environment.GetEnvironmentVariable("PATH");
        if (Array.Find(["aws", "session-manager-plugin"], program => ExecutablePath.TryFind(program, path) is null) is { } missing)
            return [Measurement.LeftOut($"there is no {missing} on PATH")];
        progress.Expect(2 + settings.Rounds);
        progress.Step("opening a tunnel");
        using var ends = new TunnelEnds();
        await using var server = await TunnelThroughput.StartServerAsync();
        var port = FreePort.Next();
        using var client = Start(server.Url, await ends.SourcePortAsync(cancellationToken), port);
        try
        {
            await WaitForTunnelAsync(client, cancellationToken);
            var plugin = new Side(
                "the real plugin",
                (time, cancellation) => ends.ReadAsync(port, time, () => ProcessTree.ProcessorTime(client.Id), cancellation),
                "MB/s");
            await Side.RunAllAsync([plugin], settings, WarmUp, progress, cancellationToken);
            return
            [
                new Measurement(
                    plugin.What, plugin.Rate, $"{RealAgent} MB/s", plugin.MedianRate / RealAgent, Wanted.AtLeast(40), plugin.Allocated, plugin.Processor),
            ];
        }
        finally
        {
            client.Kill(entireProcessTree: true);
        }
    }

    private static Process Start(Uri server, int sourcePort, int port)
    {
        var start = new ProcessStartInfo(
            "aws",
            [
                "ssm", "start-session", "--endpoint-url", server.ToString(), "--region", "us-east-1", "--target", TunnelThroughput.LocalNode,
                "--document-name", "AWS-StartPortForwardingSession",
                "--parameters", string.Create(CultureInfo.InvariantCulture, $"portNumber={sourcePort},localPortNumber={port}"),
            ])
        { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, UseShellExecute = false };
        start.Environment["AWS_ACCESS_KEY_ID"] = "test";
        start.Environment["AWS_SECRET_ACCESS_KEY"] = "test";
        start.Environment["AWS_EC2_METADATA_DISABLED"] = "true";
        return Process.Start(start)!;
    }

    private static async Task WaitForTunnelAsync(Process client, CancellationToken cancellationToken)
    {
        var said = new StringBuilder();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            while (await client.StandardOutput.ReadLineAsync(patience.Token) is { } line)
            {
                said.AppendLine(line);
                if (line.StartsWith("Waiting for connections", StringComparison.Ordinal))
                {
                    // What it says from now on has a reader, so that it never waits for one.
                    _ = client.StandardOutput.ReadToEndAsync(CancellationToken.None);
                    return;
                }
            }

            said.Append(await client.StandardError.ReadToEndAsync(patience.Token));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            said.Append("and then nothing for a minute");
        }

        throw new InvalidOperationException("the plugin opened no port: " + said);
    }
}
