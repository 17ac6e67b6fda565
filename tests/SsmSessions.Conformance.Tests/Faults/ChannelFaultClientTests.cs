using SsmSessions.Conformance.Tests.DataChannels;
using SsmSessions.Conformance.Tests.DataChannels.Clients;

namespace SsmSessions.Conformance.Tests.Faults;

/// <summary>Our own client, which is always there.</summary>
public sealed class OwnClientFaultTests : ChannelFaultClientContract
{
    private protected override ISessionClient Client { get; } = new OwnClient();

    /// <summary>A plugin may show a message twice that it could not acknowledge any more, so this is not for it.</summary>
    [Fact]
    public async Task Output_in_which_the_connection_ends_goes_on()
    {
        const string Rule = """{"effect":"drop","skip":5,"count":1}""";
        await using var run = await OpenAsync();
        await Host.SetFaultAsync(Rule);
        await run.TypeAsync("seq 300000; echo th''e end\r");
        await Host.WaitForFaultsAsync();
        await run.RecoverAsync();

        var told = Words(await run.ReadUntilAsync("the end"));

        Assert.Equal([.. Enumerable.Range(1, 300_000).Select(i => $"{i}"), "the end"], told);
        Figures.Tell($"{Rule} | own client | 1 2 3 … 300000");
    }
}

/// <summary>The session-manager-plugin, which also shows what it cannot stand.</summary>
public sealed class PluginFaultTests : ChannelFaultClientContract
{
    private protected override ISessionClient Client => PluginClient.Require();

    [Fact]
    public async Task When_its_token_has_expired_it_says_so()
    {
        await Host.SetFaultAsync("""{"effect":"expireToken","count":1}""");
        await using var run = await Client.StartAsync(Host, new SessionRequest());

        var told = await run.WaitForEndAsync();

        Figures.Tell($"expireToken | plugin | SessionId: {run.SessionId} : {told}");
        Assert.Contains("has expired", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_token_it_says_that_the_session_timed_out()
    {
        Assert.Equal(PluginClient.TimedOut, await DropAsync("resumeWithoutToken"));
    }

    [Fact]
    public async Task When_its_return_is_refused_it_says_why()
    {
        Assert.Contains("The token is not valid", await DropAsync("refuseResume"), StringComparison.Ordinal);
    }

    /// <summary>It acknowledges a message once. When that is lost it stays unacknowledged: the node says it again and again, and the shell goes on as
    /// long as the node's window has room.</summary>
    [Fact]
    public async Task A_lost_acknowledgement_is_never_said_again()
    {
        await using var run = await OpenAsync();
        await Host.SetFaultAsync("""{"effect":"loseAcknowledgements","direction":"toNode","count":1}""");
        await run.TypeAsync("echo o''ne\r");
        await run.ReadUntilAsync("one");
        await Host.WaitForFaultsAsync();

        await run.TypeAsync("seq 100000; echo th''e end\r");
        var told = await run.ReadUntilAsync("the end");

        Figures.Tell($"loseAcknowledgements toNode, count 1 | plugin | {told.Length} more characters came");
        await run.TypeAsync("exit\r");
        Assert.Equal("", await run.WaitForEndAsync());
    }

    /// <summary>Its connection is cut while a fault is in the way of its return.</summary>
    /// <returns>The reason that it tells when it leaves.</returns>
    private async Task<string> DropAsync(string effect)
    {
        await using var run = await OpenAsync();
        await Host.SetFaultAsync($$"""{"effect":"{{effect}}","count":1}""");
        await Host.SetFaultAsync("""{"effect":"drop","count":1}""");

        var told = await run.WaitForEndAsync();

        Figures.Tell($"{effect}, drop | plugin | {run.SessionId}: {told}");
        return told;
    }
}
