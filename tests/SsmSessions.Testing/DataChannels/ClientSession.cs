using System.Text.Json;
using SsmSessions.Channel;
using SsmSessions.Channel.Payloads;
using SsmSessions.Channel.Smux;

namespace SsmSessions.Testing.DataChannels;

/// <summary>What a client does with what it receives: handshake, output, smux (spec/ssm-data-channel.md §8 to §11).</summary>
internal sealed class ClientSession(DataChannelClientOptions options, ClientRecord record) : IMessageConsumer, IDisposable
{
    private static readonly Version LastWithoutSmux = new(3, 0, 196, 0);
    private static readonly string[] SessionTypes = ["Standard_Stream", "InteractiveCommands", "NonInteractiveCommands", "Port"];

    private ChannelEnd _channel = null!;
    private bool _isFirst = true;
    private bool _isReady;

    private enum Kind
    {
        Shell,
        PlainPort,
        BasicPort,
        MultiplexedPort,
    }

    private Kind _kind;

    /// <summary>The streams of a multiplexed port session, once the handshake is complete.</summary>
    public SmuxSession? Smux { get; private set; }

    /// <summary>A basic port session has a local connection.</summary>
    public bool IsConnectedLocally { get; set; } = options.IsConnectedLocally;

    public void Attach(ChannelEnd channel) => _channel = channel;

    public bool TryConsume(PayloadType type, ReadOnlySpan<byte> payload)
    {
        var isFirst = _isFirst;
        _isFirst = false;
        switch (type)
        {
            case PayloadType.HandshakeRequest:
                OnHandshakeRequest(payload);
                return true;
            case PayloadType.HandshakeComplete:
                OnHandshakeComplete(payload);
                return true;
            case PayloadType.EncryptionChallengeRequest:
                return true;
        }

        // Without a handshake, output that comes first begins a shell. Anything else that comes first is acknowledged and lost.
        if (isFirst && type == PayloadType.Output)
            _isReady = true;
        else if (!_isReady)
            return isFirst;
        if (_kind == Kind.BasicPort && !IsConnectedLocally)
            return false;
        if (_kind == Kind.MultiplexedPort && type == PayloadType.Output)
            return Smux!.TryReceive(payload);
        if (options.OnOutput is { } handler)
        {
            handler(type, payload);
            return true;
        }

        return record.TryAdd(type, payload);
    }

    public ValueTask WaitForRoomAsync(CancellationToken cancellationToken) => Smux?.WaitForRoomAsync(cancellationToken) ?? default;

    public void OnServiceMessage(MessageType type, ReadOnlySpan<byte> payload)
    {
        if (type == MessageType.ChannelClosed)
            record.OnChannelClosed(ChannelClosed.Read(payload));
    }

    public void Dispose() => Smux?.Dispose();

    private void OnHandshakeRequest(ReadOnlySpan<byte> payload)
    {
        var request = HandshakeRequest.Read(payload);
        var actions = new List<ProcessedClientAction>();
        var errors = new List<string>();
        foreach (var action in request?.RequestedClientActions ?? [])
        {
            var error = action.ActionType == RequestedClientAction.SessionType ? Begin(request!, action) : $"Unknown action {action.ActionType}";
            if (error is not null)
                errors.Add(error);
            var status = error is null ? ProcessedClientAction.Success : ProcessedClientAction.Failed;
            actions.Add(new ProcessedClientAction(action.ActionType, status, ActionResult: null, error ?? ""));
        }

        if (options.AnswersHandshake)
            Send(PayloadType.HandshakeResponse, new HandshakeResponse(options.ClientVersion, actions, errors.Count == 0 ? null : errors).ToPayload());
        record.OnHandshakeRequest(request);
    }

    private string? Begin(HandshakeRequest request, RequestedClientAction action)
    {
        var parameters = SessionTypeParameters.Read(action.ActionParameters);
        if (!SessionTypes.Contains(parameters?.SessionType))
            return $"Failed to process action SessionType: Unknown session type {parameters?.SessionType}";
        if (parameters!.SessionType != "Port")
            return null;
        var isForwarding = parameters.Properties is { ValueKind: JsonValueKind.Object } properties
            && properties.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String && type.GetString() == "LocalPortForwarding";
        var hasSmux = Version.TryParse(request.AgentVersion, out var version) && version.Revision >= 0 && version > LastWithoutSmux;
        _kind = !isForwarding ? Kind.PlainPort : hasSmux ? Kind.MultiplexedPort : Kind.BasicPort;
        return null;
    }

    private void OnHandshakeComplete(ReadOnlySpan<byte> payload)
    {
        _isReady = true;
        if (_kind == Kind.MultiplexedPort)
            Smux = new SmuxSession(new SmuxSessionOptions { Role = ChannelRole.Client }, _channel);
        if (_kind == Kind.Shell && options.Terminal is var (columns, rows))
            Send(PayloadType.Size, new SizeData(columns, rows).ToPayload());
        record.OnHandshakeComplete(HandshakeComplete.Read(payload));
    }

    // The window has room for these few; a channel that is closed meanwhile has nobody to tell.
    private void Send(PayloadType type, byte[] payload) => _ = _channel.SendAsync(type, payload, CancellationToken.None).AsTask();
}
