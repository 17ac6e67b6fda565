using System.Text;
using SsmSessions.Core.Identity;
using SsmSessions.Testing;

namespace SsmSessions.Tests.Doris;

/// <summary>Who may ask: every error is inside HTTP 200 (spec/doris-sessions.md §4).</summary>
public sealed class DorisLoginTests : IAsyncLifetime
{
    private readonly ManualTimeProvider _clock = new();
    private TestServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync(_clock);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Without_a_header_or_a_cookie_nobody_is_let_in() => await AssertUnauthorizedAsync("Cookie is invalid");

    [Fact]
    public async Task An_unknown_cookie_lets_nobody_in() => await AssertUnauthorizedAsync("Cookie is invalid", ("Cookie", "PALO_SESSION_ID=b2a9cd4e-0000-0000-0000-000000000000"));

    [Theory]
    [InlineData("")]
    [InlineData("Basic")]
    [InlineData("Basic ")]
    [InlineData("Basic dGVzdDp4 more")]
    public async Task A_header_without_its_two_parts_says_so(string header)
    {
        // The client drops a header without a value; it is sent as a blank, which is none either.
        await AssertUnauthorizedAsync("Need auth information.", ("Authorization", header.Length == 0 ? " " : header));
    }

    [Theory]
    [InlineData("test", "begin 0, end -1, length 4")]
    [InlineData(null, "Illegal base64 character")]
    public async Task What_is_no_pair_is_an_error_of_the_server(string? text, string data)
    {
        var encoded = text is null ? "%%%" : Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

        using var answer = await _server.DorisAsync(DorisCalls.Own, ("Authorization", "Basic " + encoded));

        Assert.Equal($$"""{"msg":"Internal Error","code":500,"data":"{{data}}","count":0}""", await answer.BodyAsync());
    }

    [Fact]
    public async Task Who_was_let_in_comes_back_with_a_cookie_for_two_hours_unused()
    {
        using var first = await _server.DorisAsync(DorisCalls.Own, "test", "any:thing");
        var set = Assert.Single(first.Headers.GetValues("Set-Cookie"));
        Assert.Matches(@"^PALO_SESSION_ID=[0-9a-f-]{36}; max-age=86400; path=/; httponly$", set);
        var cookie = ("Cookie", set[..set.IndexOf(';', StringComparison.Ordinal)]);

        for (var i = 0; i < 2; i++)
        {
            _clock.Advance(TimeSpan.FromMinutes(119));
            using var again = await _server.DorisAsync(DorisCalls.All, cookie);
            Assert.Contains("\"success\"", await again.BodyAsync(), StringComparison.Ordinal);
        }

        _clock.Advance(TimeSpan.FromMinutes(121));
        await AssertUnauthorizedAsync("Cookie is invalid", cookie);
    }

    [Fact]
    public async Task Of_a_hundred_and_one_cookies_the_oldest_is_gone()
    {
        using var first = await _server.DorisAsync(DorisCalls.Own);
        var set = Assert.Single(first.Headers.GetValues("Set-Cookie"));
        for (var i = 0; i < 100; i++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            (await _server.DorisAsync(DorisCalls.Own)).Dispose();
        }

        await AssertUnauthorizedAsync("Cookie is invalid", ("Cookie", set[..set.IndexOf(';', StringComparison.Ordinal)]));
    }

    [Theory]
    [InlineData("AKIAIOSFODNN7EXAMPLE", "wrong", "Access denied for user 'AKIAIOSFODNN7EXAMPLE@127.0.0.1' (using password: YES)")]
    [InlineData("AKIAIOSFODNN7EXAMPLE", "", "Access denied for user 'AKIAIOSFODNN7EXAMPLE@127.0.0.1' (using password: NO)")]
    [InlineData("nobody", "x", "Access denied for user 'nobody@127.0.0.1' (using password: YES)")]
    public async Task With_credentials_the_pair_is_checked(string user, string password, string data)
    {
        await using var server = await TestServer.StartAsync(_clock, configure: options => options.Credentials = CredentialsFile.Parse(
            """{"accounts":{"111122223333":{"users":[{"name":"ana","accessKeyId":"AKIAIOSFODNN7EXAMPLE","secretAccessKey":"secret:with:colons"}]}}}"""u8, "test"));

        using var good = await server.DorisAsync(DorisCalls.Own, "AKIAIOSFODNN7EXAMPLE@default_cluster", "secret:with:colons");
        Assert.Contains("\"success\"", await good.BodyAsync(), StringComparison.Ordinal);
        using var bad = await server.DorisAsync(DorisCalls.Own, user, password);
        Assert.Equal($$"""{"msg":"Unauthorized","code":401,"data":"{{data}}","count":0}""", (await bad.BodyAsync()).Replace("\\u0027", "'", StringComparison.Ordinal));
        Assert.False(bad.Headers.Contains("WWW-Authenticate"));
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("DELETE")]
    public async Task Other_methods_are_refused_inside_of_200(string method)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), "/" + DorisCalls.Own);
        using var answer = await _server.Http.SendAsync(request);

        Assert.Equal(200, (int)answer.StatusCode);
        Assert.Contains("\"code\":500", await answer.BodyAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Options_asks_for_nobody()
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, "/" + DorisCalls.Own);
        using var answer = await _server.Http.SendAsync(request);

        Assert.Equal(204, (int)answer.StatusCode);
    }

    private async Task AssertUnauthorizedAsync(string reason, params (string Name, string Value)[] headers)
    {
        using var answer = await _server.DorisAsync(DorisCalls.Own, headers);

        Assert.Equal(200, (int)answer.StatusCode);
        Assert.Equal($$"""{"msg":"Unauthorized","code":401,"data":"{{reason}}","count":0}""", await answer.BodyAsync());
    }
}
