using System.Buffers.Text;
using System.Globalization;
using System.Text;
using SsmSessions.Testing;
using SsmSessions.Testing.DataChannels;

namespace SsmSessions.Tests.Allocations;

/// <summary>
/// What an operation allocates over HTTP and on a data channel, server and whatever the operation has to wait for. Unlike its time this does
/// not depend on the machine. The ceilings are a tenth above what was seen; a build for debugging allocates more, since it makes an object of each
/// asynchronous method.
/// </summary>
[Collection(typeof(MemoryCollection))]
public sealed class AllocationTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int Sessions = 200;

    private TestServer _server = null!;
    private PreparedConnection _connection = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await TestServer.StartAsync();
        _connection = new PreparedConnection(_server.Url.Port);
        for (var i = 0; i < Sessions; i++)
            await _server.StartSessionAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _connection.Dispose();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData(10, 4_400, 8_400)]
    [InlineData(200, 7_700, 57_000)]
    public async Task A_page_of_sessions(int sessions, int release, int debug)
    {
        var request = AwsRequest.Of(_server.Url.Port, "DescribeSessions", $$"""{"State":"Active","MaxResults":{{sessions}}}""");
        await StaysBelowAsync(release, debug, () => Call(request));
    }

    [Fact]
    public async Task A_session_that_starts_and_ends()
    {
        var start = AwsRequest.Of(_server.Url.Port, "StartSession", $$"""{"Target":"{{TestServer.Node}}"}""");
        var id = await _server.StartSessionAsync();
        var end = AwsRequest.Of(_server.Url.Port, "TerminateSession", $$"""{"SessionId":"{{id}}"}""");
        await StaysBelowAsync(21_500, 25_500, () =>
        {
            AwsRequest.FillInSession(end, _connection.Call(start));
            return Call(end);
        });
    }

    [Fact]
    public async Task A_key_that_is_read()
    {
        _connection.Call(Http("PUT", "/v1/kv/key", "value"));
        var request = Http("GET", "/v1/kv/key");
        await StaysBelowAsync(3_600, 4_600, () => Call(request));
    }

    [Fact]
    public async Task A_key_that_is_written()
    {
        var writes = Writes();
        await StaysBelowAsync(9_200, 10_200, () => Call(writes()));
    }

    [Fact]
    public async Task A_client_that_waits_for_a_key_and_is_woken()
    {
        using var waiting = new PreparedConnection(_server.Url.Port);
        var writes = Writes();
        var read = Http("GET", "/v1/kv/key");
        var wait = Http("GET", "/v1/kv/key?wait=60s&index=000000000000");
        var index = wait.AsSpan().IndexOf("index="u8) + "index=".Length;
        _connection.Call(writes());
        await StaysBelowAsync(21_500, 24_000, () =>
        {
            Assert.True(Utf8Formatter.TryFormat(ModifyIndex(_connection.Call(read)), wait.AsSpan(index, 12), out _, new System.Buffers.StandardFormat('D', 12)));
            waiting.Socket.Send(wait);
            _connection.Call(writes());
            waiting.Receive();
            return Task.CompletedTask;
        });
    }

    [Fact]
    public async Task A_key_that_is_typed_and_seen()
    {
        var seen = new SemaphoreSlim(0);
        var (_, client) = await _server.OpenAsync(options: new DataChannelClientOptions { OnOutput = (_, _) => seen.Release() });
        await using var _ = client;
        await client.WaitUntilReadyAsync();
        byte[] key = [(byte)'x'];
        await StaysBelowAsync(1_000, 2_900, async () =>
        {
            await client.SendInputAsync(key);
            Assert.True(await seen.WaitAsync(TimeSpan.FromSeconds(30)));
        });
    }

    /// <summary>Requests that write a key, in turn with another value, since the same again is no change.</summary>
    private Func<byte[]> Writes()
    {
        byte[][] requests = [Http("PUT", "/v1/kv/key", "one"), Http("PUT", "/v1/kv/key", "two")];
        var next = 0;
        return () => requests[next++ % 2];
    }

    private Task Call(byte[] request)
    {
        _connection.Call(request);
        return Task.CompletedTask;
    }

    private async Task StaysBelowAsync(int release, int debug, Func<Task> operation)
    {
        var allocated = await Allocated.PerOperationAsync(operation);
        output.WriteLine($"{allocated} bytes");
#if DEBUG
        Assert.InRange(allocated, 1, debug);
#else
        Assert.InRange(allocated, 1, release);
#endif
    }

    private byte[] Http(string method, string path, string body = "") => Encoding.ASCII.GetBytes(string.Create(
        CultureInfo.InvariantCulture, $"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{_server.Url.Port}\r\nContent-Length: {body.Length}\r\n\r\n{body}"));

    private static long ModifyIndex(ReadOnlySpan<byte> entries)
    {
        var member = "\"ModifyIndex\":"u8;
        Assert.True(Utf8Parser.TryParse(entries[(entries.IndexOf(member) + member.Length)..], out long index, out _));
        return index;
    }
}
