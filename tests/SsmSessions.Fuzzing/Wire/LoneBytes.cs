using System.Net;
using System.Net.Sockets;

namespace SsmSessions.Fuzzing.Wire;

/// <summary>Bytes on a connection of their own.</summary>
internal static class LoneBytes
{
    /// <summary>How long bytes that may be no whole request are given to be answered before their sender says that there are no more.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(5);

    /// <summary>Sends them, says at last that no more come, and reads until the server closes.</summary>
    /// <returns>What came back, which is nothing from a server that cuts off.</returns>
    /// <exception cref="OperationCanceledException">The server does not close in time.</exception>
    public static async Task<byte[]> SendAsync(IPEndPoint server, ReadOnlyMemory<byte> bytes, CancellationToken late)
    {
        using var socket = await DialAsync(server, late);
        using var received = new MemoryStream();
        var buffer = new byte[8 * 1024];
        try
        {
            await SendAllAsync(socket, bytes, late);
            var first = socket.ReceiveAsync(buffer.AsMemory(), late).AsTask();
            if (await Task.WhenAny(first, Task.Delay(Patience, late)) != first)
                socket.Shutdown(SocketShutdown.Send);
            for (var length = await first; length > 0; length = await socket.ReceiveAsync(buffer.AsMemory(), late))
            {
                if (received.Length == 0)
                    socket.Shutdown(SocketShutdown.Send);
                received.Write(buffer, 0, length);
            }
        }
        catch (SocketException)
        {
            // Cut off, which is an answer to bytes that are no request.
        }

        return received.ToArray();
    }

    /// <summary>A connection that does not linger after its end: there are not ports enough for that.</summary>
    public static async Task<Socket> DialAsync(IPEndPoint server, CancellationToken late)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, LingerState = new LingerOption(enable: true, seconds: 0) };
        try
        {
            await socket.ConnectAsync(server, late);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public static async Task SendAllAsync(Socket socket, ReadOnlyMemory<byte> bytes, CancellationToken late)
    {
        for (; !bytes.IsEmpty; bytes = bytes[await socket.SendAsync(bytes, late)..])
        {
        }
    }
}
