using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using SsmSessions.Channel;
using SsmSessions.Channel.Payloads;

namespace SsmSessions.Tests.Channel.Payloads;

/// <summary>Payloads as both real ends write them, to the byte.</summary>
public sealed class PayloadTests
{
    [Fact]
    public void A_handshake_request_for_a_shell()
    {
        var request = new HandshakeRequest("3.3.987.0", [RequestedClientAction.ForSessionType("Standard_Stream", properties: null)]);

        AssertRecorded("handshake_request_shell", request.ToPayload());
        Assert.Equal(request.ToPayload(), HandshakeRequest.Read(request.ToPayload())!.ToPayload());
    }

    [Fact]
    public void A_handshake_request_for_a_port()
    {
        var properties = new Dictionary<string, string> { ["localPortNumber"] = "9000", ["portNumber"] = "80", ["type"] = "LocalPortForwarding" };
        var request = new HandshakeRequest("3.3.987.0", [RequestedClientAction.ForSessionType("Port", properties)]);
        AssertRecorded("handshake_request_port", request.ToPayload());

        var action = Assert.Single(HandshakeRequest.Read(request.ToPayload())!.RequestedClientActions!);
        var parameters = SessionTypeParameters.Read(action.ActionParameters)!;
        Assert.Equal(("SessionType", "Port", "80"), (action.ActionType, parameters.SessionType, parameters.Properties?.GetProperty("portNumber").GetString()));
    }

    [Fact]
    public void A_handshake_request_with_encryption()
    {
        var request = new HandshakeRequest("3.3.987.0", [RequestedClientAction.ForEncryption("arn:aws:kms:x", [0xfb, 0xff, 0xbf])]);

        Assert.Equal(
            """{"AgentVersion":"3.3.987.0","RequestedClientActions":[{"ActionType":"KMSEncryption","ActionParameters":{"KMSKeyId":"arn:aws:kms:x","Challenge":"+/+/"}}]}""",
            Encoding.UTF8.GetString(request.ToPayload()));
    }

    [Fact]
    public void A_handshake_response()
    {
        var response = new HandshakeResponse("1.2.677.0", [new ProcessedClientAction("SessionType", ProcessedClientAction.Success, null, "")], Errors: null);
        AssertRecorded("handshake_response", response.ToPayload());

        var read = HandshakeResponse.Read(response.ToPayload())!;
        Assert.Equal(("1.2.677.0", (IReadOnlyList<string>?)null), (read.ClientVersion, read.Errors));
        Assert.Equal(new ProcessedClientAction("SessionType", 1, null, ""), Assert.Single(read.ProcessedClientActions!));
    }

    [Fact]
    public void A_handshake_response_to_an_unknown_action_and_one_in_another_case()
    {
        var defect = HandshakeResponse.Read(
            """{"clientversion":"1.2.0.0","PROCESSEDCLIENTACTIONS":[{"ActionType":"X","ActionStatus":0,"ActionResult":3,"Error":"Unsupported action X","More":1}],"errors":["e"]}"""u8)!;

        var action = Assert.Single(defect.ProcessedClientActions!);
        Assert.Equal(("1.2.0.0", "X", 0, 3, "e"), (defect.ClientVersion, action.ActionType, action.ActionStatus, action.ActionResult!.Value.GetInt32(), defect.Errors![0]));
    }

    [Fact]
    public void The_end_of_a_handshake()
    {
        var complete = new HandshakeComplete(15_000_000, "");

        AssertRecorded("handshake_complete", complete.ToPayload());
        Assert.Equal(complete, HandshakeComplete.Read(complete.ToPayload()));
    }

    [Fact]
    public void A_size()
    {
        AssertRecorded("input_size_80x24", new SizeData(80, 24).ToPayload());
        Assert.Equal(new SizeData(80, 24), SizeData.Read("""{"Cols":80,"ROWS":24}"""u8));
        Assert.Null(SizeData.Read("""{"cols":-1,"rows":24}"""u8));
        Assert.Null(SizeData.Read("""{"cols":99999999999,"rows":24}"""u8));
    }

    [Fact]
    public void Flags()
    {
        AssertRecorded("input_flag_disconnect_to_port", ChannelFlag.DisconnectToPort.ToPayload());
        AssertRecorded("input_flag_terminate_session", ChannelFlag.TerminateSession.ToPayload());
        AssertRecorded("output_flag_connect_to_port_error", ChannelFlag.ConnectToPortError.ToPayload());
        Assert.True(ChannelFlags.TryRead([0, 0, 0, 2], out var flag));
        Assert.Equal(ChannelFlag.TerminateSession, flag);
        Assert.False(ChannelFlags.TryRead([0, 0, 2], out _));
        Assert.False(ChannelFlags.TryRead([0, 0, 0, 0, 2], out _));
    }

    [Fact]
    public void An_exit_code()
    {
        AssertRecorded("output_exit_code_2", ExitCode.ToPayload(2));
        Assert.Equal(2, ExitCode.Read("EXIT_CODE: 2"u8));
        Assert.Equal(-1, ExitCode.Read(ExitCode.ToPayload(-1)));
        Assert.Null(ExitCode.Read("2"u8));
        Assert.Null(ExitCode.Read("EXIT_CODE: two"u8));
    }

    [Fact]
    public void The_end_of_a_channel()
    {
        var closed = new ChannelClosed(
            "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee", "1700000000080", "mi-0123456789abcdef0", "user-0123456789abcdef0", "channel_closed", 1, "");

        AssertRecorded("channel_closed_to_client", closed.ToPayload());
        Assert.Equal(closed, ChannelClosed.Read(closed.ToPayload()));
    }

