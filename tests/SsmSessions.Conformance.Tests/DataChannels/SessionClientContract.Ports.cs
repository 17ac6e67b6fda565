using System.Diagnostics;
using System.Globalization;
using System.Net;
using SsmSessions.Conformance.Tests.DataChannels.Clients;
using SsmSessions.Testing;

namespace SsmSessions.Conformance.Tests.DataChannels;

/// <summary>Forwarded ports.</summary>
public abstract partial class SessionClientContract
{
    protected const int MiB = 1024 * 1024;
    private const int Connections = 8;
    private const int UploadBytes = 256 * 1024;

    /// <summary>What each of the parallel connections downloads; <c>SSMSESSIONS_TEST_DOWNLOAD_MIB</c> says it for a longer run.</summary>
    private static int DownloadMiB =>
        int.TryParse(Environment.GetEnvironmentVariable("SSMSESSIONS_TEST_DOWNLOAD_MIB"), CultureInfo.InvariantCulture, out var size) ? size : 4;

    [Fact]
    public async Task Parallel_downloads_come_whole()
    {
        await using var target = new Transfer();
        await using var run = await StartAsync(SessionRequest.Port(target.Port));
        await TransferAsync(run, "down", up: 0, down: DownloadMiB * (long)MiB);
    }

    [Fact]
    public async Task Parallel_uploads_arrive_whole()
    {
        await using var target = new Transfer();
        await using var run = await StartAsync(SessionRequest.Port(target.Port));
        await TransferAsync(run, "up", up: UploadBytes, down: 0);
    }

    [Fact]
    public async Task Both_directions_at_once_are_whole()
    {
        await using var target = new Transfer();
        await using var run = await StartAsync(SessionRequest.Port(target.Port));
        await Task.WhenAll(TransferAsync(run, "up", up: UploadBytes, down: 0), TransferAsync(run, "down", up: 0, down: MiB));
    }

    [Fact]
    public async Task A_remote_host_is_reached_through_the_node()
    {
        await using var target = new Transfer(IPAddress.Parse("127.0.0.2"));
        await using var run = await StartAsync(SessionRequest.Of(
            "AWS-StartPortForwardingSessionToRemoteHost", ("host", "127.0.0.2"), ("portNumber", $"{target.Port}")));
        await TransferOnceAsync(run);
    }

    [Fact]
    public async Task A_local_unix_socket_leads_to_the_node()
    {
        var folder = Directory.CreateTempSubdirectory("ssm-");
        try
        {
            await using var target = new Transfer();
            await using var run = await StartAsync(SessionRequest.Of(
                "AWS-StartPortForwardingSessionToSocket", ("portNumber", $"{target.Port}"), ("localUnixSocket", Path.Combine(folder.FullName, "s"))));
            await TransferOnceAsync(run);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_port_where_nobody_listens_is_told_and_the_session_lives_on()
    {
        var port = FreePort.Next();
        await using var run = await StartAsync(SessionRequest.Port(port));
        for (var i = 0; i < 2; i++)
        {
            await using var refused = await run.ConnectAsync();
            await run.WaitForDialFailureAsync();
            Assert.Equal(0, await refused.ReadAsync(new byte[1]));
        }
    }

    [Fact]
    public async Task Control_C_ends_a_port_session()
    {
        await using var target = new Transfer();
        await using var run = await StartAsync(SessionRequest.Port(target.Port));
        await TransferOnceAsync(run);
        await run.InterruptAsync();
        await (await hosts.OpenAsync()).WaitForStatusAsync(run.SessionId, "Terminated");
    }

    [Fact]
    public async Task TerminateSession_ends_a_port_session()
    {
        await using var target = new Transfer();
        await using var run = await StartAsync(SessionRequest.Port(target.Port));
        await TransferOnceAsync(run);
        await (await hosts.OpenAsync()).TerminateAsync(run.SessionId);
        Assert.Equal("", await run.WaitForEndAsync());
    }

    private static async Task TransferOnceAsync(ISessionRun run)
    {
        await using var connection = await run.ConnectAsync();
        await Transfer.RunAsync(connection, up: 10_000, down: 100_000);
    }

    private static async Task TransferAsync(ISessionRun run, string direction, long up, long down)
    {
        var start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(async _ =>
        {
            await using var connection = await run.ConnectAsync();
            await Transfer.RunAsync(connection, up, down);
        }));
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        Figures.Tell(FormattableString.Invariant($"{Connections} connections, {(up + down) / 1e6:F1} MB {direction} each: {Connections * (up + down) / 1e6 / seconds:F1} MB/s"));
    }
}
