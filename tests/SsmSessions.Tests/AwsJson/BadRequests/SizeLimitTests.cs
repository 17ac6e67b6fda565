using System.Net.Sockets;
using System.Text;

namespace SsmSessions.Tests.AwsJson.BadRequests;

/// <summary>Bodies that are too large (spec/ssm-control-plane.md §1.9).</summary>
public sealed class SizeLimitTests(OpenServer server) : IClassFixture<OpenServer>
{
    private const int Megabyte = 1024 * 1024;

    [Theory]
    [InlineData(Megabyte, false)]
    [InlineData(Megabyte, true)]
    [InlineData(Megabyte - 1, true)]
    public async Task A_body_of_one_megabyte_is_read(int bytes, bool chunked)
    {
        var answer = await server.SendAsync(Padded(bytes) with { IsChunked = chunked });

        answer.AssertIs(200, """{"Sessions":[]}""");
    }

    [Theory]
    [InlineData(Megabyte + 1, false)]
    [InlineData(Megabyte + 1, true)]
    [InlineData(7 * Megabyte, false)]
    [InlineData(16 * Megabyte, false)]
    [InlineData(16 * Megabyte, true)]
    public async Task A_larger_one_is_too_large_and_its_sender_reads_the_answer(int bytes, bool chunked)
    {
        var answer = await server.SendAsync(Padded(bytes) with { IsChunked = chunked });

        Assert.Equal((413, "", 0L), (answer.Status, answer.Body, answer.ContentLength));
        Assert.True(answer.Headers.Contains("x-amzn-RequestId"));
    }

    [Fact]
    public async Task The_connection_goes_on_after_a_body_that_is_too_large()
    {
        using var client = new TcpClient();
        await client.ConnectAsync(server.Server.Url.Host, server.Server.Url.Port);
        await using var stream = client.GetStream();
        using var reader = new StreamReader(stream, Encoding.ASCII);
        for (var i = 0; i < 2; i++)
        {
            await stream.WriteAsync(Head(Megabyte + 1));
            await stream.WriteAsync(new byte[Megabyte + 1]);

            Assert.Equal("HTTP/1.1 413 Payload Too Large", await reader.ReadLineAsync());
            while (await reader.ReadLineAsync() is { Length: > 0 })
            {
                // The rest of the head.
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_connection_that_sends_17_megabytes_is_closed(bool chunked)
    {
        var request = Padded(17 * Megabyte) with { IsChunked = chunked };

        await Assert.ThrowsAsync<HttpRequestException>(() => server.SendAsync(request));
    }

    [Fact]
    public async Task A_length_that_no_body_has_is_a_closed_connection()
    {
        using var client = new TcpClient();
        await client.ConnectAsync(server.Server.Url.Host, server.Server.Url.Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Head(long.MaxValue));

        var sent = 0L;
        await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            var buffer = new byte[Megabyte];
            for (; sent < 64L * Megabyte; sent += Megabyte)
                await stream.WriteAsync(buffer);
        });
        Assert.InRange(sent, 16L * Megabyte, 32L * Megabyte);
    }

    private static WireRequest Padded(int bytes)
    {
        var body = new byte[bytes];
        body.AsSpan().Fill((byte)' ');
        """{"State":"Active"}"""u8.CopyTo(body);
        return WireRequest.Of("DescribeSessions", body);
    }

    private byte[] Head(long length) => Encoding.ASCII.GetBytes(
        $"POST / HTTP/1.1\r\nHost: {server.Server.Url.Authority}\r\nContent-Type: {WireRequest.JsonType}\r\nX-Amz-Target: AmazonSSM.DescribeSessions\r\nContent-Length: {length}\r\n\r\n");
}
