using System.Text;
using SsmSessions.Conformance.Tests.DataChannels.Clients;
using SsmSessions.Testing;

namespace SsmSessions.Conformance.Tests.DataChannels;

/// <summary>The session-manager-plugin.</summary>
public sealed class PluginTests(SessionHosts hosts) : SessionClientContract(hosts)
{
    private const string LastBasicAgent = "3.0.196.0";

    protected override ISessionClient Client => PluginClient.Require();

    [Fact]
    public async Task It_runs_under_the_aws_cli_of_Debian()
    {
        await using var run = await PluginClient.RequireOfDebian().StartAsync(await Hosts.OpenAsync(), new SessionRequest());
        await TalkAsync(run);
    }

    /// <summary>As a user of a plugin that insists on TLS, or on the real service's name, is told to set up his shell.</summary>
    [Theory]
    [InlineData("wss")]
    [InlineData("aws")]
    public async Task It_dials_each_kind_of_address_as_the_environment_tells(string mode)
    {
        var plugin = PluginClient.Require();
        await using var host = await SessionHost.StartAsync(accounts: null, new SigV4Signer("test", "test"), proxy: null, "--stream-url", mode);
        await using var run = await plugin.StartAsync(host, new SessionRequest(), await host.ReadEnvironmentAsync());
        await TalkAsync(run);
    }

    [Fact]
    public async Task With_an_agent_that_does_not_multiplex_connections_come_one_after_the_other()
    {
        await using var host = await SessionHost.StartInProcessAsync(LastBasicAgent);
        await using var target = new Transfer();
        await using var run = await Client.StartAsync(host, SessionRequest.Port(target.Port));
        for (var i = 0; i < 3; i++)
        {
            await using var connection = await run.ConnectAsync();
            await Transfer.RunAsync(connection, up: 100_000, down: MiB, untilEnd: false);
        }

        await run.InterruptAsync();
        await host.WaitForStatusAsync(run.SessionId, "Terminated");
    }

    /// <summary>The plugin takes nothing before it has a connection: what the target says first comes by being repeated.</summary>
    [Fact]
    public async Task With_such_an_agent_a_target_may_speak_first()
    {
        await using var host = await SessionHost.StartInProcessAsync(LastBasicAgent);
        await using var target = await SshServer.RequireAsync();
        await using var run = await Client.StartAsync(host, SessionRequest.Port(target.Port));
        var greeting = new byte["SSH-2.0-".Length];
        await using (var first = await run.ConnectAsync())
            await first.ReadExactlyAsync(greeting).AsTask().WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal("SSH-2.0-", Encoding.ASCII.GetString(greeting));

        // The node connects again when there is something to send.
        await using var second = await run.ConnectAsync();
        await second.WriteAsync("SSH-2.0-nobody\r\n"u8.ToArray());
        await second.ReadExactlyAsync(greeting).AsTask().WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal("SSH-2.0-", Encoding.ASCII.GetString(greeting));
    }

    [Fact]
    public async Task A_session_that_ended_while_its_client_was_away_is_told_when_it_comes_back()
    {
        var host = await Hosts.BehindProxyAsync();
        await using var shell = await OpenShellAsync(host);
        await LoseAsync(host, shell);
        await host.TerminateAsync(shell.SessionId);
        host.Proxy!.Release();
        // It depends on whether it asked for a token before or after the end.
        Assert.Contains(await shell.WaitForEndAsync(), (string[])["The session has ended.", PluginClient.TimedOut]);
    }

    private static async Task TalkAsync(ISessionRun run)
    {
        await run.TypeAsync("echo $((6*7))\r");
        await run.ReadUntilAsync("42");
        await run.TypeAsync("exit\r");
        Assert.Equal("", await run.WaitForEndAsync());
    }
}
