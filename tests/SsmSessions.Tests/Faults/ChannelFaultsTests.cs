using System.Net.WebSockets;
using SsmSessions.Channel;
using SsmSessions.Core.Faults;
using SsmSessions.Testing;
using SsmSessions.Testing.DataChannels;

namespace SsmSessions.Tests.Faults;

/// <summary>What rules do to data channels: whatever a network does, a client that keeps to the protocol loses nothing.</summary>
public sealed class ChannelFaultsTests : IAsyncLifetime
{
    private TestServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData(FaultEffect.Drop, null)]
    [InlineData(FaultEffect.Close, 1011)]
    [InlineData(FaultEffect.Close, 4000)]
    public async Task An_idle_connection_ends_when_the_rule_is_set_and_the_session_goes_on(FaultEffect effect, int? code)
    {
        var (session, client) = await OpenAsync();
        await using var _ = client;
        var (otherSession, other) = await OpenAsync();
        await using var __ = other;

        await _server.Faults.AddAsync(new FaultRule { Effect = effect, CloseCode = code, Session = session.Id, Count = 1 });

        Assert.Equal((WebSocketCloseStatus?)code, (await client.WaitForSocketEndAsync()).Status);
        await _server.WaitForStatusAsync(session.Id, "Disconnected");
        Assert.Equal("Connected", await _server.StatusAsync(otherSession.Id));
        await client.SendInputAsync("again.");
        var resumed = await _server.ResumeSessionAsync(session.Id);
        await client.ReopenAsync(resumed.StreamUrl, resumed.Token);
        await client.ReadUntilAsync("again.");
    }

    [Fact]
    public async Task A_connection_ends_after_so_many_messages()
    {
        var (session, client) = await OpenAsync();
        await using var _ = client;
        await _server.Faults.AddAsync(new FaultRule { Effect = FaultEffect.Drop, Session = session.Id, Skip = 4, Count = 1 });

        await client.SendInputAsync("one.");
        await client.ReadUntilAsync("one.");
        await client.SendInputAsync("two.");

        Assert.Null((await client.WaitForSocketEndAsync()).Status);
    }

    public static TheoryData<FaultRule> BadNetworks => new(
        new FaultRule { Effect = FaultEffect.Lose, Probability = 0.3, Seed = 1 },
        new FaultRule { Effect = FaultEffect.Lose, Direction = FaultDirection.ToNode, Count = 3 },
        new FaultRule { Effect = FaultEffect.Double, Probability = 0.5, Seed = 2 },
        new FaultRule { Effect = FaultEffect.Reorder, Probability = 0.3, Seed = 3 },
        new FaultRule { Effect = FaultEffect.Delay, Milliseconds = 5, Probability = 0.5, Seed = 4 },
        new FaultRule { Effect = FaultEffect.LoseAcknowledgements, Probability = 0.5, Seed = 5, Direction = FaultDirection.ToNode },
        new FaultRule { Effect = FaultEffect.LoseAcknowledgements, Count = 5, Direction = FaultDirection.ToClient });

    [Theory]
    [MemberData(nameof(BadNetworks))]
    public async Task Nothing_is_lost_and_nothing_comes_twice(FaultRule rule)
    {
        // A client that acknowledges what comes again, as agents do and the plugin does not: with that one a lost acknowledgement is a stall.
        var (session, client) = await OpenAsync(new DataChannelClientOptions { Rules = ChannelRole.Agent });
        await using var _ = client;
        await _server.Faults.AddAsync(rule with { Session = session.Id });

        var sent = "";
        for (var i = 0; i < 20; i++)
        {
            sent += $"line {i}.";
            await client.SendInputAsync($"line {i}.");
        }

        await client.ReadUntilAsync("line 19.");
        Assert.Equal(sent, client.OutputText);
        await Eventually.IsTrueAsync(async () => (await _server.Faults.ListAsync())[0].Fired > 0, TimeSpan.FromSeconds(20));
    }

    [Theory]
    [InlineData(FaultEffect.Freeze, FaultDirection.ToClient)]
    [InlineData(FaultEffect.Freeze, FaultDirection.ToNode)]
    [InlineData(FaultEffect.Freeze, null)]
    [InlineData(FaultEffect.DisconnectNode, null)]
    public async Task A_frozen_channel_goes_on_where_it_stood(FaultEffect effect, FaultDirection? direction)
    {
        var (session, client) = await OpenAsync();
        await using var _ = client;
        await client.SendInputAsync("before.");
        await client.ReadUntilAsync("before.");
        var fault = await _server.Faults.AddAsync(new FaultRule { Effect = effect, Direction = direction, Target = TestServer.Node });

        await client.SendInputAsync("after.");
        await Eventually.IsTrueAsync(async () => (await _server.Faults.ListAsync())[0].Fired > 0, TimeSpan.FromSeconds(20));
        Assert.Equal("before.", client.OutputText);

        await _server.Faults.RemoveAsync(fault.Id);
        await client.ReadUntilAsync("after.");
        Assert.Equal("Connected", await _server.StatusAsync(session.Id));
    }

    [Fact]
    public async Task A_frozen_channel_can_be_terminated()
    {
        var (session, client) = await OpenAsync();
        await using var _ = client;
        await _server.Faults.AddAsync(new FaultRule { Effect = FaultEffect.Freeze });
        await client.SendInputAsync("nobody hears this");

        await _server.CallAsync("TerminateSession", $$"""{"SessionId":"{{session.Id}}"}""");

        await client.WaitForChannelClosedAsync();
        await _server.WaitForStatusAsync(session.Id, "Terminated");
    }

    [Fact]
    public async Task A_node_that_lost_its_connection_is_no_target()
    {
        var fault = await _server.Faults.AddAsync(new FaultRule { Effect = FaultEffect.DisconnectNode, Target = TestServer.Node });

        Assert.Contains("notconnected", (await _server.CallAsync("GetConnectionStatus", $$"""{"Target":"{{TestServer.Node}}"}""")).Body, StringComparison.Ordinal);
        Assert.Contains("TargetNotConnected", (await _server.CallAsync("StartSession", $$"""{"Target":"{{TestServer.Node}}"}""")).Body, StringComparison.Ordinal);
        Assert.Contains("\"PingStatus\":\"ConnectionLost\"", (await _server.CallAsync("DescribeInstanceInformation", "{}")).Body, StringComparison.Ordinal);

        await _server.Faults.RemoveAsync(fault.Id);
        Assert.Contains("\"connected\"", (await _server.CallAsync("GetConnectionStatus", $$"""{"Target":"{{TestServer.Node}}"}""")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_counts_as_expired()
    {
        await _server.Faults.AddAsync(new FaultRule { Effect = FaultEffect.ExpireToken, Count = 1 });
        var session = await _server.StartChannelAsync();
        await using (var refused = await DataChannelClient.ConnectAsync(session.StreamUrl, session.Token))
            Assert.Contains("expired", await refused.WaitForChannelClosedAsync(), StringComparison.Ordinal);

        await using var client = await DataChannelClient.ConnectAsync(session.StreamUrl, session.Token);
        await client.WaitUntilReadyAsync();
    }

    [Fact]
    public async Task Resume_gives_no_token()
    {
        var (session, client) = await OpenAsync();
        await using var _ = client;
        await _server.Faults.AddAsync(new FaultRule { Effect = FaultEffect.ResumeWithoutToken, Session = session.Id, Count = 1 });

        var (status, body) = await _server.CallAsync("ResumeSession", $$"""{"SessionId":"{{session.Id}}"}""");

        Assert.Equal((200, $$"""{"SessionId":"{{session.Id}}"}"""), ((int)status, body));
        Assert.NotEmpty((await _server.ResumeSessionAsync(session.Id)).Token);
    }

    [Fact]
    public async Task A_resumed_channel_is_refused_and_a_first_one_is_not()
    {
        await _server.Faults.AddAsync(new FaultRule { Effect = FaultEffect.RefuseResume, Count = 1 });
        var (session, client) = await OpenAsync();
        await using var _ = client;
        client.Abort();
        await _server.WaitForStatusAsync(session.Id, "Disconnected");
        var resumed = await _server.ResumeSessionAsync(session.Id);
        await client.ReopenAsync(resumed.StreamUrl, resumed.Token);

        Assert.Contains("not valid", await client.WaitForChannelClosedAsync(), StringComparison.Ordinal);
        Assert.Equal("Disconnected", await _server.StatusAsync(session.Id));
    }

    [Theory]
    [InlineData(FaultEffect.Error)]
    [InlineData(FaultEffect.DropConnection)]
    public async Task A_websocket_does_not_come_in(FaultEffect effect)
    {
        var session = await _server.StartChannelAsync();
        await _server.Faults.AddAsync(new FaultRule
        {
            Effect = effect,
            Error = effect == FaultEffect.Error ? "Forbidden" : null,
            FrontEnd = FrontEnd.MessageGateway,
            Action = "OpenDataChannel",
            Session = session.Id,
            Count = 1,
        });

        await Assert.ThrowsAsync<WebSocketException>(() => DataChannelClient.ConnectAsync(session.StreamUrl, session.Token));
        await using var client = await DataChannelClient.ConnectAsync(session.StreamUrl, session.Token);
        await client.WaitUntilReadyAsync();
    }

    [Fact]
    public async Task What_was_late_when_the_client_went_comes_after_its_return()
    {
        var (session, client) = await OpenAsync();
        await using var _ = client;
        await _server.Faults.AddAsync(new FaultRule { Effect = FaultEffect.Delay, Milliseconds = 300, Direction = FaultDirection.ToClient, Count = 1 });
        await client.SendInputAsync("late.");
        await Eventually.IsTrueAsync(async () => (await _server.Faults.ListAsync())[0].Fired > 0, TimeSpan.FromSeconds(20));
        client.Abort();
        await _server.WaitForStatusAsync(session.Id, "Disconnected");

        var resumed = await _server.ResumeSessionAsync(session.Id);
        await client.ReopenAsync(resumed.StreamUrl, resumed.Token);
        await client.ReadUntilAsync("late.");
        Assert.Equal("late.", client.OutputText);
    }

    private async Task<(StartedChannel Session, DataChannelClient Client)> OpenAsync(DataChannelClientOptions? options = null)
    {
        var opened = await _server.OpenAsync(options: options);
        await opened.Client.WaitUntilReadyAsync();
        return opened;
    }
}
