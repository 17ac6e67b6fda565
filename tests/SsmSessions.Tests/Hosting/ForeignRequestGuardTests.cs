using System.Globalization;
using SsmSessions.Testing;
using SsmSessions.Tests.AwsJson;

namespace SsmSessions.Tests.Hosting;

/// <summary>Web pages stay outside: a Host or an Origin that is not known is refused (DESIGN §7).</summary>
public sealed class ForeignRequestGuardTests
{
    private const string NoHost = "This Host is not allowed here. The server's option --allow-host allows it.\n";
    private const string NoOrigin = "This Origin is not allowed here. The server's option --allow-origin allows it.\n";

    [Theory]
    [InlineData("localhost")]
    [InlineData("LOCALHOST")]
    [InlineData("localhost:4580")]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.1:1")]
    [InlineData("127.1.2.3")]
    [InlineData("[::1]")]
    [InlineData("[::1]:4580")]
    [InlineData("service.internal")]
    [InlineData("Service.Internal:443")]
    [InlineData("gateway.example.com")]
    public async Task A_known_host_is_let_in(string host)
    {
        await using var server = await StartAsync();

        (await Describe(("Host", host)).SendAsync(server.Http)).AssertIs(200, """{"Sessions":[]}""");
    }

    [Theory]
    [InlineData("evil.example")]
    [InlineData("evil.example:4580")]
    [InlineData("localhost.evil.example")]
    [InlineData("evil-localhost")]
    [InlineData("localhost.")]
    [InlineData("127.0.0.1.evil.example")]
    [InlineData("service.internal.evil.example")]
    [InlineData("192.0.2.1")]
    [InlineData("[2001:db8::1]")]
    [InlineData("0.0.0.0")]
    public async Task Another_host_is_refused(string host)
    {
        await using var server = await StartAsync();

        Assert.Equal((403, NoHost), await RefusedAsync(server, Describe(("Host", host))));
        Assert.Equal((403, NoHost), await RefusedAsync(server, new WireRequest { Method = "GET", Path = "/_ssm-sessions/health", Headers = [("Host", host)] }));
    }

    [Theory]
    [InlineData("http://evil.example")]
    [InlineData("null")]
    [InlineData("http://localhost:4580")]
    [InlineData("https://app.example.com:8443")]
    [InlineData("http://app.example.com")]
    [InlineData("https://app.example.com, http://evil.example")]
    [InlineData("file://")]
    public async Task Another_origin_is_refused(string origin)
    {
        await using var server = await StartAsync();

        Assert.Equal((403, NoOrigin), await RefusedAsync(server, Describe(("Origin", origin))));
        Assert.Equal((403, NoOrigin), await RefusedAsync(server, new WireRequest { Method = "POST", Path = "/_ssm-sessions/reset", Headers = [("Origin", origin)] }));
    }

    [Theory]
    [InlineData("https://app.example.com")]
    [InlineData("HTTPS://App.Example.Com")]
    public async Task An_allowed_origin_is_let_in_without_CORS_headers(string origin)
    {
        await using var server = await StartAsync();

        var answer = await Describe(("Origin", origin)).SendAsync(server.Http);

        answer.AssertIs(200, """{"Sessions":[]}""");
        Assert.DoesNotContain(answer.Headers, header => header.Key.StartsWith("Access-Control-", true, CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task A_preflight_is_refused()
    {
        await using var server = await StartAsync();

        Assert.Equal(
            (403, NoOrigin),
            await RefusedAsync(server, new WireRequest { Method = "OPTIONS", Headers = [("Origin", "http://evil.example"), ("Access-Control-Request-Method", "POST")] }));
    }

    private static Task<TestServer> StartAsync() => TestServer.StartAsync(configure: options =>
    {
        options.AllowedHosts.Add("service.internal");
        options.AllowedOrigins.Add("https://app.example.com");
        options.PublicUrl = new Uri("https://gateway.example.com/ssm");
    });

    private static WireRequest Describe((string Name, string Value) header) =>
        WireRequest.Of("DescribeSessions", """{"State":"Active"}""") with { Headers = [header] };

    private static async Task<(int Status, string Body)> RefusedAsync(TestServer server, WireRequest request)
    {
        var answer = await request.SendAsync(server.Http);
        return (answer.Status, answer.Body);
    }
}
