using System.Buffers.Text;
using System.Text;

namespace SsmSessions.Fuzzing.Wire;

/// <summary>Says of bytes whether they are one request beyond doubt, so that the connection can be used again behind its answer.</summary>
internal static class HttpFraming
{
    private static readonly string[] OtherwiseFramed = ["transfer-encoding", "connection", "upgrade", "expect", "keep-alive", "proxy-connection"];

    private static ReadOnlySpan<byte> EndOfHead => "\r\n\r\n"u8;

    /// <summary>True for one whole request of HTTP/1.1 whose length nobody can read in two ways.</summary>
    public static bool IsOneRequest(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf(EndOfHead);
        if (end < 0)
            return false;
        var body = bytes.Length - end - EndOfHead.Length;
        var head = bytes[..end];
        var first = head.IndexOf("\r\n"u8);
        if (!IsRequestLine(first < 0 ? head : head[..first]))
            return false;
        long? length = null;
        while (first >= 0)
        {
            head = head[(first + 2)..];
            first = head.IndexOf("\r\n"u8);
            if (!TryReadHeader(first < 0 ? head : head[..first], ref length))
                return false;
        }

        return (length ?? 0) == body;
    }

    /// <summary>True for the one method whose answer has no body whatever its length says.</summary>
    public static bool IsHead(ReadOnlySpan<byte> bytes) => bytes.StartsWith("HEAD "u8);

    /// <summary>The bytes of a request: a head whose length of the body is right.</summary>
    /// <param name="head">Its lines, each with its end.</param>
    /// <param name="body">Its body.</param>
    public static byte[] Request(string head, ReadOnlySpan<byte> body) =>
        [.. Encoding.UTF8.GetBytes(head), .. Encoding.ASCII.GetBytes($"Content-Length: {body.Length}\r\n\r\n"), .. body];

    private static bool IsRequestLine(ReadOnlySpan<byte> line)
    {
        if (!line.EndsWith(" HTTP/1.1"u8) || line.IndexOfAnyInRange((byte)0, (byte)0x1F) >= 0 || line.Count((byte)' ') != 2)
            return false;
        var method = line[..line.IndexOf((byte)' ')];
        return method.Length is > 0 and <= 16 && method.IndexOfAnyExceptInRange((byte)'A', (byte)'Z') < 0 && !method.SequenceEqual("CONNECT"u8);
    }

    private static bool TryReadHeader(ReadOnlySpan<byte> line, ref long? length)
    {
        var colon = line.IndexOf((byte)':');
        if (colon <= 0 || line.IndexOfAny((byte)'\r', (byte)'\n', (byte)0) >= 0)
            return false;
        var name = Encoding.Latin1.GetString(line[..colon]);
        if (!name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') || OtherwiseFramed.Contains(name, StringComparer.OrdinalIgnoreCase))
            return false;
        if (!name.Equals("content-length", StringComparison.OrdinalIgnoreCase))
            return true;
        var value = line[(colon + 1)..].Trim((byte)' ');
        if (length is not null || value.IsEmpty || value.IndexOfAnyExceptInRange((byte)'0', (byte)'9') >= 0
            || !Utf8Parser.TryParse(value, out long number, out var used) || used != value.Length)
        {
            return false;
        }

        length = number;
        return true;
    }
}
