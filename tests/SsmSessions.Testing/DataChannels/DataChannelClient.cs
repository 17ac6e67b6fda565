using System.Net.WebSockets;
using System.Text;
using SsmSessions.Channel;
using SsmSessions.Channel.Payloads;
using SsmSessions.Channel.Smux;

namespace SsmSessions.Testing.DataChannels;

/// <summary>
/// A client of a data channel that behaves as the plugin does: over a websocket, or in memory. Every wait has a deadline, and throws
/// <see cref="TimeoutException"/>.
/// </summary>
public sealed class DataChannelClient : IAsyncDisposable
{
    private const int SmallestBuffer = 2048;

    private readonly DataChannelClientOptions _options;
    private readonly ClientRecord _record;
    private readonly ClientSession _session;
    private readonly WebSocketLink? _link;
    private CancellationTokenSource _socketEnds = new();
    private Task _reading = Task.CompletedTask;

    /// <summary>A client in memory: its frames go to the sink, and whoever has frames for it calls <see cref="ReceiveAsync"/>.</summary>
    public DataChannelClient(IFrameSink agent, DataChannelClientOptions? options = null)
    {
        _options = options ?? new DataChannelClientOptions();
        _record = new ClientRecord(_options.Deadline);
        _session = new ClientSession(_options, _record);
        _link = agent as WebSocketLink;
        var channelOptions = new ChannelEndOptions { Role = ChannelRole.Client, Rules = _options.Rules, MaxPayloadBytes = _options.PayloadBytes };
        Channel = new ChannelEnd(channelOptions, agent, _session, TimeProvider.System);
        _session.Attach(Channel);
    }

    /// <summary>Its end of the channel.</summary>
    public ChannelEnd Channel { get; }

    /// <summary>The handshake request, once it came.</summary>
    public HandshakeRequest? HandshakeRequest => _record.Request;

    /// <summary>All output so far, without standard error, exit code and flags.</summary>
    public byte[] Output => _record.Output;

    /// <summary>The same as text.</summary>
    public string OutputText => Encoding.UTF8.GetString(_record.Output);

    /// <summary>All of the payloads of type 11.</summary>
    public byte[] ErrorOutput => _record.ErrorOutput;

    /// <summary>What type 12 said, once it came.</summary>
    public int? ExitCode => _record.ExitCode;

    /// <summary>The flags that came.</summary>
    public IReadOnlyList<ChannelFlag> Flags => _record.Flags;

    /// <summary>Frames that were malformed or had a wrong digest.</summary>
    public long DroppedFrames => Channel.DroppedFrames;

