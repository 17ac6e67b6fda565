using System.Buffers;
using System.Net.WebSockets;
using System.Text;
using SsmSessions.Testing;

namespace SsmSessions.Tests.TrueNas;

/// <summary>A client that says what it is told to, to the letter.</summary>
internal sealed class TrueNasClient : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ClientWebSocket _socket = new();

    public static async Task<TrueNasClient> ConnectAsync(TestServer server, string path = "/api/current")
    {
        var client = new TrueNasClient();
        using var patience = new CancellationTokenSource(Patience);
        await client._socket.ConnectAsync(new UriBuilder(server.Url) { Scheme = "ws", Path = path }.Uri, patience.Token);
        return client;
    }

    /// <summary>Connects in the older form, and lets the answer pass.</summary>
    public static async Task<TrueNasClient> ConnectDdpAsync(TestServer server)
    {
        var client = await ConnectAsync(server, "/websocket");
        Assert.StartsWith("""{"msg":"connected","session":""", await client.AskAsync("""{"msg":"connect","version":"1","support":["1"]}"""), StringComparison.Ordinal);
        return client;
    }

    public async Task<string> AskAsync(string message)
    {
        await SendAsync(message);
        return await ReceiveAsync();
    }

    /// <summary>Calls a method by JSON-RPC; the answer's result or error as it stands there.</summary>
    public async Task<string> CallAsync(string method, string parameters = "[]")
    {
        var answer = await AskAsync($$"""{"jsonrpc":"2.0","id":1,"method":"{{method}}","params":{{parameters}}}""");
        const string Start = """{"jsonrpc":"2.0",""";
        const string End = ",\"id\":1}";
        Assert.StartsWith(Start, answer, StringComparison.Ordinal);
        Assert.EndsWith(End, answer, StringComparison.Ordinal);
        return answer[Start.Length..^End.Length];
    }

    public async Task SendAsync(string message)
    {
        using var patience = new CancellationTokenSource(Patience);
        await _socket.SendAsync(Encoding.UTF8.GetBytes(message), WebSocketMessageType.Text, endOfMessage: true, patience.Token);
    }

    public async Task<string> ReceiveAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        var message = new ArrayBufferWriter<byte>();
        while (true)
        {
            var received = await _socket.ReceiveAsync(message.GetMemory(16 * 1024), patience.Token);
            if (received.MessageType == WebSocketMessageType.Close)
                return $"closed: {(int)_socket.CloseStatus!} {_socket.CloseStatusDescription}";
            message.Advance(received.Count);
            if (received.EndOfMessage)
                return Encoding.UTF8.GetString(message.WrittenSpan);
        }
    }

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }
}
