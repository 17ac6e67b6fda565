using SsmSessions.Channel;
using SsmSessions.Channel.Payloads;
using SsmSessions.Core.Documents;
using SsmSessions.Node;
using SsmSessions.Testing;

namespace SsmSessions.Tests.Node;

/// <summary>Handshake and end, which are the same for all kinds: with the echo node, which starts nothing.</summary>
public sealed class NodeSessionTests
{
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public async Task A_session_begins_with_its_state_and_a_handshake_request()
    {
        await using var client = NodeClient.Begin(Echo(), NodeClient.Plan(SessionType.StandardStream));

        var request = await client.WaitForAsync(PayloadType.HandshakeRequest);

        Assert.Equal(
            """{"AgentVersion":"3.3.987.0","RequestedClientActions":[{"ActionType":"SessionType","ActionParameters":{"SessionType":"Standard_Stream","Properties":null}}]}""",
            System.Text.Encoding.UTF8.GetString(request));
        Assert.Equal(["Connected"], client.States);
    }

    [Fact]
    public async Task A_port_session_tells_its_properties_parameters_replaced_and_only_texts()
    {
        var plan = NodeClient.Plan(
            SessionType.Port,
            """{"portNumber":"{{ portNumber }}","type":"LocalPortForwarding","localPortNumber":"{{localPortNumber}}","count":7}""",
            parameters: [("portNumber", ["80"]), ("localPortNumber", ["0"])]);
        await using var client = NodeClient.Begin(Echo(), plan);

        var request = HandshakeRequest.Read(await client.WaitForAsync(PayloadType.HandshakeRequest))!;

        Assert.Equal(
            """{"SessionType":"Port","Properties":{"portNumber":"80","type":"LocalPortForwarding","localPortNumber":"0"}}""",
            Assert.Single(request.RequestedClientActions!).ActionParameters.GetRawText());
    }

    [Fact]
    public async Task The_end_of_the_handshake_says_how_long_it_took()
    {
        await using var client = NodeClient.Begin(Echo(), NodeClient.Plan(SessionType.StandardStream));
        await client.WaitForAsync(PayloadType.HandshakeRequest);
        _clock.Advance(TimeSpan.FromMilliseconds(15));
        await client.AnswerHandshakeAsync("1.2.677.0");

        Assert.Equal("""{"HandshakeTimeToComplete":15000000,"CustomerMessage":""}""", System.Text.Encoding.UTF8.GetString(await client.WaitForAsync(PayloadType.HandshakeComplete)));
        await client.WaitAsync(() => ((NodeSession)client.Session).Channel.DrainAsync(CancellationToken.None).IsCompleted, "its acknowledgement", look: true);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(0, _clock.Timers);
    }

    [Fact]
    public async Task A_client_that_does_not_answer_has_15_seconds()
    {
        await using var client = NodeClient.Begin(Echo(), NodeClient.Plan(SessionType.StandardStream));
        await client.WaitForAsync(PayloadType.HandshakeRequest);

        _clock.Advance(TimeSpan.FromSeconds(14.9));
        Assert.False(client.Session.Completion.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(0.1));

        Assert.Equal(
            new SessionOutcome(
                Succeeded: false,
                "\n----------ERROR-------\nEncountered error while initiating handshake. "
                + "Handshake timed out. Please ensure that you have the latest version of the session manager plugin."),
            await client.EndedAsync());
    }

