using System.Globalization;
using System.Text;

namespace SsmSessions.Testing;

/// <summary>A call as an SDK sends it: every header that the aws-cli sends, with a signature that is well-formed.</summary>
public static class AwsRequest
{
    /// <summary>The whole request as bytes.</summary>
    /// <param name="port">The server's.</param>
    /// <param name="action">For instance <c>DescribeSessions</c>.</param>
    /// <param name="json">The body, ASCII.</param>
    public static byte[] Of(int port, string action, string json) => Encoding.ASCII.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $"""
        POST / HTTP/1.1
        Host: 127.0.0.1:{port}
        Accept-Encoding: identity
        X-Amz-Target: AmazonSSM.{action}
        Content-Type: application/x-amz-json-1.1
        User-Agent: aws-cli/2.9.19 Python/3.11.2 Linux/6.1.0 source/x86_64.debian.12 prompt/off command/ssm
        X-Amz-Date: 20261122T000000Z
        Authorization: AWS4-HMAC-SHA256 Credential=test/20261122/us-east-1/ssm/aws4_request, SignedHeaders=content-type;host;x-amz-date;x-amz-target, Signature=3ba08462a1bd3b2f1bb5ab2fe5e4c1ba7ee2b1ea34aab5e7a2b3a4bc1e3e3bb1
        Content-Length: {json.Length}


        """).ReplaceLineEndings("\r\n") + json);

    /// <summary>Copies the id of the session that was started over the one of the request that ends it, which is as long.</summary>
    /// <param name="request">The request that ends it.</param>
    /// <param name="started">The answer of StartSession.</param>
    public static void FillInSession(Span<byte> request, ReadOnlySpan<byte> started)
    {
        var member = "\"SessionId\":\""u8;
        var rest = started[(started.IndexOf(member) + member.Length)..];
        var id = rest[..rest.IndexOf((byte)'"')];
        id.CopyTo(request[(request.LastIndexOf(member) + member.Length)..]);
    }
}
