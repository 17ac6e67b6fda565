using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.Extensions.Logging.Abstractions;
using SsmSessions.Server.Hosting.Tls;
using SsmSessions.Testing;

namespace SsmSessions.Tests.Hosting.Tls;

/// <summary>The bounds of what a client may send, and how long it may take, before it is known what it speaks.</summary>
public sealed class OnePortLimitsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly ManualTimeProvider _clock = new();
    private readonly List<string> _handled = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly DefaultConnectionContext _connection;
    private readonly IDuplexPipe _client;

    public OnePortLimitsTests()
    {
        var pair = DuplexPipe.Crossed();
        _client = pair.Application;
        _connection = new DefaultConnectionContext("1", pair.Transport, pair.Application);
        _connection.Features.Set<IConnectionLifetimeNotificationFeature>(new Stopping(_stopping.Token));
    }

    [Fact]
    public async Task A_silent_client_is_given_up_in_time()
    {
        var handling = HandleAsync();

        _clock.Advance(Patience - TimeSpan.FromTicks(1));
        Assert.False(handling.IsCompleted);
        _clock.Advance(TimeSpan.FromTicks(1));

        await handling;
        Assert.Empty(_handled);
    }

    [Fact]
    public async Task The_limit_is_for_the_first_bytes_only()
    {
        await SendAsync("GET");
        await HandleAsync();

        _clock.Advance(Patience);

        Assert.Equal(["http"], _handled);
        Assert.Equal(0, _clock.Timers);
    }

    [Fact]
    public async Task A_client_that_dribbles_its_CONNECT_is_given_up_in_time()
    {
        var handling = HandleAsync();
        await SendAsync("CONNECT ssmmessages.us-east-1.amazonaws.com:443 HTTP/1.1\r\n");
        _clock.Advance(OnePort.HeadPatience - TimeSpan.FromTicks(1));
        await SendAsync("Host: a\r\n");
        Assert.False(handling.IsCompleted);
        _clock.Advance(TimeSpan.FromTicks(1));

        await handling;
        Assert.Empty(_handled);
        Assert.Equal("", await ReceivedAsync());
    }

    [Fact]
    public async Task A_handshake_that_begins_with_no_greeting_is_no_failure_of_the_server()
    {
        await BrokenHandshakes.Around(_ => throw new NotSupportedException("no certificate"))(_connection);
        await BrokenHandshakes.Around(_ => Task.Delay(TimeSpan.FromMilliseconds(-5)))(_connection);

        await Assert.ThrowsAsync<TimeZoneNotFoundException>(() => BrokenHandshakes.Around(_ => throw new TimeZoneNotFoundException())(_connection));
    }

    [Fact]
    public async Task A_silent_client_does_not_delay_the_end_of_the_server()
    {
        var handling = HandleAsync();

        await _stopping.CancelAsync();

        await handling;
    }

    [Fact]
    public async Task A_client_that_goes_away_is_forgotten()
    {
        var handling = HandleAsync();
        await _client.Output.CompleteAsync(new ConnectionResetException("gone"));

        await handling;
        Assert.Empty(_handled);
    }

    [Fact]
    public async Task A_CONNECT_of_8192_bytes_is_read_and_none_that_is_longer()
    {
        const string Line = "CONNECT ssmmessages.us-east-1.amazonaws.com:443 HTTP/1.1\r\nX: ";
        await SendAsync(Line + new string('x', 8192 - Line.Length - 4) + "\r\n\r\n");
        await HandleAsync();

        Assert.Equal(["tls"], _handled);
        Assert.Equal("HTTP/1.1 200 Connection established\r\n\r\n", await ReceivedAsync());
    }

    [Theory]
    [InlineData("\r\n\r\n")]
    [InlineData("")]
    public async Task A_longer_CONNECT_is_refused(string end)
    {
        const string Line = "CONNECT ssmmessages.us-east-1.amazonaws.com:443 HTTP/1.1\r\nX: ";
        await SendAsync(Line + new string('x', 8193 - Line.Length - end.Length) + end);
        await HandleAsync();

        Assert.Empty(_handled);
        Assert.Equal(Refused("431 Request Header Fields Too Large", "The request is too long.\n"), await ReceivedAsync());
    }

    [Theory]
    [InlineData("CONNECT ssmmessages.us-east-1.amazonaws.com:443")]
    [InlineData("CONNECT  HTTP/1.1 x")]
    [InlineData("CONNECT ssmmessages.us-east-1.amazonaws.com:443 HTTP/2")]
    [InlineData("CONNECT a b HTTP/1.1")]
    public async Task A_CONNECT_that_is_none_is_refused(string line)
    {
        await SendAsync(line + "\r\n\r\n");
        await HandleAsync();

        Assert.Empty(_handled);
        Assert.Equal(Refused("400 Bad Request", "This is no CONNECT of HTTP/1.\n"), await ReceivedAsync());
    }

    [Fact]
    public async Task A_CONNECT_may_come_in_pieces_and_what_follows_it_is_left_to_TLS()
    {
        const string Head = "CONNECT ssmmessages.us-east-1.amazonaws.com:443 HTTP/1.1\r\nHost: a\r\n\r\n";
        var handling = HandleAsync();
        foreach (var character in Head)
            await SendAsync(character.ToString());
        await handling;
        await SendAsync("\u0016");

        Assert.Equal(["tls"], _handled);
        Assert.Equal("ssmmessages.us-east-1.amazonaws.com", _connection.Features.Get<AwsConnection>()?.Name);
        Assert.Equal([0x16], (await _connection.Transport.Input.ReadAsync()).Buffer.FirstSpan.ToArray());
    }

    private Task HandleAsync() =>
        new OnePort(Handled("tls"), Handled("http"), Patience, servesAws: true, _clock, NullLogger<OnePort>.Instance).OnConnectionAsync(_connection);

    private ConnectionDelegate Handled(string by) => _ =>
    {
        _handled.Add(by);
        return Task.CompletedTask;
    };

    private async Task SendAsync(string text) => await _client.Output.WriteAsync(Encoding.Latin1.GetBytes(text));

    private async Task<string> ReceivedAsync()
    {
        await _connection.Transport.Output.CompleteAsync();
        using var all = new MemoryStream();
        await _client.Input.CopyToAsync(all);
        return Encoding.Latin1.GetString(all.ToArray());
    }

    private static string Refused(string status, string text) =>
        $"HTTP/1.1 {status}\r\nContent-Type: text/plain\r\nContent-Length: {text.Length}\r\nConnection: close\r\n\r\n{text}";

    private sealed record Stopping(CancellationToken ConnectionClosedRequested) : IConnectionLifetimeNotificationFeature
    {
        public CancellationToken ConnectionClosedRequested { get; set; } = ConnectionClosedRequested;

        public void RequestClose()
        {
        }
    }

    /// <summary>What is sent has been dealt with when the call returns.</summary>
    private sealed record DuplexPipe(PipeReader Input, PipeWriter Output) : IDuplexPipe
    {
        public static (IDuplexPipe Transport, IDuplexPipe Application) Crossed()
        {
            var atOnce = new PipeOptions(readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, useSynchronizationContext: false);
            var (toServer, toClient) = (new Pipe(atOnce), new Pipe(atOnce));
            return (new DuplexPipe(toServer.Reader, toClient.Writer), new DuplexPipe(toClient.Reader, toServer.Writer));
        }
    }
}
