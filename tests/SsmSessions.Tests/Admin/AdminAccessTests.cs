using System.Text;
using SsmSessions.Core.Identity;
using SsmSessions.Testing;
using SsmSessions.Tests.Identity;

namespace SsmSessions.Tests.Admin;

/// <summary>Who may use Admin (DESIGN §7).</summary>
public sealed class AdminAccessTests
{
    private const string Refused =
        """{"error":"Admin answers loopback peers, or whoever sends the admin token as \u0027Authorization: Bearer TOKEN\u0027."}""";

    [Fact]
    public async Task A_loopback_peer_may()
    {
        await using var server = await TestServer.StartAsync();

        Assert.Equal(200, (await server.AdminAsync("GET", "health")).Status);
    }

    [Theory]
    [InlineData("Forwarded", "for=192.0.2.1")]
    [InlineData("X-Forwarded-For", "127.0.0.1")]
    [InlineData("x-forwarded-host", "example.com")]
    [InlineData("X-Forwarded-Proto", "https")]
    [InlineData("x-forwarded-port", "443")]
    [InlineData("X-Real-IP", "127.0.0.1")]
    [InlineData("True-Client-IP", "127.0.0.1")]
    [InlineData("Via", "1.1 proxy")]
    public async Task A_proxy_on_loopback_may_not(string header, string value)
    {
        await using var server = await TestServer.StartAsync();

        Assert.Equal((403, Refused), await server.AdminAsync("GET", "health", headers: (header, value)));
    }

    [Theory]
    [InlineData("GET", "health")]
    [InlineData("POST", "reset")]
    [InlineData("GET", "nodes")]
    [InlineData("POST", "nodes")]
    [InlineData("DELETE", "nodes/i-0123456789abcdef0")]
    [InlineData("POST", "sessions")]
    [InlineData("GET", "clock")]
    [InlineData("POST", "clock")]
    [InlineData("POST", "access-requests/oi-0123456789ab")]
    public async Task With_credentials_a_loopback_peer_may_nothing(string method, string path)
    {
        await using var server = await TestServer.StartAsync(
            configure: options => options.Credentials = CredentialsFile.Parse(Encoding.UTF8.GetBytes(Door.File), "test"));

        Assert.Equal((403, Refused), await server.AdminAsync(method, path, method == "POST" ? "{}" : null));
    }

    [Fact]
    public async Task With_a_public_URL_nobody_counts_as_a_loopback_peer()
    {
        await using var server = await TestServer.StartAsync(configure: options => options.PublicUrl = new Uri("https://example.com"));

        Assert.Equal((403, Refused), await server.AdminAsync("GET", "health"));
    }

    [Theory]
    [InlineData("Bearer the-token", 200)]
    [InlineData("bearer the-token", 200)]
    [InlineData("Bearer  the-token ", 200)]
    [InlineData("Bearer the-tokem", 403)]
    [InlineData("Bearer the-token-and-more", 403)]
    [InlineData("Bearer the", 403)]
    [InlineData("Bearer", 403)]
    [InlineData("Bearer ", 403)]
    [InlineData("Basic dGhlLXRva2Vu", 403)]
    [InlineData("the-token", 403)]
    public async Task Who_has_the_token_may_from_anywhere(string authorization, int status)
    {
        await using var server = await TestServer.StartAsync(configure: options =>
        {
            options.PublicUrl = new Uri("https://example.com");
            options.AdminToken = "the-token";
        });

        Assert.Equal(status, (await server.AdminAsync("GET", "health", headers: ("Authorization", authorization))).Status);
    }

    [Fact]
    public async Task An_empty_token_is_none()
    {
        await using var server = await TestServer.StartAsync(configure: options =>
        {
            options.PublicUrl = new Uri("https://example.com");
            options.AdminToken = "";
        });

        Assert.Equal(403, (await server.AdminAsync("GET", "health", headers: ("Authorization", "Bearer "))).Status);
    }

    [Theory]
    [InlineData("GET", "nothing")]
    [InlineData("PUT", "health")]
    [InlineData("GET", "reset")]
    [InlineData("GET", "")]
    public async Task What_Admin_does_not_know_is_not_found(string method, string path)
    {
        await using var server = await TestServer.StartAsync();

        Assert.Equal(404, (await server.AdminAsync(method, path)).Status);
    }
}
