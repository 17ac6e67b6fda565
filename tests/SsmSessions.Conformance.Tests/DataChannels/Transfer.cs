using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using SsmSessions.Testing;

namespace SsmSessions.Conformance.Tests.DataChannels;

/// <summary>What a port session leads to: takes and gives bytes, as many as each connection asks for.</summary>
/// <remarks>
/// <code>
/// caller: bytes up (8, little-endian), bytes down (8), the bytes up
/// target: SHA-256 of the bytes up (32), the bytes down, end
/// </code>
/// </remarks>
internal sealed class Transfer : IAsyncDisposable
{
    private const int BlockBytes = 32 * 1024;
    private const int HeadBytes = 16;

    private static readonly byte[] Noise = RandomNumberGenerator.GetBytes(BlockBytes);

    private readonly TcpListener _listener;
    private readonly Task _serving;

    /// <summary>Begins to listen.</summary>
    public Transfer(IPAddress? address = null)
    {
        _listener = new TcpListener(address ?? IPAddress.Loopback, 0);
        _listener.Start();
        _serving = ServeAsync();
    }

    /// <summary>Where.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Sends and receives over a connection that leads here, and checks every byte.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="up">Bytes to send.</param>
    /// <param name="down">Bytes to receive.</param>
    /// <param name="untilEnd">Whether the end is awaited behind them.</param>
    public static async Task RunAsync(Stream connection, long up, long down, bool untilEnd = true)
    {
        await connection.WriteAsync(Head(up, down));
        var sent = await WriteAsync(connection, up);

        var hash = new byte[SHA256.HashSizeInBytes];
        await connection.ReadExactlyAsync(hash);
        Assert.Equal(sent, hash);
        var (received, length) = await ReadAsync(connection, untilEnd ? long.MaxValue : down);
        Assert.Equal(down, length);
        Assert.Equal(HashOf(down), received);
    }

    /// <summary>What a caller sends first.</summary>
    public static byte[] Head(long up, long down)
    {
        var head = new byte[HeadBytes];
        BinaryPrimitives.WriteInt64LittleEndian(head, up);
        BinaryPrimitives.WriteInt64LittleEndian(head.AsSpan(8), down);
        return head;
    }

    /// <summary>The bytes that go up or down.</summary>
    public static byte[] Bytes(long length) => [.. Blocks(length).SelectMany(block => block.ToArray())];

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _serving;
    }

    private async Task ServeAsync()
    {
        await foreach (var socket in _listener.AcceptAllAsync())
            _ = ServeAsync(new NetworkStream(socket, ownsSocket: true));
    }

    private static async Task ServeAsync(NetworkStream connection)
    {
        await using (connection)
        {
            try
            {
                var head = new byte[HeadBytes];
                await connection.ReadExactlyAsync(head);
                var (hash, _) = await ReadAsync(connection, BinaryPrimitives.ReadInt64LittleEndian(head));
                await connection.WriteAsync(hash);
                await WriteAsync(connection, BinaryPrimitives.ReadInt64LittleEndian(head.AsSpan(8)));
            }
            catch (IOException)
            {
                // Who asked has gone, and says so.
            }
        }
    }

    private static async Task<byte[]> WriteAsync(Stream connection, long length)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var block in Blocks(length))
        {
            hash.AppendData(block.Span);
            await connection.WriteAsync(block);
        }

        return hash.GetHashAndReset();
    }

    private static async Task<(byte[] Hash, long Length)> ReadAsync(Stream connection, long length)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[BlockBytes];
        var received = 0L;
        while (received < length && await connection.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, length - received))) is > 0 and var read)
        {
            hash.AppendData(buffer, 0, read);
            received += read;
        }

        return (hash.GetHashAndReset(), received);
    }

    private static byte[] HashOf(long length)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var block in Blocks(length))
            hash.AppendData(block.Span);
        return hash.GetHashAndReset();
    }

    /// <summary>Bytes of which no two blocks are alike, so that none can be lost, doubled or exchanged unseen. A block is good until the next.</summary>
    private static IEnumerable<ReadOnlyMemory<byte>> Blocks(long length)
    {
        var block = Noise.ToArray();
        for (var at = 0L; at < length; at += BlockBytes)
        {
            BinaryPrimitives.WriteInt64LittleEndian(block, at);
            yield return block.AsMemory(0, (int)Math.Min(BlockBytes, length - at));
        }
    }
}