    [Fact]
    public async Task The_15_seconds_run_while_the_gateway_has_a_client()
    {
        await using var client = NodeClient.Begin(Echo(), NodeClient.Plan(SessionType.StandardStream));
        await client.WaitForAsync(PayloadType.HandshakeRequest);
        await client.PublishAsync(MessageType.PausePublication);
        await client.SettleAsync();

        _clock.Advance(TimeSpan.FromMinutes(5));
        Assert.False(client.Session.Completion.IsCompleted);
        await client.PublishAsync(MessageType.StartPublication);
        await client.SettleAsync();
        _clock.Advance(TimeSpan.FromSeconds(15));

        Assert.False((await client.EndedAsync()).Succeeded);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_client_that_cannot_do_it_fails_the_session(int status)
    {
        await using var client = NodeClient.Begin(Echo(), NodeClient.Plan(SessionType.StandardStream));
        await client.WaitForAsync(PayloadType.HandshakeRequest);
        await client.AnswerHandshakeAsync("1.2.677.0", status, "Failed to process action SessionType: Unknown session type X");

        Assert.Equal(
            SessionOutcome.Failed(
                $"Encountered error while initiating handshake. SessionType failed on client with status {status} error: "
                + "Failed to process action SessionType: Unknown session type X"),
            await client.EndedAsync());
    }

    [Fact]
    public async Task A_response_that_is_none_fails_the_session()
    {
        await using var client = NodeClient.Begin(Echo(), NodeClient.Plan(SessionType.StandardStream));
        await client.SendAsync(PayloadType.HandshakeResponse, "[1"u8.ToArray());

        Assert.Equal(
            SessionOutcome.Failed("Encountered error while initiating handshake. Unmarshalling of HandshakeResponse message failed."),
            await client.EndedAsync());
    }

    [Theory]
    [InlineData(SessionType.StandardStream)]
    [InlineData(SessionType.InteractiveCommands)]
    public async Task A_shell_starts_without_a_handshake_where_the_client_just_speaks(SessionType type)
    {
        await using var client = NodeClient.Begin(Echo(), NodeClient.Plan(type, """{"linux":{"commands":"hi"}}"""));

        await client.ResizeAsync(100, 30);
        await client.TypeAsync("first");

        await client.WaitForOutputAsync("first");
        Assert.DoesNotContain(client.Messages, message => message.Type == PayloadType.HandshakeComplete);
    }

    [Theory]
    [InlineData(SessionType.NonInteractiveCommands)]
    [InlineData(SessionType.Port)]
    public async Task Others_fail_without_a_handshake(SessionType type)
    {
        await using var client = NodeClient.Begin(Echo(), NodeClient.Plan(type, """{"linux":{"commands":"hi"},"portNumber":"1"}"""));

        await client.TypeAsync("first");

        Assert.Equal(
            SessionOutcome.Failed("Encountered error while initiating handshake. The client sent input before it answered the handshake."),
            await client.EndedAsync());
    }

    [Fact]
    public async Task A_session_that_must_be_encrypted_is_not_run_in_the_clear()
    {
        var inputs = SessionInputs.Default with { KmsKeyId = "{{ key }}" };
        await using var client = NodeClient.Begin(Echo(), NodeClient.Plan(SessionType.StandardStream, inputs: inputs, parameters: ("key", ["alias/x"])));

        Assert.Equal(
            SessionOutcome.Failed("This session is to be encrypted with AWS KMS (kmsKeyId), which this service does not offer."),
            await client.EndedAsync());
        Assert.Empty(client.Messages);
    }

    [Fact]
    public async Task Ports_are_never_encrypted()
    {
        var plan = NodeClient.Plan(SessionType.Port, """{"portNumber":"1"}""", SessionInputs.Default with { KmsKeyId = "alias/x" });
        await using var client = await NodeClient.StartAsync(Echo(), plan);

        await client.TypeAsync("through");

        await client.WaitForOutputAsync("through");
    }

    [Fact]
    public async Task Control_C_in_a_port_session_ends_it_with_success()
    {
        await using var client = await NodeClient.StartAsync(Echo(), NodeClient.Plan(SessionType.Port, """{"portNumber":"1"}"""));

        await client.FlagAsync(ChannelFlag.TerminateSession);

        Assert.Equal(SessionOutcome.Success, await client.EndedAsync());
        Assert.Equal(["Connected"], client.States);
    }

    [Fact]
    public async Task The_end_waits_two_seconds_for_acknowledgements_and_no_longer()
    {
        await using var client = await NodeClient.StartAsync(Echo(), NodeClient.Plan(SessionType.StandardStream));
        client.StopReading();
        await client.TypeAsync("exit\r");
        var channel = ((NodeSession)client.Session).Channel;
        await client.WaitAsync(() => !channel.DrainAsync(CancellationToken.None).IsCompleted && _clock.Timers > 1, "the wait", look: true);

        _clock.Advance(TimeSpan.FromSeconds(1.9));
        Assert.False(client.Session.Completion.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(0.1));

        Assert.Equal(SessionOutcome.Success, await client.EndedAsync());
    }

    [Fact]
    public async Task Channel_closed_ends_it_without_another_word()
    {
        await using var client = await NodeClient.StartAsync(Echo(), NodeClient.Plan(SessionType.StandardStream));

        await client.CloseAsync();

        Assert.Equal(SessionOutcome.Success, await client.EndedAsync());
        Assert.Equal(["Connected"], client.States);
    }

    [Fact]
    public async Task A_session_that_is_disposed_has_ended()
    {
        var client = await NodeClient.StartAsync(Echo(), NodeClient.Plan(SessionType.StandardStream));

        await client.DisposeAsync();

        Assert.Equal(SessionOutcome.Success, await client.EndedAsync());
    }

    [Fact]
    public async Task What_nobody_expected_is_told_to_the_service_and_not_to_the_client()
    {
        var told = new List<(string Session, Exception Failure)>();
        var options = new NodeOptions
        {
            UnexpectedFailure = (session, failure) => told.Add((session, failure)),
            OpenTranscript = _ => throw new InvalidOperationException("secret"),
        };
        await using var client = NodeClient.Begin(new EchoNode(options, _clock), NodeClient.Plan(SessionType.StandardStream));
        await client.WaitForAsync(PayloadType.HandshakeRequest);
        await client.AnswerHandshakeAsync("1.2.677.0");

        Assert.Equal(SessionOutcome.Failed("The session failed unexpectedly."), await client.EndedAsync());
        Assert.Equal(("lab-0123456789abcdef0", "secret"), (Assert.Single(told).Session, told[0].Failure.Message));
    }

    private EchoNode Echo() => new(new NodeOptions(), _clock);
}
