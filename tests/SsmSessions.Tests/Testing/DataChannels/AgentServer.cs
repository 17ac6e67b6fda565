using System.Net.WebSockets;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using SsmSessions.Channel;
using SsmSessions.Testing.DataChannels;

namespace SsmSessions.Tests.Testing.DataChannels;

/// <summary>One scripted agent behind a websocket door. A later socket takes the place of the earlier.</summary>
internal sealed class AgentServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly WebSocketLink _link = new();
    private readonly SemaphoreSlim _reader = new(1);
    private readonly Channel<string> _texts = System.Threading.Channels.Channel.CreateUnbounded<string>();

    private AgentServer(WebApplication app, string sessionType)
    {
        _app = app;
        Agent = new ScriptedAgent(_link, sessionType);
    }

    public ScriptedAgent Agent { get; }

    public Uri Url => new($"{_app.Urls.Single().Replace("http:", "ws:", StringComparison.Ordinal)}/v1/data-channel/x?role=publish_subscribe");

    public static async Task<AgentServer> StartAsync(string sessionType)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.UseWebSockets();
        var server = new AgentServer(app, sessionType);
        app.Run(server.ServeAsync);
        await app.StartAsync();
        return server;
    }

    /// <summary>The first message of the next socket, which is the one in use when this completes.</summary>
    public async Task<string> NextTextAsync() => await _texts.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20));

    /// <summary>Breaks the connection.</summary>
    public void Drop() => _link.Socket!.Abort();

    /// <summary>Sends a message past the agent's end.</summary>
    public ValueTask SendAsync(byte[] frame) => _link.SendAsync(frame, default);

    public Task CloseAsync(WebSocketCloseStatus status, string description) =>
        _link.Socket!.CloseOutputAsync(status, description, default);

    public async ValueTask DisposeAsync()
    {
        await Agent.DisposeAsync();
        _link.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _reader.Dispose();
    }

    private async Task ServeAsync(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        _link.Socket?.Abort();
        await _reader.WaitAsync(context.RequestAborted);
        var buffer = new byte[AgentMessage.MaxFrameBytes];
        try
        {
            var text = await socket.ReceiveAsync(buffer.AsMemory(), context.RequestAborted);
            var isFirst = _link.Socket is null;
            _link.Socket = socket;
            _texts.Writer.TryWrite(System.Text.Encoding.UTF8.GetString(buffer.AsSpan(0, text.Count)));
            if (isFirst)
                await Agent.StartAsync();
            else
                Agent.Channel.Resume();
            while (true)
            {
                var length = 0;
                ValueWebSocketReceiveResult received;
                do
                {
                    received = await socket.ReceiveAsync(buffer.AsMemory(length), context.RequestAborted);
                    length += received.Count;
                }
                while (!received.EndOfMessage);
                if (received.MessageType == WebSocketMessageType.Close)
                    return;
                await Agent.Channel.ReceiveAsync(buffer.AsMemory(0, length), context.RequestAborted);
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException)
        {
            // The client is gone.
        }
        finally
        {
            _reader.Release();
        }
    }
}
