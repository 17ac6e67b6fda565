using System.Net.Sockets;
using SsmSessions.Channel;

namespace SsmSessions.Node.Ports;

/// <summary>Reads a target straight into the buffers that are sent.</summary>
internal static class TargetReader
{
    /// <summary>Sends all that the target sends, to its end.</summary>
    /// <param name="target">The connection.</param>
    /// <param name="rent">Rents a buffer.</param>
    /// <param name="roomOf">Where data goes in a buffer.</param>
    /// <param name="send">Sends a buffer with so much data, and takes it over.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="IOException">The connection broke, or what is sent to did.</exception>
    public static async Task CopyAsync(
        Socket target,
        Func<MessageBuffer> rent,
        Func<MessageBuffer, Memory<byte>> roomOf,
        Func<MessageBuffer, int, CancellationToken, ValueTask> send,
        CancellationToken cancellationToken)
    {
        try
        {
            for (var mayHaveMore = false; ;)
            {
                // An idle connection holds no buffer: a read of nothing waits until there is something.
                if (!mayHaveMore)
                    await target.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None, cancellationToken);
                var buffer = rent();
                var length = 0;
                try
                {
                    var room = roomOf(buffer);
                    length = await target.ReceiveAsync(room, SocketFlags.None, cancellationToken);
                    mayHaveMore = length == room.Length;
                }
                finally
                {
                    if (length == 0)
                        buffer.Dispose();
                }

                if (length == 0)
                    return;
                await send(buffer, length, cancellationToken);
            }
        }
        catch (SocketException failure)
        {
            throw new IOException("The target is gone.", failure);
        }
    }
}
