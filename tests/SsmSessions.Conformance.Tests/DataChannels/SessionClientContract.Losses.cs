using SsmSessions.Conformance.Tests.DataChannels.Clients;

namespace SsmSessions.Conformance.Tests.DataChannels;

/// <summary>Data channels whose connection is cut.</summary>
public abstract partial class SessionClientContract
{
    private const int Cuts = 4;
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Output_that_is_cut_in_the_middle_goes_on_with_nothing_lost_or_doubled()
    {
        const int Numbers = 150_000;
        var host = await hosts.BehindProxyAsync();
        await using var shell = await OpenShellAsync(host);
        var cut = host.Proxy!.CutAfterAsync(50_000);
        await shell.TypeAsync($"seq {Numbers}; echo th''e end\r");
        for (var i = 1; i <= Cuts; i++)
        {
            await cut.WaitAsync(Deadline);
            cut = i < Cuts ? host.Proxy.CutAfterAsync(50_000 * i) : Task.CompletedTask;
            await shell.RecoverAsync();
        }

        await AssertNumbersAsync(shell, Numbers);
    }

    [Fact]
    public async Task Acknowledgements_that_are_lost_with_the_connection_stop_nothing()
    {
        const int Numbers = 600_000;

        // Less than a thousand of the smallest messages: of more the node would wait for an acknowledgement, and the cut for the node.
        const int BytesBeforeCut = 100_000;
        var host = await hosts.BehindProxyAsync();
        await using var shell = await OpenShellAsync(host);
        var go = Path.GetTempFileName();
        try
        {
            await shell.TypeAsync($"while [ -e {go} ]; do :; done; seq {Numbers}; echo th''e end\r");
            await shell.ReadUntilAsync("th''e end");
            var cut = host.Proxy!.CutAfterAsync(BytesBeforeCut, losesUp: true);
            File.Delete(go);
            await cut.WaitAsync(Deadline);
            await shell.RecoverAsync();
            await AssertNumbersAsync(shell, Numbers);
        }
        finally
        {
            File.Delete(go);
        }
    }

    [Fact]
    public async Task An_idle_shell_is_cut_and_goes_on()
    {
        var host = await hosts.BehindProxyAsync();
        await using var shell = await OpenShellAsync(host);
        for (var i = 0; i < Cuts; i++)
        {
            // The plugin leaves when a key cannot be sent: none is pressed until it is back.
            await LoseAsync(host, shell);
            host.Proxy!.Release();
            await shell.RecoverAsync();
            await host.WaitForStatusAsync(shell.SessionId, "Connected");
            Assert.Equal($"cut {i}", await RunAsync(shell, $"echo cut {i}"));
        }
    }

    [Fact]
    public async Task A_download_that_is_cut_in_the_middle_comes_whole()
    {
        var host = await hosts.BehindProxyAsync();
        await using var target = new Transfer();
        await using var run = await Client.StartAsync(host, SessionRequest.Port(target.Port));
        await using var connection = await run.ConnectAsync();
        var cut = host.Proxy!.CutAfterAsync(MiB);
        var download = Transfer.RunAsync(connection, up: 0, down: 8 * MiB);
        await cut.WaitAsync(Deadline);
        await run.RecoverAsync();
        await download.WaitAsync(Deadline);
    }

    /// <summary>Cuts the client off, until the proxy is released.</summary>
    protected static async Task LoseAsync(SessionHost host, ISessionRun run)
    {
        host.Proxy!.Hold();
        host.Proxy.Cut();
        await host.WaitForStatusAsync(run.SessionId, "Disconnected");
    }

    /// <summary>The shell shows the numbers from 1, then the end, and goes on.</summary>
    protected static async Task AssertNumbersAsync(ISessionRun shell, int numbers)
    {
        var output = Lines(await shell.ReadUntilAsync("the end"));
        Assert.Equal(
            string.Concat(Enumerable.Range(1, numbers).Select(i => $"{i}\n")) + "the end", output[(output.IndexOf('\n', StringComparison.Ordinal) + 1)..]);
        Assert.Equal("alive", await RunAsync(shell, "echo alive"));
    }
}
