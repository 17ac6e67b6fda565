using SsmSessions.Channel;

namespace SsmSessions.Node.Echo;

/// <summary>Says back what is sent to a port that is not multiplexed.</summary>
internal sealed class EchoPortRunner(NodeSession session) : ISessionRunner
{
    private readonly EchoOutput _output = new(session);

    public ValueTask OpenAsync() => default;

    public void Start()
    {
    }

    public bool TryConsume(PayloadType type, ReadOnlySpan<byte> payload) => type != PayloadType.Output || _output.TrySend(payload);

    public ValueTask DisposeAsync() => default;
}
