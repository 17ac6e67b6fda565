using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace SsmSessions.Server.Hosting.Tls;

/// <summary>
/// The proxy that leads to the real service's name and arrives here: no connection to anywhere is made. Kestrel gives no stream for
/// CONNECT, so its head is read before HTTP sees the connection.
/// </summary>
internal static class Tunnel
{
    private const int LongestHead = 8192;
    private const int LongestLogged = 200;
    private const string HttpsPort = ":443";

    private static ReadOnlySpan<byte> EndOfHead => "\r\n\r\n"u8;

    private static ReadOnlyMemory<byte> Established { get; } = "HTTP/1.1 200 Connection established\r\n\r\n"u8.ToArray();

    /// <summary>Reads the request and answers it. True when the connection is now a tunnel and TLS comes next.</summary>
    /// <exception cref="OperationCanceledException">The request did not come in time.</exception>
    public static async Task<bool> OpenAsync(ConnectionContext connection, bool servesAws, ILogger log, CancellationToken cancellationToken)
    {
        var (head, tooLong) = await ReadHeadAsync(connection.Transport.Input, cancellationToken);
        var output = connection.Transport.Output;
        if (tooLong)
            return await RefuseAsync(output, StatusCodes.Status431RequestHeaderFieldsTooLarge, "Request Header Fields Too Large", "The request is too long.", cancellationToken);
        if (head is null)
            return false;
        if (TargetOf(head) is not { } target)
            return await RefuseAsync(output, StatusCodes.Status400BadRequest, "Bad Request", "This is no CONNECT of HTTP/1.", cancellationToken);
        var name = target.EndsWith(HttpsPort, StringComparison.Ordinal) ? target[..^HttpsPort.Length].ToLowerInvariant() : "";
        if (!servesAws || !AwsNames.IsStreamHost(name))
        {
            log.TunnelRefused(LogText.Printable(target, LongestLogged));
            var text = servesAws
                ? "This proxy leads to ssmmessages.<region>.amazonaws.com:443 of ssm-sessions and nowhere else."
                : "This server is a proxy only with --stream-url aws.";
            return await RefuseAsync(output, StatusCodes.Status403Forbidden, "Forbidden", text, cancellationToken);
        }

        connection.Features.Set(new AwsConnection(name));
        await output.WriteAsync(Established, cancellationToken);
        return true;
    }

    /// <summary>Consumes the head. It is null when the client left before its end, or when it is too long.</summary>
    private static async Task<(string? Head, bool TooLong)> ReadHeadAsync(PipeReader input, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await input.ReadAsync(cancellationToken);
            if (EndOf(read.Buffer) is { } end && read.Buffer.Slice(0, end) is { Length: <= LongestHead } head)
            {
                var text = Encoding.Latin1.GetString(head);
                input.AdvanceTo(end);
                return (text, false);
            }

            var tooLong = read.Buffer.Length > LongestHead;
            input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            if (tooLong || read.IsCompleted)
                return (null, tooLong);
        }
    }

    private static SequencePosition? EndOf(ReadOnlySequence<byte> buffer)
    {
        var reader = new SequenceReader<byte>(buffer);
        return reader.TryReadTo(out ReadOnlySequence<byte> _, EndOfHead) ? reader.Position : null;
    }

    /// <summary>The second word of <c>CONNECT host:port HTTP/1.1</c>.</summary>
    private static string? TargetOf(string head)
    {
        var words = head[..head.IndexOf("\r\n", StringComparison.Ordinal)].Split(' ');
        return words.Length == 3 && words[2].StartsWith("HTTP/1.", StringComparison.Ordinal) ? words[1] : null;
    }

    private static async Task<bool> RefuseAsync(PipeWriter output, int status, string reason, string text, CancellationToken cancellationToken)
    {
        var answer = $"HTTP/1.1 {status} {reason}\r\nContent-Type: text/plain\r\nContent-Length: {text.Length + 1}\r\nConnection: close\r\n\r\n{text}\n";
        await output.WriteAsync(Encoding.ASCII.GetBytes(answer), cancellationToken);
        return false;
    }
}
