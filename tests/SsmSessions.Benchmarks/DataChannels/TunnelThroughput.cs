using SsmSessions.Benchmarks.Peers;
using SsmSessions.Core.Hosts;
using SsmSessions.Testing;

namespace SsmSessions.Benchmarks.DataChannels;

/// <summary>
/// One stream down through a forwarded port: our server in this process, our client in another (every digest verified, every message
/// acknowledged), against ssh -L through sshd. Source and reader are the same process on both sides.
/// </summary>
internal sealed class TunnelThroughput : IBenchmark
{
    /// <summary>A node of kind local.</summary>
    public const string LocalNode = "i-00000000000000001";

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);

    public string Name => "tunnel";

    public string Title => "port forwarding, one stream down, our own client, against ssh -L through sshd; allocated and processor are per MB, all processes together";

    /// <summary>A server with a node of kind local.</summary>
    public static Task<TestServer> StartServerAsync() =>
        TestServer.StartAsync(configure: options => options.Nodes.Add(new HostedNode(LocalNode, NodeKind.Local)));

    public async Task<IReadOnlyList<Measurement>> RunAsync(
        BenchmarkSettings settings, IBenchmarkProgress progress, CancellationToken cancellationToken)
    {
        if (SshServer.WhyNot() is { } reason)
            return [Measurement.LeftOut(reason)];
        progress.Expect(2 + settings.Rounds);
        progress.Step("opening tunnels");
        using var folder = new TemporaryFolder();
        using var ends = new TunnelEnds();
        var source = await ends.SourcePortAsync(cancellationToken);
        using var ssh = await SshTunnel.StartAsync(folder.Of("ssh"), source, cancellationToken);
        await using var server = await StartServerAsync();
        var session = await server.StartChannelAsync("AWS-StartPortForwardingSession", $$"""{"portNumber":["{{source}}"]}""", LocalNode);
        using var client = await ForwardingClient.StartAsync(session, cancellationToken);

        var ours = new Side(
            "our client and server", (time, cancellation) => ends.ReadAsync(client.Port, time, () => client.ProcessorTime, cancellation), "MB/s");
        var theirs = new Side(
            "ssh and sshd", (time, cancellation) => ends.ReadAsync(ssh.Port, time, () => ssh.ProcessorTime, cancellation), "MB/s");
        await Side.RunAllAsync([ours, theirs], settings, WarmUp, progress, cancellationToken);
        return [ours.Against(theirs, Wanted.AtLeast(0.5)), theirs.Against(theirs)];
    }
}