    [Fact]
    public void The_end_of_a_channel_as_a_frame()
    {
        var frame = ChannelClosed.ToFrame("user-1", "i-1", "Too <late> & \"over\".\n", 1_700_000_000_080);

        Assert.True(AgentMessage.TryRead(frame, ChannelRole.Client, out var message));
        Assert.Equal((MessageType.ChannelClosed, 0, 0ul, PayloadType.None), (message.Type, message.SequenceNumber, message.Flags, message.PayloadType));
        Assert.Equal(
            $$"""{"MessageId":"{{message.MessageId}}","CreatedDate":"1700000000080","DestinationId":"i-1","SessionId":"user-1","MessageType":"channel_closed","SchemaVersion":1,"Output":"Too <late> & \"over\".\n"}""",
            Encoding.UTF8.GetString(message.Payload));
    }

    [Fact]
    public void The_state_of_a_session()
    {
        var state = new AgentSessionState(1, AgentSessionState.Connected, "user-0123456789abcdef0");

        AssertRecorded("agent_session_state_connected", state.ToPayload());
        Assert.Equal(state, AgentSessionState.Read(state.ToPayload()));
    }

    [Fact]
    public void The_start_of_a_session_on_the_control_channel()
    {
        var recorded = Vectors.Frame("control_interactive_shell")[AgentMessage.HeaderBytes..];
        var shell = InteractiveShell.Read(recorded)!;

        Assert.Equal(("user-0123456789abcdef0", InteractiveShell.StartSession, 1), (shell.TaskId, shell.Topic, shell.SchemaVersion));
        Assert.Equal("SSM-SessionManagerRunShell", JsonDocument.Parse(shell.Content!).RootElement.GetProperty("DocumentName").GetString());
        AssertRecorded("control_interactive_shell", shell.ToPayload());
    }

    [Fact]
    public void The_end_of_a_session_on_the_control_channel()
    {
        var complete = new AgentTaskComplete(
            1, "user-0123456789abcdef0", "agent_task_complete", "Success", IsRoutingFailure: false, "", "mi-0123456789abcdef0", "", "", "", "", "", 1);
        var acknowledge = new AgentTaskAcknowledge(1, "0b0b0b0b-1b1b-4c2c-8d3d-4e4e4e4e4e4e", "user-0123456789abcdef0", "agent_task_complete");

        AssertRecorded("control_agent_task_complete", complete.ToPayload());
        AssertRecorded("control_agent_task_acknowledge", acknowledge.ToPayload());
        Assert.Equal(complete, AgentTaskComplete.Read(complete.ToPayload()));
        Assert.Equal(acknowledge, AgentTaskAcknowledge.Read(acknowledge.ToPayload()));
    }

    [Fact]
    public void The_message_that_opens_a_channel_and_does_not_print_its_token()
    {
        var client = new OpenChannel("1.0", "r", "the+token==", null, "c", "1.2.677.0");
        var agent = new OpenChannel("1.0", "r", "the+token==", "mi-1", "", null);

        Assert.Equal("""{"MessageSchemaVersion":"1.0","RequestId":"r","TokenValue":"the+token==","ClientId":"c","ClientVersion":"1.2.677.0"}""", Encoding.UTF8.GetString(client.ToText()));
        Assert.Equal("""{"MessageSchemaVersion":"1.0","RequestId":"r","TokenValue":"the+token==","ClientInstanceId":"mi-1","ClientId":""}""", Encoding.UTF8.GetString(agent.ToText()));
        Assert.Equal(client, OpenChannel.Read(client.ToText()));
        Assert.Equal("OpenChannel { ClientId = c, ClientInstanceId =  }", client.ToString());
    }

    [Fact]
    public void A_challenge()
    {
        Assert.Equal("""{"Challenge":"+/+/"}""", Encoding.UTF8.GetString(new EncryptionChallenge([0xfb, 0xff, 0xbf]).ToPayload()));
        Assert.Equal([0xfb, 0xff, 0xbf], EncryptionChallenge.Read("""{"challenge":"+/+/"}"""u8)!.Challenge!);
        Assert.Null(EncryptionChallenge.Read("""{"Challenge":"!"}"""u8));
    }

    [Fact]
    public void Any_bytes_are_a_payload_or_not()
    {
        var pieces = new[] { "{", "}", "[", "]", "\"", ":", ",", "\"ActionParameters\":", "\"RequestedClientActions\":", "\"ProcessedClientActions\":", "\"ActionStatus\":", "\"cols\":", "null", "1", "\"x\"", "\xff" };
        Prop.ForAll(
            Gen.Elements(pieces).ArrayOf().Select(string.Concat).ToArbitrary(),
            text =>
            {
                var payload = Encoding.Latin1.GetBytes(text);
                foreach (var action in HandshakeRequest.Read(payload)?.RequestedClientActions ?? [])
                    _ = action is null ? null : SessionTypeParameters.Read(action.ActionParameters);
                _ = (HandshakeResponse.Read(payload), HandshakeComplete.Read(payload), SizeData.Read(payload), ChannelClosed.Read(payload), OpenChannel.Read(payload));
                _ = (AgentSessionState.Read(payload), InteractiveShell.Read(payload), AgentTaskComplete.Read(payload), EncryptionChallenge.Read(payload), ExitCode.Read(payload));
            }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));
        Assert.Null(HandshakeResponse.Read(Encoding.ASCII.GetBytes(new string('[', 100_000))));
        Assert.Null(SizeData.Read("null"u8));
    }

    private static void AssertRecorded(string name, byte[] payload) =>
        Assert.Equal(Encoding.Latin1.GetString(Vectors.Frame(name)[AgentMessage.HeaderBytes..]), Encoding.Latin1.GetString(payload));
}
