using System.Text.Json;
using SsmSessions.Conformance.Tests.Clients;
using SsmSessions.Core.Hosts;
using SsmSessions.Testing;

namespace SsmSessions.Conformance.Tests.DataChannels;

/// <summary>The npm package ssm-session, which answers no handshake, pads names on the left and whose digests are none.</summary>
public sealed class SsmSessionPackageTests
{
    private static readonly string Prompt = Environment.IsPrivilegedProcess ? "# " : "$ ";

    [Fact]
    public async Task It_runs_a_command_in_a_shell()
    {
        var client = await RealClient.SsmSessionAsync();
        await using var host = await SessionHost.StartAsync();
        var session = await host.StartSessionAsync(new SessionRequest());

        var told = await TalkAsync(client, host.Url, session, (Prompt, "echo $((6*7)); stty size\r"), ("42", ""), ("197", "exit\r"));

        Assert.Contains("\r\n42\r\n34 197\r\n", told["output"].GetString(), StringComparison.Ordinal);
        Assert.Equal("""["acknowledge","channel_closed","output_stream_data"]""", JsonSerializer.Serialize(told["types"]));
        await host.WaitForStatusAsync(session.Id, "Terminated");
    }

    [Fact]
    public async Task It_talks_to_an_echo()
    {
        var client = await RealClient.SsmSessionAsync();
        await using var server = await TestServer.StartAsync(configure: options => options.Nodes.Add(new HostedNode("i-0000000000000000e", NodeKind.Echo)));
        var session = await server.StartChannelAsync(target: "i-0000000000000000e");

        var told = await TalkAsync(client, server.Url, session, ("", "hello\r"), ("hello", "exit\r"));

        Assert.StartsWith("hello\r", told["output"].GetString(), StringComparison.Ordinal);
        await server.WaitForStatusAsync(session.Id, "Terminated");
    }

    private static Task<IReadOnlyDictionary<string, JsonElement>> TalkAsync(
        RealClient client, Uri url, StartedChannel session, params (string Awaited, string Typed)[] steps)
    {
        var json = JsonSerializer.Serialize(steps.Select(s => new[] { s.Awaited, s.Typed }));
        return client.RunAsync(url, arguments: [session.StreamUrl.ToString(), session.Token, json]);
    }
}
