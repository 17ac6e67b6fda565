using System.Text;
using SsmSessions.Channel;
using SsmSessions.Testing;
using AcknowledgePayload = SsmSessions.Channel.Payloads.Acknowledge;

namespace SsmSessions.Tests.Channel;

/// <summary>One end in one thread, whose frames are collected, with a clock that stands still.</summary>
internal sealed class EndUnderTest : IFrameSink, IMessageConsumer, IAsyncDisposable
{
    private readonly ChannelRole _role;
    private readonly List<byte[]> _frames = [];

    public EndUnderTest(ChannelRole role = ChannelRole.Agent, Func<ChannelEndOptions, ChannelEndOptions>? change = null)
    {
        _role = role;
        var options = new ChannelEndOptions { Role = role, SendsInline = true };
        End = new ChannelEnd(change?.Invoke(options) ?? options, this, this, Time);
    }

    public ChannelEnd End { get; }

    public ManualTimeProvider Time { get; } = new();

    /// <summary>What was consumed, as <c>type text</c>.</summary>
    public List<string> Consumed { get; } = [];

    /// <summary>Service messages, as <c>type text</c>.</summary>
    public List<string> Service { get; } = [];

    /// <summary>The consumer is not ready.</summary>
    public bool Refuses { get; set; }

    /// <summary>Called for what is consumed.</summary>
    public Action<PayloadType>? OnConsume { get; set; }

    /// <summary>What the consumer's wait for room gives.</summary>
    public Task Room { get; set; } = Task.CompletedTask;

    /// <summary>What the link does instead of taking a frame at once.</summary>
    public Func<Task>? Link { get; set; }

    public IReadOnlyList<byte[]> Frames => _frames;

    /// <summary>The frames since the last call: <c>ack 3</c>, <c>3: text</c>, or the name of a service message.</summary>
    public string[] TakeSent()
    {
        var sent = _frames.Select(Describe).ToArray();
        _frames.Clear();
        return sent;
    }

    public void Send(string text, PayloadType type = PayloadType.Output) =>
        Assert.True(End.SendAsync(type, Encoding.ASCII.GetBytes(text), default).AsTask().IsCompletedSuccessfully);

    /// <summary>A stream message from the other end.</summary>
    public void Receive(long number, string text, PayloadType type = PayloadType.Output) =>
        Receive(Frame(Other == ChannelRole.Client ? MessageType.InputStreamData : MessageType.OutputStreamData, number, type, Encoding.ASCII.GetBytes(text)));

    public void Receive(byte[] frame) => Assert.True(End.ReceiveAsync(frame, default).AsTask().IsCompletedSuccessfully);

    public void ReceiveService(MessageType type, string text = "") => Receive(Frame(type, 0, PayloadType.None, Encoding.ASCII.GetBytes(text)));

    public void Acknowledge(params long[] numbers)
    {
        var payload = new byte[AcknowledgePayload.MaxBytes];
        foreach (var number in numbers)
        {
            var length = AcknowledgePayload.Write(payload, MessageType.OutputStreamData, Guid.NewGuid(), number);
            Receive(Frame(MessageType.Acknowledge, 0, PayloadType.None, payload[..length]));
        }
    }

    public void Advance(int milliseconds) => Time.Advance(TimeSpan.FromMilliseconds(milliseconds));

    public static byte[] Frame(MessageType type, long number, PayloadType payloadType, byte[] payload)
    {
        var frame = new byte[AgentMessage.HeaderBytes + payload.Length];
        AgentMessage.Write(frame, type, 1_700_000_000_000, number, 0, Guid.NewGuid(), payloadType, payload);
        return frame;
    }

    /// <summary>Gives up what the test itself keeps.</summary>
    public void Trim()
    {
        Consumed.Clear();
        Consumed.TrimExcess();
        _frames.TrimExcess();
    }

    public ValueTask SendAsync(ReadOnlyMemory<byte> frame, CancellationToken cancellationToken)
    {
        _frames.Add(frame.ToArray());
        return Link is null ? default : new ValueTask(Link().WaitAsync(cancellationToken));
    }

    public bool TryConsume(PayloadType type, ReadOnlySpan<byte> payload)
    {
        if (Refuses)
            return false;
        Consumed.Add($"{type} {Encoding.ASCII.GetString(payload)}");
        OnConsume?.Invoke(type);
        return true;
    }

    public ValueTask WaitForRoomAsync(CancellationToken cancellationToken) => new(Room.WaitAsync(cancellationToken));

    public void OnServiceMessage(MessageType type, ReadOnlySpan<byte> payload) => Service.Add($"{type} {Encoding.ASCII.GetString(payload)}");

    public ValueTask DisposeAsync() => End.DisposeAsync();

    private ChannelRole Other => _role == ChannelRole.Agent ? ChannelRole.Client : ChannelRole.Agent;

    private string Describe(byte[] frame)
    {
        Assert.True(AgentMessage.TryRead(frame, ChannelRole.Client, out var message));
        if (message.Type == MessageType.Acknowledge)
        {
            Assert.True(AcknowledgePayload.TryRead(message.Payload, out var number));
            return $"ack {number}";
        }

        var text = Encoding.ASCII.GetString(message.Payload);
        var expected = _role == ChannelRole.Agent ? MessageType.OutputStreamData : MessageType.InputStreamData;
        return message.Type == expected ? $"{message.SequenceNumber}: {text}" : $"{message.Type} {text}";
    }
}
