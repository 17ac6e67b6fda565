using System.Diagnostics;
using System.Security.Cryptography;
using SsmSessions.Conformance.Tests.DataChannels.Clients;

namespace SsmSessions.Conformance.Tests.DataChannels;

/// <summary>The session-manager-plugin, and ssh through it.</summary>
public sealed class PluginTests(SessionHosts hosts) : SessionClientContract(hosts)
{
    private const string LastBasicAgent = "3.0.196.0";

    protected override ISessionClient Client => PluginClient.Require();

    [Fact]
    public async Task Ssh_runs_a_command()
    {
        var (host, proxyCommand) = await ThroughSessionAsync();
        await using var server = await SshServer.RequireAsync();
        var (code, output, errors) = await server.RunAsync(
            "ssh", proxyCommand(server.Port), PluginClient.Variables(host), "node", "echo to output; echo to error >&2; exit 7");
        Assert.Equal((7, "to output\n"), (code, output));
        Assert.EndsWith("to error\n", Lines(errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scp_copies_there_and_back()
    {
        var (host, proxyCommand) = await ThroughSessionAsync();
        await using var server = await SshServer.RequireAsync();
        var there = Path.Combine(server.Folder, "there");
        var back = Path.Combine(server.Folder, "back");
        var original = Path.Combine(server.Folder, "original");
        var bytes = RandomNumberGenerator.GetBytes(MiB);
        await File.WriteAllBytesAsync(original, bytes);

        await CopyAsync(original, $"node:{there}");
        await CopyAsync($"node:{there}", back);

        Assert.Equal(bytes, await File.ReadAllBytesAsync(there));
        Assert.Equal(bytes, await File.ReadAllBytesAsync(back));

        async Task CopyAsync(string from, string to)
        {
            var start = Stopwatch.GetTimestamp();
            var (code, _, errors) = await server.RunAsync("scp", proxyCommand(server.Port), PluginClient.Variables(host), "-q", from, to);
            Assert.True(code == 0, errors);
            Figures.Tell(FormattableString.Invariant($"scp of 1 MiB {(to == back ? "back" : "there")}: {Stopwatch.GetElapsedTime(start).TotalSeconds:F1} s"));
        }
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

    private async Task<(SessionHost Host, Func<int, string> ProxyCommand)> ThroughSessionAsync()
    {
        var plugin = PluginClient.Require();
        var host = await Hosts.OpenAsync();
        return (host, port => string.Join(
            ' ', PluginClient.Arguments(host, SessionRequest.Of("AWS-StartSSHSession", ("portNumber", $"{port}"))).Prepend(plugin.Program).Select(Quote)));

        // In the configuration of ssh a percent sign would begin a token; none of these has one.
        static string Quote(string argument) => $"'{argument}'";
    }
}
