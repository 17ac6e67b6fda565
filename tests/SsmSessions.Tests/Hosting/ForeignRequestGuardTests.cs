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

    [Theory]
    [InlineData("cross-site", "no-cors", "image")]
    [InlineData("cross-site", "no-cors", "script")]
    [InlineData("same-site", "no-cors", "empty")]
    [InlineData("cross-site", "navigate", "iframe")]
    [InlineData("same-site", "navigate", "object")]
    [InlineData("nonsense", "navigate", "")]
    public async Task What_a_page_elsewhere_embeds_is_refused_though_it_tells_no_origin(string site, string mode, string destination)
    {
        await using var server = await StartAsync();
        var request = new WireRequest { Method = "GET", Path = "/v1/agent/self", Headers = [("Sec-Fetch-Site", site), ("Sec-Fetch-Mode", mode), ("Sec-Fetch-Dest", destination)] };

        Assert.Equal((403, "This Sec-Fetch-Site is not allowed here. The server's option --allow-origin allows it.\n"), await RefusedAsync(server, request));
    }

    [Theory]
    [InlineData("none", "navigate", "document")]
    [InlineData("same-origin", "cors", "empty")]
    [InlineData("same-origin", "no-cors", "image")]
    [InlineData("cross-site", "navigate", "document")]
    public async Task What_a_user_opens_is_let_in(string site, string mode, string destination)
    {
        await using var server = await TestServer.StartAsync();
        var request = new WireRequest { Method = "GET", Path = "/v1/agent/self", Headers = [("Sec-Fetch-Site", site), ("Sec-Fetch-Mode", mode), ("Sec-Fetch-Dest", destination)] };

        Assert.Equal(200, (await request.SendAsync(server.Http)).Status);
    }

    [Fact]
    public async Task A_page_of_an_allowed_origin_is_let_in_from_elsewhere()
    {
        await using var server = await StartAsync();
        var request = WireRequest.Of("DescribeSessions", """{"State":"Active"}""") with
        {
            Headers = [("Origin", "https://app.example.com"), ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "cors"), ("Sec-Fetch-Dest", "empty")],
        };

        (await request.SendAsync(server.Http)).AssertIs(200, """{"Sessions":[]}""");
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
