using System.Text.Json;
using SsmSessions.Core;
using SsmSessions.Testing;

namespace SsmSessions.Tests.Admin;

/// <summary>The clock that a test moves.</summary>
public sealed class AdminClockTests
{
    private const string OneOfBoth = """{"error":"Give either advanceSeconds or now."}""";
    private const string TooFar = """{"error":"The clock does not move that far."}""";

    private static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task It_is_shown()
    {
        await using var server = await TestServer.StartAsync(new AdjustableTimeProvider(new ManualTimeProvider()));

        Assert.Equal((200, """{"now":"2026-01-02T12:00:00+00:00","movable":true,"offsetSeconds":0}"""), await server.AdminAsync("GET", "clock"));
    }

    [Fact]
    public async Task It_moves_by_seconds_and_to_a_date()
    {
        await using var server = await TestServer.StartAsync(new AdjustableTimeProvider(new ManualTimeProvider()));

        Assert.Equal(
            (200, """{"now":"2026-01-02T12:20:00.5+00:00","movable":true,"offsetSeconds":1200.5}"""),
            await server.AdminAsync("POST", "clock", """{"advanceSeconds":1200.5}"""));
        Assert.Equal(
            (200, """{"now":"2026-01-02T12:00:00+00:00","movable":true,"offsetSeconds":0}"""),
            await server.AdminAsync("POST", "clock", """{"advanceSeconds":-1200.5}"""));
        Assert.Equal(
            (200, """{"now":"2026-02-01T00:00:00+00:00","movable":true,"offsetSeconds":2548800}"""),
            await server.AdminAsync("POST", "clock", """{"now":"2026-02-01T02:00:00+02:00"}"""));
    }

    [Fact]
    public async Task Sessions_follow_it()
    {
        await using var server = await TestServer.StartAsync(new AdjustableTimeProvider(new ManualTimeProvider()));
        var id = await server.StartSessionAsync();

        await server.AdminAsync("POST", "clock", """{"advanceSeconds":1200}""");

        Assert.Equal("""{"Sessions":[]}""", (await server.CallAsync("DescribeSessions", """{"State":"Active"}""")).Body);
        using var history = JsonDocument.Parse((await server.CallAsync("DescribeSessions", """{"State":"History"}""")).Body);
        var session = history.RootElement.GetProperty("Sessions")[0];
        Assert.Equal(id, session.GetProperty("SessionId").GetString());
        Assert.Equal(Noon.AddMinutes(20).ToUnixTimeSeconds(), session.GetProperty("EndDate").GetDouble());
    }

    [Theory]
    [InlineData("""{}""", OneOfBoth)]
    [InlineData("""{"advanceSeconds":1,"now":"2026-02-01T00:00:00Z"}""", OneOfBoth)]
    [InlineData("""{"advanceSeconds":1e10}""", TooFar)]
    [InlineData("""{"advanceSeconds":-1e10}""", TooFar)]
    [InlineData("""{"advanceSeconds":1e300}""", TooFar)]
    [InlineData("""{"now":"0001-01-01T00:00:00Z"}""", TooFar)]
    [InlineData("""{"now":"9999-12-31T23:59:59Z"}""", TooFar)]
    public async Task It_does_not_move_anywhere(string json, string body)
    {
        await using var server = await TestServer.StartAsync(new AdjustableTimeProvider(new ManualTimeProvider()));

        Assert.Equal((400, body), await server.AdminAsync("POST", "clock", json));
        Assert.Contains("\"offsetSeconds\":0", (await server.AdminAsync("GET", "clock")).Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"advanceSeconds":"1"}""")]
    [InlineData("""{"now":1}""")]
    [InlineData("""{"later":1}""")]
    public async Task A_body_that_cannot_be_read_is_refused(string json)
    {
        await using var server = await TestServer.StartAsync(new AdjustableTimeProvider(new ManualTimeProvider()));

        Assert.Equal(400, (await server.AdminAsync("POST", "clock", json)).Status);
    }

    [Fact]
    public async Task A_real_clock_does_not_move()
    {
        await using var server = await TestServer.StartAsync(new ManualTimeProvider());

        Assert.Equal(
            (400, """{"error":"The clock cannot be moved: start with --fake-clock."}"""), await server.AdminAsync("POST", "clock", """{"advanceSeconds":1}"""));
        Assert.Equal((200, """{"now":"2026-01-02T12:00:00+00:00","movable":false,"offsetSeconds":0}"""), await server.AdminAsync("GET", "clock"));
    }
}
