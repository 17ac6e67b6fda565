using System.Text.Json;
using SsmSessions.Core;
using SsmSessions.Server;
using SsmSessions.Testing;

namespace SsmSessions.Tests.Admin;

/// <summary>Health and reset.</summary>
public sealed class AdminStoreTests
{
    [Fact]
    public async Task Health_tells_version_store_and_hosts()
    {
        await using var server = await TestServer.StartAsync(configure: options => options.PeerUrl = "http://10.0.0.1:4580");

        Assert.Equal(
            (200, $$$"""{"status":"ok","version":"{{{ServiceVersion.Text}}}","host":"test-host","store":"SqliteTable","hosts":[{"name":"test-host","peerUrl":"http://10.0.0.1:4580","nodes":1}]}"""),
            await server.AdminAsync("GET", "health"));
    }

    [Fact]
    public async Task Reset_forgets_sessions_nodes_and_the_clocks_offset()
    {
        await using var server = await TestServer.StartAsync(new AdjustableTimeProvider(TimeProvider.System));
        var id = await server.StartSessionAsync();
        await server.AdminAsync("POST", "nodes", """{"id":"i-00000000000000001","kind":"echo"}""");
        await server.AdminAsync("DELETE", $"nodes/{TestServer.Node}");
        await server.AdminAsync("POST", "clock", """{"advanceSeconds":3600}""");

        Assert.Equal((204, ""), await server.AdminAsync("POST", "reset"));

        Assert.Equal("""{"Sessions":[]}""", (await server.CallAsync("DescribeSessions", """{"State":"Active"}""")).Body);
        Assert.Equal(400, (int)(await server.CallAsync("ResumeSession", $$"""{"SessionId":"{{id}}"}""")).Status);
        Assert.Equal(
            (200, """{"nodes":[{"id":"i-0123456789abcdef0","kind":"echo","host":"test-host"}]}"""), await server.AdminAsync("GET", "nodes"));
        using var clock = JsonDocument.Parse((await server.AdminAsync("GET", "clock")).Body);
        Assert.Equal(0, clock.RootElement.GetProperty("offsetSeconds").GetDouble());
    }

    [Fact]
    public async Task Reset_keeps_the_keys_of_page_tokens()
    {
        await using var server = await TestServer.StartAsync();
        await server.InjectAsync(TestServerSessions.NewSession("a", DateTimeOffset.UtcNow), TestServerSessions.NewSession("b", DateTimeOffset.UtcNow));
        using var page = JsonDocument.Parse((await server.CallAsync("DescribeSessions", """{"State":"Active","MaxResults":1}""")).Body);
        var token = page.RootElement.GetProperty("NextToken").GetString();

        await server.AdminAsync("POST", "reset");

        Assert.Equal(
            """{"Sessions":[]}""",
            (await server.CallAsync("DescribeSessions", $$"""{"State":"Active","NextToken":"{{token}}"}""")).Body);
        await server.StartSessionAsync();
    }
}
