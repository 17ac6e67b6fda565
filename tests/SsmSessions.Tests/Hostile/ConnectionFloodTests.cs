using SsmSessions.Testing;

namespace SsmSessions.Tests.Hostile;

/// <summary>More connections than there may be.</summary>
public sealed class ConnectionFloodTests
{
    private const int Most = 500;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Further_connections_are_closed_at_once_and_the_others_go_on()
    {
        await using var server = await TestServer.StartAsync(configure: options => options.MaxConnections = Most);
        await using var before = await RawClient.ConnectAsync(server);
        await AssertAnsweredAsync(before);
        var idle = new List<RawClient>();
        for (var i = 1; i < Most; i++)
            idle.Add(await RawClient.ConnectAsync(server));

        await using (var further = await RawClient.ConnectAsync(server))
            Assert.Equal("", await further.ReadToEndAsync());
        await AssertAnsweredAsync(before);

        foreach (var client in idle)
            await client.DisposeAsync();
        await Eventually.IsTrueAsync(
            async () =>
            {
                await using var after = await RawClient.ConnectAsync(server);
                await after.SendAsync("GET /_ssm-sessions/health HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
                return (await after.ReadToEndAsync()).StartsWith("HTTP/1.1 200", StringComparison.Ordinal);
            },
            Deadline);
    }

    [Fact]
    public async Task Thousands_of_idle_connections_do_not_keep_others_from_being_answered()
    {
        await using var server = await TestServer.StartAsync();
        var idle = new List<RawClient>();
        for (var i = 0; i < 2_000; i++)
            idle.Add(await RawClient.ConnectAsync(server));

        await using var client = await RawClient.ConnectAsync(server);
        await AssertAnsweredAsync(client);
        foreach (var one in idle)
            await one.DisposeAsync();
    }

    private static async Task AssertAnsweredAsync(RawClient client)
    {
        await client.SendAsync("GET /_ssm-sessions/health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", await client.ReadUntilAsync("\r\n0\r\n\r\n"), StringComparison.Ordinal);
    }
}
