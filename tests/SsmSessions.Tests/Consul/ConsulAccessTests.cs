using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using SsmSessions.Core.Identity;
using SsmSessions.Server;
using SsmSessions.Server.Consul;
using SsmSessions.Server.Hosting;
using SsmSessions.Tests.Identity;

namespace SsmSessions.Tests.Consul;

/// <summary>Who gets in at all (DESIGN §7).</summary>
public sealed class ConsulAccessTests
{
    [Fact]
    public async Task With_credentials_and_no_tokens_nobody_gets_in()
    {
        await using var world = await ConsulWorld.StartAsync(options => options.Credentials = Credentials());

        foreach (var path in new[] { "/v1/session/list", "/v1/kv/a", "/v1/agent/self", "/v1/nonsense", "/v1/kv" })
            (await world.GetAsync(path)).AssertIs(403, "Permission denied");
    }

    [Fact]
    public async Task With_credentials_and_tokens_the_token_decides()
    {
        await using var world = await ConsulWorld.StartAsync(options =>
        {
            options.Credentials = Credentials();
            options.ConsulTokens = ConsulTokens.Parse("""{"tokens":{"t":{"session":{"":"write"}}}}"""u8, "test");
        });

        (await world.PutAsync("/v1/session/create")).AssertIsError(403, "Permission denied");
        Assert.Equal(200, (await world.PutAsync("/v1/session/create?token=t")).Status);
    }

    [Theory]
    [InlineData("127.0.0.1", null, null, true)]
    [InlineData("127.0.0.1", "X-Forwarded-For", null, false)]
    [InlineData("127.0.0.1", null, "https://sessions.example", false)]
    [InlineData("192.0.2.1", null, null, false)]
    public void Without_credentials_loopback_peers_get_in(string peer, string? header, string? publicUrl, bool allowed)
    {
        var options = Options.Create(new SsmSessionsOptions { PublicUrl = publicUrl is null ? null : new Uri(publicUrl) });
        var http = new DefaultHttpContext();
        http.Connection.LocalIpAddress = IPAddress.Loopback;
        http.Connection.RemoteIpAddress = IPAddress.Parse(peer);
        if (header is not null)
            http.Request.Headers[header] = "x";

        Assert.Equal(allowed, new ConsulAccess(options, new LoopbackPeer(options)).Allows(http));
    }

    private static CredentialsFile Credentials() => CredentialsFile.Parse(Encoding.UTF8.GetBytes(Door.File), "test");
}
