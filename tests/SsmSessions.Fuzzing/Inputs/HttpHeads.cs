using System.Text;

namespace SsmSessions.Fuzzing.Inputs;

/// <summary>Heads of requests, mostly sound.</summary>
internal static class HttpHeads
{
    private static readonly string[] OddLines =
    [
        "Content-Encoding: gzip", "Content-Encoding: deflate", "Content-Encoding: br, gzip", "Accept-Encoding: gzip, br", "Accept: */*", "Origin: http://evil.example", "Origin: null", "Referer: x",
        "X-Forwarded-For: 203.0.113.7", "Forwarded: for=203.0.113.7", "X-Forwarded-Proto: https", "X-Forwarded-Host: evil.example", "X-Http-Method-Override: DELETE", "X-Original-URL: /_ssm-sessions/reset",
        "Cookie: a=b; PALO_SESSION_ID=x", "Cookie: ;;==;=", "Range: bytes=0-1", "If-None-Match: *", "If-Modified-Since: x", "TE: trailers", "Via: 1.1 x", "Cache-Control: max-age=x", "Cache-Control: stale-if-error=9e9",
        "X-Amz-Security-Token: x", "X-Amz-Content-Sha256: UNSIGNED-PAYLOAD", "X-Amz-Date: 99999999T999999Z", "Date: Thu, 01 Jan 1970 00:00:00 GMT", "X-Consul-Token: x", "X-Consul-Namespace: x", "X-Consul-Index: 1",
        "Accept-Language: \u00e4", "X-Empty:", "X-Blank:    ", "Max-Forwards: 0", "Trailer: x", "Sec-WebSocket-Key: x", "Sec-WebSocket-Version: 99", "Sec-WebSocket-Extensions: permessage-deflate", "Pragma: no-cache",
    ];

    private static readonly string[] RawLines =
    [
        "Transfer-Encoding: chunked", "Transfer-Encoding: chunked, chunked", "Transfer-Encoding : chunked", "Transfer-Encoding: xchunked", "Transfer-Encoding: gzip, chunked", "Content-Length: 5", "Content-Length: -1",
        "Content-Length: 99999999999999999999", "Content-Length: 1, 1", "Content-Length: +1", "Content-Length: 0x1", "Connection: close", "Connection: upgrade", "Upgrade: websocket", "Upgrade: h2c", "Expect: 100-continue",
        "Expect: x", " folded", "NoColon", ": no name", "Host: a", "Host:", "X: \0", "X: a\rb", "X: a\nb", "Keep-Alive: timeout=0", "HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA", "Connection: Transfer-Encoding, Content-Length",
    ];

    private static readonly string[] Hosts = ["127.0.0.1", "localhost:1", "[::1]:80", "LOCALHOST", "evil.example", "", "127.0.0.1:99999", "a b", "127.0.0.1.", "2130706433", "0x7f000001", "ssmmessages.us-east-1.amazonaws.com", "\u00e4", "user@127.0.0.1", "[", "[::ffff:127.0.0.1]"];

    /// <summary>The head up to where lines of the caller follow.</summary>
    public static StringBuilder Begin(string method, string target, FuzzRandom random)
    {
        var head = new StringBuilder().Append(method).Append(' ').Append(target).Append(random.OneIn(300) ? " HTTP/1.0" : " HTTP/1.1").Append("\r\n");
        return Line(head, "Host", random.OneIn(50) ? random.From(Hosts) : "127.0.0.1");
    }

    public static StringBuilder Line(this StringBuilder head, string name, string value) => head.Append(name).Append(": ").Append(value).Append("\r\n");

    /// <summary>Ends it with the length of the body; at times with lines that are odd, many, or make the length doubtful.</summary>
    public static byte[] End(this StringBuilder head, byte[] body, FuzzRandom random, Mutator mutator)
    {
        if (random.OneIn(8))
            head.Append(random.From(OddLines)).Append("\r\n");
        if (random.OneIn(400))
            Flood(head, random);
        if (random.OneIn(60))
            head.Append(random.From(RawLines)).Append("\r\n");
        var request = random.OneIn(40) ? Chunked(head, body, random) : Wire.HttpFraming.Request(head.ToString(), body);
        return random.OneIn(20) ? mutator.Mutate(request, random) : request;
    }

    /// <summary>A value that goes into a line: no line ends, so that the rest stays a head.</summary>
    public static string Value(byte[] bytes) => Encoding.Latin1.GetString(bytes).Replace('\r', ' ').Replace('\n', ' ');

    private static void Flood(StringBuilder head, FuzzRandom random)
    {
        var (count, length) = random.Of((120, 4), (90, 400), (1, 40_000), (5, 7_000));
        for (var i = 0; i < count; i++)
            head.Line($"X-{i}", new string('x', length));
    }

    private static byte[] Chunked(StringBuilder head, byte[] body, FuzzRandom random)
    {
        var cut = random.Below(body.Length + 1);
        var size = random.OneIn(4) ? random.Of("FFFFFFFF", "-1", "0x1", "", "g", "7fffffffffffffff", "00000000000000000001", "1;x=y") : (body.Length - cut).ToString("x", System.Globalization.CultureInfo.InvariantCulture);
        var end = random.Of("0\r\n\r\n", "0\r\n\r\n", "0\r\nX: y\r\n\r\n", "", "0\n\n");
        return
        [
            .. Encoding.UTF8.GetBytes(head.ToString()), .. "Transfer-Encoding: chunked\r\n\r\n"u8, .. Encoding.ASCII.GetBytes(cut == 0 ? "" : $"{cut:x}\r\n"), .. body.AsSpan(0, cut),
            .. cut == 0 ? ""u8 : "\r\n"u8, .. Encoding.ASCII.GetBytes(size + "\r\n"), .. body.AsSpan(cut), .. "\r\n"u8, .. Encoding.ASCII.GetBytes(end),
        ];
    }
}
