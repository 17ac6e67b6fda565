using SsmSessions.Channel;
using SsmSessions.Core.Sessions;
using SsmSessions.Testing;

namespace SsmSessions.Tests.MessageGateway;

/// <summary>What time does to a session: the idle clock counts what is typed and shown, and nothing else (spec/ssm-data-channel.md §13).</summary>
public sealed class IdleTests : IAsyncLifetime
{
    private readonly ManualTimeProvider _clock = new(TimeProvider.System.GetUtcNow());
    private TestServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync(_clock);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task An_idle_session_ends_after_twenty_minutes()
    {
        var (session, client) = await _server.OpenAsync();
        await using var _ = client;
        await client.WaitUntilReadyAsync();
        _clock.Advance(TimeSpan.FromMinutes(20));
        Assert.Equal("Terminated", await EndedStatusAsync(session));
        Assert.Equal(SessionEndTexts.IdleTimeout, await client.WaitForChannelClosedAsync());
    }

    [Fact]
    public async Task Typing_keeps_it_alive()
    {
        var (session, client) = await _server.OpenAsync();
        await using var _ = client;
        await client.WaitUntilReadyAsync();
        for (var i = 0; i < 4; i++)
        {
            _clock.Advance(TimeSpan.FromMinutes(19));
            await client.SendInputAsync($"key {i};");
            await client.ReadUntilAsync($"key {i};");
            await SweepAsync();
            Assert.Equal("Connected", await _server.StatusAsync(session.Id));
        }
    }

    [Theory]
    [InlineData(PayloadType.Size)]
    [InlineData(PayloadType.Flag)]
    [InlineData(PayloadType.Parameter)]
    public async Task What_nobody_typed_does_not(PayloadType type)
    {
        var (session, client) = await _server.OpenAsync();
        await using var _ = client;
        await client.WaitUntilReadyAsync();
        _clock.Advance(TimeSpan.FromMinutes(19));
        await client.SendAsync(type, type == PayloadType.Size ? """{"cols":80,"rows":24}"""u8.ToArray() : new byte[] { 0, 0, 0, 9 });
        await client.DrainAsync();
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("Terminated", await EndedStatusAsync(session));
    }

    [Fact]
    public async Task A_repeated_message_does_not_count_twice()
    {
        var (session, client) = await _server.OpenAsync();
        await using var _ = client;
        await client.WaitUntilReadyAsync();
        var frame = new byte[AgentMessage.HeaderBytes + 1];
        AgentMessage.Write(frame, MessageType.InputStreamData, 1_700_000_000_000, 1, 0, Guid.NewGuid(), PayloadType.Output, "x"u8);
        await client.SendRawAsync(frame);
        await client.ReadUntilAsync("x");
        _clock.Advance(TimeSpan.FromMinutes(19));
        await client.SendRawAsync(frame);
        await client.SendRawAsync(frame);
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("Terminated", await EndedStatusAsync(session));
    }

    [Fact]
    public async Task The_document_says_how_long()
    {
        await _server.CallAsync("CreateDocument", """
            {"Name":"Short","DocumentType":"Session","Content":"{\"schemaVersion\":\"1.0\",\"sessionType\":\"Standard_Stream\",\"inputs\":{\"idleSessionTimeout\":\"60\",\"maxSessionDuration\":\"5\"}}"}
            """);
        var (session, client) = await _server.OpenAsync("Short");
        await using var _ = client;
        await client.WaitUntilReadyAsync();
        _clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal("Terminated", await EndedStatusAsync(session));
        Assert.Equal(SessionEndTexts.MaximumDuration, await client.WaitForChannelClosedAsync());
    }

    [Fact]
    public async Task A_session_whose_client_stays_away_ends_by_the_idle_clock()
    {
        var (session, client) = await _server.OpenAsync();
        await using var _ = client;
        await client.WaitUntilReadyAsync();
        client.Abort();
        await _server.WaitForStatusAsync(session.Id, "Disconnected");
        _clock.Advance(TimeSpan.FromMinutes(20));
        Assert.Equal("Terminated", await EndedStatusAsync(session));
    }

    /// <summary>A list ends what is overdue before it is made; the channel is closed behind it.</summary>
    private async Task<string> EndedStatusAsync(StartedChannel session)
    {
        Assert.NotEqual("Connected", await _server.StatusAsync(session.Id));
        await _server.WaitForStatusAsync(session.Id, "Terminated");
        return await _server.StatusAsync(session.Id);
    }

    private Task SweepAsync() => _server.Service<Server.Hosting.Housekeeping>().SweepAsync(default);
}
