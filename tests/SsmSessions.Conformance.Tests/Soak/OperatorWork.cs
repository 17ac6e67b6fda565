using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace SsmSessions.Conformance.Tests.Soak;

/// <summary>Doris' two calls.</summary>
internal sealed class DorisWork(Uri url) : SoakWork(url)
{
    public override async Task DoAsync()
    {
        foreach (var path in (string[])["rest/v1/session", "rest/v1/session/all"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
            request.Headers.Authorization = new("Basic", Convert.ToBase64String("test:test"u8));
            using var response = await Api.Http.SendAsync(request);
            var answer = JsonElement.Parse(await response.Content.ReadAsStringAsync());
            if (answer.GetProperty("code").GetInt32() != 0)
                throw new FaultyAnswerException(answer.GetRawText());
        }
    }
}

/// <summary>A websocket of TrueNAS on which the sessions are listed, with a subscription that is left behind.</summary>
internal sealed class TrueNasWork(Uri url) : SoakWork(url)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public override async Task DoAsync()
    {
        using var socket = new ClientWebSocket();
        using var late = new CancellationTokenSource(Patience);
        try
        {
            await socket.ConnectAsync(new UriBuilder(Url) { Scheme = "ws", Path = "/api/current" }.Uri, late.Token);
            foreach (var (method, parameters) in ((string, string)[])[("core.subscribe", "[\"auth.sessions\"]"), ("auth.sessions", "[]"), ("core.ping", "[]")])
                await AskAsync(socket, method, parameters, late.Token);
            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, statusDescription: null, late.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException();
        }
    }

    /// <summary>Asks, and reads until the answer comes: events come between.</summary>
    private static async Task AskAsync(ClientWebSocket socket, string method, string parameters, CancellationToken cancellationToken)
    {
        var id = Guid.NewGuid().ToString();
        var question = $$"""{"jsonrpc":"2.0","id":"{{id}}","method":"{{method}}","params":{{parameters}}}""";
        await socket.SendAsync(Encoding.UTF8.GetBytes(question), WebSocketMessageType.Text, endOfMessage: true, cancellationToken);
        var buffer = new byte[1024 * 1024];
        while (true)
        {
            var length = 0;
            ValueWebSocketReceiveResult part;
            do
            {
                part = await socket.ReceiveAsync(buffer.AsMemory(length), cancellationToken);
                length += part.Count;
            }
            while (!part.EndOfMessage);
            if (part.MessageType == WebSocketMessageType.Close)
                throw new FaultyAnswerException("closed");
            var answer = JsonElement.Parse(buffer.AsSpan(0, length));
            if (!answer.TryGetProperty("id", out var answered) || answered.GetString() != id)
                continue;
            if (answer.TryGetProperty("error", out var error))
                throw new FaultyAnswerException(error.GetRawText());
            return;
        }
    }
}
