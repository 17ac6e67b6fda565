using SsmSessions.Conformance.Tests.DataChannels;
using SsmSessions.Conformance.Tests.DataChannels.Clients;

namespace SsmSessions.Conformance.Tests.Faults;

/// <summary>What faults of data channels do to a client that keeps to the protocol, and what it prints.</summary>
public abstract class ChannelFaultClientContract : IAsyncLifetime
{
    private const string Quiet = "PS1=; stty -echo\r";

    private SessionHost _host = null!;

    private protected abstract ISessionClient Client { get; }

    private protected SessionHost Host => _host;

    public async ValueTask InitializeAsync() => _host = await SessionHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    /// <summary>The session goes on, and the user sees nothing but that it is slower.</summary>
    [Theory]
    [InlineData("""{"effect":"freeze","seconds":1}""")]
    [InlineData("""{"effect":"freeze","direction":"toClient","seconds":1}""")]
    [InlineData("""{"effect":"freeze","direction":"toNode","seconds":1}""")]
    [InlineData("""{"effect":"disconnectNode","seconds":1}""")]
    [InlineData("""{"effect":"delay","milliseconds":100}""")]
    [InlineData("""{"effect":"lose","probability":0.3,"seed":1}""")]
    [InlineData("""{"effect":"lose","direction":"toNode","count":3}""")]
    [InlineData("""{"effect":"double","probability":0.5,"seed":1}""")]
    [InlineData("""{"effect":"reorder","probability":0.3,"seed":1}""")]
    public async Task A_shell_on_a_bad_network_goes_on(string rule)
    {
        await using var run = await OpenAsync();
        await _host.SetFaultAsync(rule);

        await TalkAsync(run, rule);
    }

    /// <summary>A plugin that is typed at before it has noticed gives up, so nothing is typed until it is back.</summary>
    [Theory]
    [InlineData("""{"effect":"close","closeCode":1011,"count":1}""")]
    [InlineData("""{"effect":"close","closeCode":4000,"count":1}""")]
    [InlineData("""{"effect":"drop","count":1}""")]
    public async Task A_shell_whose_connection_ends_goes_on(string rule)
    {
        await using var run = await OpenAsync();
        await _host.SetFaultAsync(rule);
        await run.RecoverAsync();
        await _host.WaitForStatusAsync(run.SessionId, "Connected");

        await TalkAsync(run, rule);
    }

    /// <summary>From the handshake on: a plugin is said to be deaf for good when something comes before its streams are ready (spec/ssm-data-channel.md
    /// §10.3). The one that this was tried with is not.</summary>
    [Theory]
    [InlineData("""{"effect":"double","direction":"toClient"}""")]
    [InlineData("""{"effect":"reorder","direction":"toClient","skip":2,"probability":0.3,"seed":1}""")]
    [InlineData("""{"effect":"lose","direction":"toClient","skip":2,"probability":0.3,"seed":1}""")]
    public async Task A_tunnel_on_a_bad_network_carries_every_byte(string rule)
    {
        await using var target = new Transfer();
        await _host.SetFaultAsync(rule);
        await using var run = await Client.StartAsync(_host, SessionRequest.Port(target.Port));
        await using var connection = await run.ConnectAsync();

        await Transfer.RunAsync(connection, up: 100_000, down: 500_000);

        Figures.Tell($"{rule} | {GetType().Name}, tunnel | {await _host.FiredAsync()} times, every byte came");
        await _host.WaitForFaultsAsync();
    }

    /// <summary>Everything that is typed is answered once, in order.</summary>
    private async Task TalkAsync(ISessionRun run, string rule)
    {
        for (var i = 1; i <= 20; i++)
            await run.TypeAsync($"echo ta''le {i} $((6*7))\r");
        await _host.WaitForFaultsAsync();
        var told = Words(await run.ReadUntilAsync("tale 20 42"));
        Assert.Equal(Enumerable.Range(1, 20).Select(i => $"tale {i} 42"), told);
        Figures.Tell($"{rule} | {GetType().Name} | {string.Join(' ', told[..3])} …");
        await _host.RemoveFaultsAsync();
        await run.TypeAsync("exit\r");
        Assert.Equal("", await run.WaitForEndAsync());
    }

    private protected static string[] Words(string screen) => screen.Split(["\r", "\n"], StringSplitOptions.RemoveEmptyEntries);

    /// <summary>A shell without a prompt that does not say back what is typed.</summary>
    private protected async Task<ISessionRun> OpenAsync()
    {
        var run = await Client.StartAsync(_host, new SessionRequest());
        await run.TypeAsync(Quiet);
        await run.TypeAsync("echo rea''dy\r");
        await run.ReadUntilAsync("ready");
        return run;
    }
}
