using System.Buffers;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using SsmSessions.Benchmarks.Load;

namespace SsmSessions.Benchmarks.DataChannels;

/// <summary>Asks for the state of a host, which starts with the first order.</summary>
/// <param name="IsBare">Websockets and nothing else.</param>
/// <param name="Folder">For the store.</param>
internal sealed record HostOrder(bool IsBare, string Folder);

/// <summary>How a host is after a collection.</summary>
/// <param name="Url">Where it listens.</param>
/// <param name="Resident">Bytes of the process in memory.</param>
/// <param name="Managed">Bytes of the managed heap that are in use.</param>
/// <param name="Descriptors">Open files and sockets.</param>
internal sealed record HostState(Uri Url, long Resident, long Managed, int Descriptors);

/// <summary>A host of many idle websockets, in a process of its own: this service, or Kestrel with the least that keeps a websocket open.</summary>
internal static class IdleHost
{
    /// <summary>How a worker of this kind is named.</summary>
    public const string Kind = "idle-host";

    private const int MessageBytes = 4 * 1024;

    private static Uri? _url;

    /// <summary>The worker's side.</summary>
    public static Task<int> ServeAsync() => Worker.ServeAsync<HostOrder, HostState>(LookAsync);

    private static async Task<HostState> LookAsync(HostOrder order)
    {
        _url ??= order.IsBare ? await StartBareAsync() : await MeasuredHost.StartOursAsync(order.Folder);
        var (resident, managed) = await MeasuredHost.MemoryAtRestAsync();
        return new HostState(_url, resident, managed, Directory.GetFiles("/proc/self/fd").Length);
    }

    private static async Task<Uri> StartBareAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.UseWebSockets();
        app.Run(async http =>
        {
            using var socket = await http.WebSockets.AcceptWebSocketAsync();
            await EchoAsync(socket);
        });
        await app.StartAsync();
        return new Uri(app.Urls.Single());
    }

    /// <summary>Holds a buffer only while there is something to read.</summary>
    private static async Task EchoAsync(WebSocket socket)
    {
        while ((await socket.ReceiveAsync(Memory<byte>.Empty, CancellationToken.None)).MessageType != WebSocketMessageType.Close)
        {
            var buffer = ArrayPool<byte>.Shared.Rent(MessageBytes);
            var received = await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
            await socket.SendAsync(buffer.AsMemory(0, received.Count), received.MessageType, received.EndOfMessage, CancellationToken.None);
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
