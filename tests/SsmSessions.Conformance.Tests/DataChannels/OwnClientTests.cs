using System.Security.Cryptography;
using System.Text;
using SsmSessions.Conformance.Tests.DataChannels.Clients;
using SsmSessions.Testing.DataChannels;

namespace SsmSessions.Conformance.Tests.DataChannels;

/// <summary>The client of these tests; and what the plugin's user sees only mixed into its output.</summary>
public sealed class OwnClientTests(SessionHosts hosts) : SessionClientContract(hosts)
{
    private const string SeparateOutput =
        """
        {
          "schemaVersion": "1.0",
          "sessionType": "NonInteractiveCommands",
          "parameters": { "command": { "type": "String" } },
          "properties": { "linux": { "commands": "{{ command }}", "separateOutputStream": true, "stdOutSeparatorPrefix": "O:", "stdErrSeparatorPrefix": "E:" } }
        }
        """;

    protected override ISessionClient Client { get; } = new OwnClient();

    [Fact]
    public async Task Standard_output_and_error_come_apart_with_the_exit_code()
    {
        var host = await Hosts.OpenAsync();
        await host.CreateDocumentAsync("Conformance-Separate", SeparateOutput);
        await using var client = await ConnectAsync(
            host, SessionRequest.Of("Conformance-Separate", ("command", "sh -c 'echo one; echo two >&2; exit 3'")));
        Assert.Equal(3, await client.WaitForExitCodeAsync());
        Assert.Equal("O:one\n", client.OutputText);
        Assert.Equal("E:two\n", Encoding.UTF8.GetString(client.ErrorOutput));
        Assert.Equal("", await client.WaitForChannelClosedAsync());
    }

    [Fact]
    public async Task A_plain_stream_is_whole_and_ends_with_its_target()
    {
        const int Up = 100_000;
        const int Down = 3 * 1024 * 1024;
        await using var target = new Transfer();
        await using var client = await ConnectAsync(await Hosts.OpenAsync(), SessionRequest.Ssh(target.Port));
        await client.SendInputAsync(Transfer.Head(Up, Down));
        await client.SendInputAsync(Transfer.Bytes(Up));
        Assert.Equal("", await client.WaitForChannelClosedAsync());
        Assert.Equal([.. SHA256.HashData(Transfer.Bytes(Up)), .. Transfer.Bytes(Down)], client.Output);
    }

    /// <summary>The plugin takes a message twice whose acknowledgement it could not send; this client does not.</summary>
    [Fact]
    public async Task A_connection_that_is_reset_in_the_middle_of_output_loses_and_doubles_nothing()
    {
        const int Numbers = 1_000_000;
        var host = await Hosts.BehindProxyAsync();
        await using var shell = await OpenShellAsync(host);
        var cut = host.Proxy!.CutAfterAsync(100_000, resets: true);
        await shell.TypeAsync($"seq {Numbers}; echo th''e end\r");
        for (var i = 1; i <= 20; i++)
        {
            await cut.WaitAsync(OwnClient.Options.Deadline);
            cut = i < 20 ? host.Proxy.CutAfterAsync(10_000 * i, resets: true) : Task.CompletedTask;
            await shell.RecoverAsync();
        }

        await AssertNumbersAsync(shell, Numbers);
    }

    private static async Task<DataChannelClient> ConnectAsync(SessionHost host, SessionRequest request)
    {
        var session = await host.StartSessionAsync(request);
        var client = await DataChannelClient.ConnectAsync(session.StreamUrl, session.Token, OwnClient.Options);
        await client.WaitUntilReadyAsync();
        return client;
    }
}
