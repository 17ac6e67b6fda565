using System.IO.Compression;
using System.Text;
using SsmSessions.Fuzzing.Wire;

namespace SsmSessions.Tests.Hostile;

/// <summary>Nothing is ever decompressed: a body that says it is compressed is taken as it came, and websockets are never compressed.</summary>
public sealed class DecompressionTests(HostileServer hostile) : IClassFixture<HostileServer>
{
    private const string Signed = "Authorization: AWS4-HMAC-SHA256 Credential=test/20261122/us-east-1/ssm/aws4_request, SignedHeaders=host;x-amz-date, Signature=0\r\nX-Amz-Date: 20261122T000000Z\r\n";

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("gzip, gzip")]
    public async Task A_compressed_body_is_no_JSON(string encoding)
    {
        var head = $"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-amz-json-1.1\r\nX-Amz-Target: AmazonSSM.DescribeSessions\r\n{Signed}Content-Encoding: {encoding}\r\n";
        var answer = await hostile.SendAsync(HttpFraming.Request(head, Compressed(Encoding.ASCII.GetBytes("""{"State":"Active"}""" + new string(' ', 10_000_000)))));

        Assert.Equal((400, """{"__type":"SerializationException"}"""), (answer.Status, answer.Text));
    }

    [Fact]
    public async Task Consul_keeps_a_compressed_value_as_it_came()
    {
        var value = Compressed(new byte[10_000_000]);
        await hostile.SendAsync(HttpFraming.Request("PUT /v1/kv/compressed HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Encoding: gzip\r\n", value));

        var kept = await hostile.SendAsync(HttpFraming.Request("GET /v1/kv/compressed?raw HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\n", []));
        Assert.Equal(value, kept.Body);
        Assert.DoesNotContain("Content-Encoding", kept.Head, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("/api/current")]
    [InlineData("/v1/data-channel/x?role=publish_subscribe")]
    public async Task Compression_of_a_websocket_is_not_agreed_to(string target)
    {
        await using var client = await RawClient.ConnectAsync(hostile.Server);
        await client.SendAsync(
            $"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\r\n");

        var head = await client.ReadUntilAsync("\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 101 ", head, StringComparison.Ordinal);
        Assert.DoesNotContain("Sec-WebSocket-Extensions", head, StringComparison.OrdinalIgnoreCase);
    }

    private static byte[] Compressed(byte[] bytes)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest))
            gzip.Write(bytes);
        return compressed.ToArray();
    }
}
