using System.Threading.Channels;
using SsmSessions.Channel;
using SsmSessions.Channel.Payloads;
using SsmSessions.Channel.Smux;

namespace SsmSessions.Tests.Testing.DataChannels;

/// <summary>An agent that begins with the handshake and sends input back. In a multiplexed session each stream sends its data back.</summary>
internal sealed class ScriptedAgent : IMessageConsumer, IAsyncDisposable
{
    private readonly string _sessionType;
    private readonly IReadOnlyDictionary<string, string>? _properties;
    private readonly Channel<(PayloadType, byte[])> _received = System.Threading.Channels.Channel.CreateUnbounded<(PayloadType, byte[])>();
    private readonly bool _isMultiplexed;
    private SmuxSession? _smux;

    public ScriptedAgent(IFrameSink client, string sessionType, IReadOnlyDictionary<string, string>? properties = null)
    {
        _sessionType = sessionType;
        _properties = properties;
        _isMultiplexed = properties?.GetValueOrDefault("type") == "LocalPortForwarding";
        var quiet = _isMultiplexed ? TimeSpan.FromSeconds(1) : TimeSpan.Zero;
        Channel = new ChannelEnd(new ChannelEndOptions { Role = ChannelRole.Agent, QuietAfterHandshake = quiet }, client, this, TimeProvider.System);
    }

    public ChannelEnd Channel { get; }

    public string AgentVersion { get; init; } = "3.3.987.0";

    public HandshakeResponse? Response { get; private set; }

    public Task StartAsync()
    {
        var request = new HandshakeRequest(AgentVersion, [RequestedClientAction.ForSessionType(_sessionType, _properties)]);
        return Channel.SendAsync(PayloadType.HandshakeRequest, request.ToPayload(), default).AsTask();
    }

    public bool TryConsume(PayloadType type, ReadOnlySpan<byte> payload)
    {
        if (type == PayloadType.HandshakeResponse)
        {
            Response = HandshakeResponse.Read(payload);
            if (_isMultiplexed)
                _smux = new SmuxSession(new SmuxSessionOptions { Role = ChannelRole.Agent, OnStream = stream => _ = EchoAsync(stream) }, Channel);
            _ = Channel.SendAsync(PayloadType.HandshakeComplete, new HandshakeComplete(15_000_000, "").ToPayload(), default).AsTask();
            return true;
        }

        if (_smux is not null && type == PayloadType.Output)
            return _smux.TryReceive(payload);
        _received.Writer.TryWrite((type, payload.ToArray()));
        if (type == PayloadType.Output)
            _ = Channel.SendAsync(type, payload.ToArray(), default).AsTask();
        return true;
    }

    public ValueTask WaitForRoomAsync(CancellationToken cancellationToken) => _smux?.WaitForRoomAsync(cancellationToken) ?? default;

    public void OnServiceMessage(MessageType type, ReadOnlySpan<byte> payload)
    {
    }

    public async Task<(PayloadType Type, byte[] Payload)> NextAsync() => await _received.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20));

    public async ValueTask DisposeAsync()
    {
        _smux?.Dispose();
        await Channel.DisposeAsync();
    }

    private static async Task EchoAsync(SmuxStream stream)
    {
        try
        {
            while (await stream.ReadAsync(default) is { IsEmpty: false } data)
                await stream.WriteAsync(data, default);
            await stream.CloseAsync(default);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The session is over.
        }
    }
}
