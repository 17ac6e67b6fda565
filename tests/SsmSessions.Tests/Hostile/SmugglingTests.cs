namespace SsmSessions.Tests.Hostile;

/// <summary>Requests whose end can be seen in two ways: they are refused, or nothing that follows on their connection is answered.</summary>
public sealed class SmugglingTests(HostileServer hostile) : IClassFixture<HostileServer>
{
    private const string Start = "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-amz-json-1.1\r\n";
    private const string Hidden = "GET /_ssm-sessions/health HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";

    [Theory]
    [InlineData("Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}")]
    [InlineData("Content-Length: 2, 3\r\n\r\n{}")]
    [InlineData("Content-Length: -2\r\n\r\n{}")]
    [InlineData("Content-Length: 0x2\r\n\r\n{}")]
    [InlineData("Content-Length : 2\r\n\r\n{}")]
    [InlineData("Transfer-Encoding: identity\r\n\r\n{}")]
    [InlineData("Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n2;\n{}\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n-1\r\n{}\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n10000000000000002\r\n{}\r\n0\r\n\r\n")]
    [InlineData("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n")]
    [InlineData("Content-Length: 2\r\n X: folded\r\n\r\n{}")]
    public async Task Nothing_behind_such_a_request_is_answered(string rest)
    {
        await using var client = await RawClient.ConnectAsync(hostile.Server);
        await client.SendAsync(Start + rest + Hidden);

        var answer = await client.ReadToEndAsync();
        Assert.DoesNotContain("\"status\":\"ok\"", answer, StringComparison.Ordinal);
        await hostile.AssertAnswersAsync();
    }

    [Fact]
    public async Task What_follows_a_sound_request_is_answered()
    {
        await using var client = await RawClient.ConnectAsync(hostile.Server);
        await client.SendAsync(Start + "Content-Length: 2\r\n\r\n{}" + Hidden);

        Assert.Contains("\"status\":\"ok\"", await client.ReadToEndAsync(), StringComparison.Ordinal);
    }
}