    /// <summary>Dials the url as it is, and opens the channel with the token.</summary>
    /// <param name="streamUrl">Of StartSession.</param>
    /// <param name="token">Null sends no first message.</param>
    /// <param name="options">How it behaves.</param>
    /// <exception cref="WebSocketException">The upgrade was refused.</exception>
    public static async Task<DataChannelClient> ConnectAsync(Uri streamUrl, string? token, DataChannelClientOptions? options = null)
    {
        var client = new DataChannelClient(new WebSocketLink(), options);
        try
        {
            await client.ReopenAsync(streamUrl, token);
            return client;
        }
        catch
        {
            await client.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Dials again, with numbers and unacknowledged messages as they are, and sends these again. The socket that is still there is dropped.
    /// </summary>
    public async Task ReopenAsync(Uri streamUrl, string? token)
    {
        var link = _link ?? throw new InvalidOperationException("This client has no websocket.");
        await LeaveAsync();
        _socketEnds.Dispose();
        _socketEnds = new CancellationTokenSource();
        var socket = new ClientWebSocket();
        socket.Options.KeepAliveInterval = TimeSpan.Zero;
        foreach (var (name, value) in _options.UpgradeHeaders)
            socket.Options.SetRequestHeader(name, value);
        using var deadline = new CancellationTokenSource(_options.Deadline);
        await socket.ConnectAsync(streamUrl, _options.Invoker, deadline.Token);
        if (token is not null)
        {
            var open = new OpenChannel("1.0", Guid.NewGuid().ToString(), token, null, _options.ClientId.ToString(), _options.ClientVersion);
            await socket.SendAsync(open.ToText().AsMemory(), WebSocketMessageType.Text, endOfMessage: true, deadline.Token);
        }

        _record.OnLost(null);
        link.Socket = socket;
        _reading = ReadAsync(socket, _socketEnds.Token);
        Channel.Resume();
    }

    /// <summary>Drops the connection without a close frame, as the plugin does when it leaves.</summary>
    public void Abort() => _link?.Socket?.Abort();

    /// <summary>Sends a close frame.</summary>
    public async Task CloseAsync(WebSocketCloseStatus status)
    {
        using var deadline = new CancellationTokenSource(_options.Deadline);
        await _link!.Socket!.CloseOutputAsync(status, statusDescription: null, deadline.Token);
    }

    /// <summary>Takes a frame from the agent, in memory.</summary>
    public ValueTask ReceiveAsync(ReadOnlyMemory<byte> frame, CancellationToken cancellationToken) => Channel.ReceiveAsync(frame, cancellationToken);

    /// <summary>Sends input, cut as the plugin cuts it; a lone LF becomes CR, as the plugin has it (§7.6).</summary>
    public async Task SendInputAsync(ReadOnlyMemory<byte> input)
    {
        for (; !input.IsEmpty; input = input[Math.Min(input.Length, _options.PayloadBytes)..])
        {
            var payload = input[..Math.Min(input.Length, _options.PayloadBytes)];
            await SendAsync(PayloadType.Output, payload is { Length: 1, Span: [(byte)'\n'] } ? "\r"u8.ToArray() : payload);
        }
    }

    /// <summary>The same, of text.</summary>
    public Task SendInputAsync(string input) => SendInputAsync(Encoding.UTF8.GetBytes(input));

    /// <summary>Reports the size of the terminal.</summary>
    public Task ResizeAsync(uint columns, uint rows) => SendAsync(PayloadType.Size, new SizeData(columns, rows).ToPayload());

    /// <summary>Sends a flag.</summary>
    public Task SendFlagAsync(ChannelFlag flag) => SendAsync(PayloadType.Flag, flag.ToPayload());

    /// <summary>Sends any stream message.</summary>
    public Task SendAsync(PayloadType type, ReadOnlyMemory<byte> payload) =>
        Channel.SendAsync(type, payload, CancellationToken.None).AsTask().WaitAsync(_options.Deadline);

    /// <summary>Sends a websocket message as it is, be it malformed.</summary>
    public async Task SendRawAsync(ReadOnlyMemory<byte> message, WebSocketMessageType type = WebSocketMessageType.Binary)
    {
        using var deadline = new CancellationTokenSource(_options.Deadline);
        await _link!.SendAsync(message, type, deadline.Token);
    }

    /// <summary>All that was sent is acknowledged.</summary>
    public Task DrainAsync() => Channel.DrainAsync(CancellationToken.None).WaitAsync(_options.Deadline);

    /// <summary>The local connection of a basic port session is there: it takes output from now on.</summary>
    public void ConnectLocal() => _session.IsConnectedLocally = true;

    /// <summary>Opens a stream of a multiplexed port session, which must be ready.</summary>
    public Task<SmuxStream> OpenStreamAsync() =>
        (_session.Smux ?? throw new InvalidOperationException("The session is not multiplexed, or not ready."))
        .OpenStreamAsync(CancellationToken.None).AsTask().WaitAsync(_options.Deadline);

    /// <summary>Reads from a stream until there are so many bytes, or until its end: fewer bytes are all there were.</summary>
    public async Task<byte[]> ReadAsync(SmuxStream stream, int bytes = int.MaxValue)
    {
        using var deadline = new CancellationTokenSource(_options.Deadline);
        var all = new MemoryStream();
        try
        {
            while (all.Length < bytes && await stream.ReadAsync(deadline.Token) is { IsEmpty: false } data)
                all.Write(data.Span);
        }
        catch (OperationCanceledException e)
        {
            throw new TimeoutException($"Waited {_options.Deadline} for stream {stream.Id}, which has {all.Length} bytes.", e);
        }

        return all.ToArray();
    }

    /// <summary>The handshake request has come, and was answered.</summary>
    public async Task<HandshakeRequest> WaitForHandshakeAsync()
    {
        await _record.WaitAsync(() => _record.Request is not null, "a handshake request");
        return _record.Request!;
    }

    /// <summary>The handshake is complete.</summary>
    public async Task<HandshakeComplete> WaitUntilReadyAsync()
    {
        await _record.WaitAsync(() => _record.Complete is not null, "the end of the handshake");
        return _record.Complete!;
    }

    /// <summary>Waits for a text in the output behind what was returned before; returns all up to and with it.</summary>
    public Task<string> ReadUntilAsync(string text) => _record.ReadUntilAsync(text);

    /// <summary>Waits until there are so many bytes of output.</summary>
    public async Task<byte[]> WaitForOutputAsync(int bytes)
    {
        await _record.WaitAsync(() => _record.OutputLength >= bytes, $"{bytes} bytes of output");
        return Output;
    }

    /// <summary>Waits for an exit code.</summary>
    public async Task<int> WaitForExitCodeAsync()
    {
        await _record.WaitAsync(() => _record.ExitCode is not null, "an exit code");
        return _record.ExitCode!.Value;
    }

    /// <summary>Waits for a flag.</summary>
    public Task WaitForFlagAsync(ChannelFlag flag) => _record.WaitAsync(() => _record.Flags.Contains(flag), $"flag {flag}");

    /// <summary>Waits for <c>channel_closed</c>; returns its Output, empty for an ordinary end.</summary>
    public async Task<string> WaitForChannelClosedAsync()
    {
        await _record.WaitAsync(() => _record.Closed is not null, "channel_closed");
        return _record.Closed!.Output ?? "";
    }

    /// <summary>Waits for the end of the socket.</summary>
    public async Task<SocketEnd> WaitForSocketEndAsync()
    {
        await _record.WaitAsync(() => _record.Lost is not null, "the end of the socket");
        return _record.Lost!;
    }

    /// <summary>Drops the connection.</summary>
    public async ValueTask DisposeAsync()
    {
        await LeaveAsync();
        _session.Dispose();
        await Channel.DisposeAsync();
        _link?.Dispose();
        _socketEnds.Dispose();
    }

    private async Task LeaveAsync()
    {
        Abort();
        await _socketEnds.CancelAsync();
        await _reading.WaitAsync(_options.Deadline);
    }

    private async Task ReadAsync(ClientWebSocket socket, CancellationToken cancellationToken)
    {
        var buffer = new byte[SmallestBuffer];
        try
        {
            while (true)
            {
                var length = 0;
                ValueWebSocketReceiveResult received;
                do
                {
                    if (length == buffer.Length)
                        Array.Resize(ref buffer, length * 2);
                    received = await socket.ReceiveAsync(buffer.AsMemory(length), cancellationToken);
                    length += received.Count;
                }
                while (!received.EndOfMessage);
                if (received.MessageType == WebSocketMessageType.Close)
                    break;
                await Channel.ReceiveAsync(buffer.AsMemory(0, length), cancellationToken);
            }
        }
        catch (Exception e) when (e is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            // Any read error is the loss of the socket (§3.4).
        }

        _record.OnLost(new SocketEnd(socket.CloseStatus, socket.CloseStatusDescription));
        socket.Dispose();
    }
}
