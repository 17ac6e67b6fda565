using System.Net.Sockets;
using SsmSessions.Channel;
using SsmSessions.Channel.Smux;

namespace SsmSessions.Node.Ports;

/// <summary>Connects each stream of a multiplexed port session to the target.</summary>
internal sealed class TargetStreamsRunner(NodeSession session, ClientVersion client, TargetDialer dialer) : StreamsRunner(session, client)
{
    protected override async Task ServeAsync(SmuxStream stream, CancellationToken cancellationToken)
    {
        Socket target;
        try
        {
            target = await dialer.DialAsync(cancellationToken);
        }
        catch (DialException)
        {
            await Session.Channel.SendAsync(PayloadType.Flag, ChannelFlag.ConnectToPortError.ToPayload(), cancellationToken);
            return;
        }

        // Neither end can be closed by half: whichever direction ends first ends both.
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using (target)
        {
            var up = SendUpAsync(stream, target, either.Token);
            var down = TargetReader.CopyAsync(target, stream.Rent, SmuxStream.DataOf, stream.SendAsync, either.Token);
            var first = await Task.WhenAny(up, down);
            await stream.CloseAsync(cancellationToken);
            await either.CancelAsync();
            await Task.WhenAll(up, down).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await first;
        }
    }

    private static async Task SendUpAsync(SmuxStream stream, Socket target, CancellationToken cancellationToken)
    {
        try
        {
            while (await stream.ReadAsync(cancellationToken) is { IsEmpty: false } data)
            {
                while (!data.IsEmpty)
                    data = data[await target.SendAsync(data, SocketFlags.None, cancellationToken)..];
            }
        }
        catch (SocketException failure)
        {
            throw new IOException("The target takes no more.", failure);
        }
    }
}
