using System.Text;
using SsmSessions.Fuzzing.Wire;

namespace SsmSessions.Tests.Hostile;

/// <summary>Too much of something: each front end says so in its own words, and the connection goes on or ends cleanly. Bodies of the API are those of
/// <see cref="AwsJson.BadRequests.SizeLimitTests"/>.</summary>
public sealed class LimitTests(HostileServer hostile) : IClassFixture<HostileServer>
{
    private const int ConsulValue = 512 * 1024;

    [Theory]
    [InlineData(ConsulValue, 200, "true")]
    [InlineData(ConsulValue + 1, 413, "Request body(524289 bytes) too large, max size: 524288 bytes. See https://www.consul.io/docs/agent/options.html#kv_max_value_size.")]
    public async Task A_value_of_Consul_has_a_limit(int bytes, int status, string text)
    {
        var answer = await hostile.SendAsync(Put("/v1/kv/large", new byte[bytes]));

        Assert.Equal((status, text), (answer.Status, answer.Text.TrimEnd('\n')));
    }

    [Theory]
    [InlineData("/v1/kv/large", 3)]
    [InlineData("/v1/txn", 3)]
    [InlineData("/v1/session/create", 3)]
    [InlineData("/v1/catalog/register", 65)]
    [InlineData("/v1/agent/check/register", 65)]
    public async Task A_chunked_body_of_Consul_has_one_too(string path, int megabytes)
    {
        await using var client = await RawClient.ConnectAsync(hostile.Server);
        await client.SendAsync($"PUT {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n");
        var sent = 0;
        try
        {
            for (; sent < megabytes; sent++)
                await client.SendAsync("100000\r\n" + new string(' ', 1024 * 1024) + "\r\n");
            await client.SendAsync("0\r\n\r\n");
        }
        catch (System.Net.Sockets.SocketException)
        {
            // It is told before the end that this is too much.
        }

        var answer = await client.ReadUntilAsync("\r\n\r\n");
        Assert.Contains(answer[9..12], new[] { "413", "400" });
        await hostile.AssertAnswersAsync();
    }

    [Fact]
    public async Task Doris_does_not_wait_for_a_body_that_nobody_asked_for()
    {
        var answer = await hostile.SendAsync(HttpFraming.Request("GET /rest/v1/session HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Basic cm9vdDo=\r\n", new byte[1024 * 1024]));

        Assert.Equal(200, answer.Status);
    }

    [Fact]
    public async Task Admin_takes_no_body_beyond_30_MB()
    {
        await using var client = await RawClient.ConnectAsync(hostile.Server);
        await client.SendAsync("POST /_ssm-sessions/sessions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 30000001\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 413 Payload Too Large\r\n", await client.ReadUntilAsync("\r\n\r\n"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Admin_counts_sessions_before_it_makes_them()
    {
        var body = Encoding.ASCII.GetBytes("{\"sessions\":[" + string.Join(',', Enumerable.Repeat("{}", 5_000_000)) + "]}");
        var answer = await hostile.SendAsync(HttpFraming.Request("POST /_ssm-sessions/sessions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n", body));

        Assert.Equal((400, """{"error":"Give 1 to 10000 sessions."}"""), (answer.Status, answer.Text));
    }

    [Theory]
    [InlineData(101, 1, 431)]
    [InlineData(90, 1, 200)]
    [InlineData(2, 17_000, 431)]
    [InlineData(1, 33_000, 431)]
    public async Task Headers_have_a_limit_in_number_and_size(int count, int length, int status)
    {
        var head = new StringBuilder("GET /_ssm-sessions/health HTTP/1.1\r\nHost: 127.0.0.1\r\n");
        for (var i = 0; i < count; i++)
            head.Append(System.Globalization.CultureInfo.InvariantCulture, $"X-{i}: {new string('x', length)}\r\n");

        Assert.Equal(status, (await hostile.SendAsync(HttpFraming.Request(head.ToString(), []))).Status);
        await hostile.AssertAnswersAsync();
    }

    [Fact]
    public async Task A_request_line_has_one() =>
        Assert.Equal(414, (await hostile.SendAsync(HttpFraming.Request($"GET /v1/kv/{new string('k', 9_000)} HTTP/1.1\r\nHost: 127.0.0.1\r\n", []))).Status);

    private static byte[] Put(string path, byte[] body) => HttpFraming.Request($"PUT {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n", body);
}
