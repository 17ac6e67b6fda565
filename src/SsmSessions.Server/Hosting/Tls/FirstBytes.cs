using System.Buffers;
using System.IO.Pipelines;

namespace SsmSessions.Server.Hosting.Tls;

/// <summary>What a client begins with.</summary>
internal enum Opening
{
    /// <summary>Nothing: it went away.</summary>
    Nothing,

    /// <summary>HTTP, or what HTTP will refuse.</summary>
    Http,

    /// <summary>A TLS handshake.</summary>
    Tls,

    /// <summary>The word of a client that takes us for a proxy.</summary>
    Connect,
}

/// <summary>Tells by at most eight bytes what a client speaks.</summary>
internal static class FirstBytes
{
    /// <summary>The content type of a TLS record that holds a handshake; no method of HTTP begins so.</summary>
    private const byte TlsHandshake = 0x16;

    private static ReadOnlySpan<byte> ConnectWord => "CONNECT "u8;

    /// <summary>Waits for as many bytes as it takes, and consumes none.</summary>
    /// <exception cref="OperationCanceledException">They did not come in time.</exception>
    public static async Task<Opening> PeekAsync(PipeReader input, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await input.ReadAsync(cancellationToken);
            var opening = Recognize(read.Buffer);
            if (opening is null && !read.IsCompleted)
            {
                input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                continue;
            }

            opening ??= read.Buffer.IsEmpty ? Opening.Nothing : Opening.Http;
            input.AdvanceTo(read.Buffer.Start);
            return opening.Value;
        }
    }

    /// <summary>Null when more bytes are needed.</summary>
    private static Opening? Recognize(ReadOnlySequence<byte> buffer)
    {
        Span<byte> first = stackalloc byte[ConnectWord.Length];
        first = first[..(int)Math.Min(buffer.Length, first.Length)];
        buffer.Slice(0, first.Length).CopyTo(first);
        if (first.Length > 0 && first[0] == TlsHandshake)
            return Opening.Tls;
        if (!ConnectWord.StartsWith(first))
            return Opening.Http;
        return first.Length == ConnectWord.Length ? Opening.Connect : null;
    }
}
