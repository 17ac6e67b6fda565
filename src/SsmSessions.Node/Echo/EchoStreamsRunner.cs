using SsmSessions.Channel.Smux;
using SsmSessions.Node.Ports;

namespace SsmSessions.Node.Echo;

/// <summary>Says back what is sent on each stream of a multiplexed port session.</summary>
internal sealed class EchoStreamsRunner(NodeSession session, ClientVersion client) : StreamsRunner(session, client)
{
    protected override async Task ServeAsync(SmuxStream stream, CancellationToken cancellationToken)
    {
        while (await stream.ReadAsync(cancellationToken) is { IsEmpty: false } data)
            await stream.WriteAsync(data, cancellationToken);
    }
}
