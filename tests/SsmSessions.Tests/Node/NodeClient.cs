using System.Text;
using SsmSessions.Channel;
using SsmSessions.Channel.Payloads;
using SsmSessions.Core.Documents;
using SsmSessions.Node;
using SsmSessions.Testing.DataChannels;

namespace SsmSessions.Tests.Node;

/// <summary>The client of a node's session, over a link in memory, down to the single message. Remembers all it gets, and waits for what
/// is expected.</summary>
internal sealed class NodeClient : IMessageConsumer, IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly MemoryLink _down = new();
    private readonly MemoryLink _up = new();
    private readonly List<(PayloadType Type, byte[] Payload)> _messages = [];
    private readonly List<string> _states = [];
    private TaskCompletionSource _changed = NewSignal();
    private TaskCompletionSource _reads = NewSignal();
    private TaskCompletionSource? _settled;
    private bool _isDisposed;

    private NodeClient(INode node, SessionPlan plan, TimeProvider time)
    {
        Session = node.Open(plan, _down);
        End = new ChannelEnd(new ChannelEndOptions { Role = ChannelRole.Client }, _up, this, time);
        _reads.SetResult();
        _down.DeliverTo(async (frame, cancellationToken) =>
        {
            await _reads.Task.WaitAsync(cancellationToken);
            await End.ReceiveAsync(frame, cancellationToken);
        });
        _up.DeliverTo(async (frame, cancellationToken) =>
        {
            if (frame.IsEmpty)
                _settled?.TrySetResult();
            else
                await Session.ReceiveAsync(frame, cancellationToken);
        });
    }

    public INodeSession Session { get; }

    public ChannelEnd End { get; }

    /// <summary>Takes Output instead of remembering it.</summary>
    public Func<ReadOnlyMemory<byte>, bool>? OnOutput { get; set; }

    /// <summary>Takes Output together, until so many bytes have come.</summary>
    public Task<byte[]> TakeOutputAsync(int length)
    {
        var received = new MemoryStream();
        var all = new TaskCompletionSource<byte[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        OnOutput = output =>
        {
            received.Write(output.Span);
            if (received.Length >= length)
                all.TrySetResult(received.ToArray());
            return true;
        };
        return all.Task;
    }

    public IReadOnlyList<(PayloadType Type, byte[] Payload)> Messages
    {
        get
        {
            lock (_lock)
                return [.. _messages];
        }
    }

    /// <summary>The session states that the node announced.</summary>
    public IReadOnlyList<string> States
    {
        get
        {
            lock (_lock)
                return [.. _states];
        }
    }

    /// <summary>All output so far.</summary>
    public string Output => Text(PayloadType.Output);

    public static SessionPlan Plan(
        SessionType type, string? properties = null, SessionInputs? inputs = null, params (string Name, string[] Values)[] parameters) => new()
        {
            SessionId = "lab-0123456789abcdef0",
            Target = "i-0123456789abcdef0",
            Type = type,
            PropertiesJson = properties,
            Inputs = inputs ?? SessionInputs.Default,
            Parameters = parameters.ToDictionary(p => p.Name, IReadOnlyList<string> (p) => p.Values, StringComparer.Ordinal),
            SessionOwner = "arn:aws:iam::000000000000:user/lab",
        };

    /// <summary>A session that has begun; the client has not said anything.</summary>
    public static NodeClient Begin(INode node, SessionPlan plan, TimeProvider? time = null)
    {
        var client = new NodeClient(node, plan, time ?? TimeProvider.System);
        client.Session.Start();
        return client;
    }

    /// <summary>A session past its handshake.</summary>
    public static async Task<NodeClient> StartAsync(INode node, SessionPlan plan, string version = "1.2.677.0")
    {
        var client = Begin(node, plan);
        await client.WaitForAsync(PayloadType.HandshakeRequest);
        await client.AnswerHandshakeAsync(version);
        await client.WaitForAsync(PayloadType.HandshakeComplete);
        return client;
    }

    public ValueTask AnswerHandshakeAsync(string version, int status = ProcessedClientAction.Success, string error = "") => End.SendAsync(
        PayloadType.HandshakeResponse,
        new HandshakeResponse(version, [new ProcessedClientAction("SessionType", status, ActionResult: null, error)], Errors: null).ToPayload(),
        CancellationToken.None);

    public ValueTask TypeAsync(string text) => SendAsync(PayloadType.Output, Encoding.UTF8.GetBytes(text));

    public ValueTask ResizeAsync(uint columns, uint rows) => SendAsync(PayloadType.Size, new SizeData(columns, rows).ToPayload());

    public ValueTask FlagAsync(ChannelFlag flag) => SendAsync(PayloadType.Flag, flag.ToPayload());

    public ValueTask SendAsync(PayloadType type, byte[] payload) => End.SendAsync(type, payload, CancellationToken.None);

    /// <summary>Takes nothing from the link any more.</summary>
    public void StopReading() => _reads = NewSignal();

    /// <summary>Reads again.</summary>
    public void Read() => _reads.SetResult();

    /// <summary>The service ends the session.</summary>
    public ValueTask CloseAsync() => _up.SendAsync(ChannelClosed.ToFrame(NodeSessionId, "i-0123456789abcdef0", "", 1), CancellationToken.None);

    /// <summary>A message of the gateway.</summary>
    public ValueTask PublishAsync(MessageType type)
    {
        var frame = new byte[AgentMessage.HeaderBytes + 2];
        AgentMessage.Write(frame, type, 1, 0, 0, Guid.NewGuid(), PayloadType.None, "{}"u8);
        return _up.SendAsync(frame, CancellationToken.None);
    }

    /// <summary>All that was sent to the node has been taken by it.</summary>
    public async Task SettleAsync()
    {
        var taken = NewSignal();
        _settled = taken;
        await _up.SendAsync(ReadOnlyMemory<byte>.Empty, CancellationToken.None);
        await taken.Task.WaitAsync(Patience);
    }

    public async Task<byte[]> WaitForAsync(PayloadType type)
    {
        await WaitAsync(() => Messages.Any(m => m.Type == type), $"a message {type}");
        return Messages.First(m => m.Type == type).Payload;
    }

    public Task WaitForOutputAsync(string expected) => WaitAsync(() => Output.Contains(expected, StringComparison.Ordinal), $"'{expected}'");

    public async Task<SessionOutcome> EndedAsync()
    {
        try
        {
            return await Session.Completion.WaitAsync(Patience);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"The session did not end. {Seen()}", e);
        }
    }

    public string Text(PayloadType type) =>
        Encoding.UTF8.GetString([.. Messages.Where(m => m.Type == type).SelectMany(m => m.Payload)]);

    /// <summary>Waits for something; with <paramref name="look"/> it is looked for again and again, as no message tells of it.</summary>
    public async Task WaitAsync(Func<bool> condition, string what, bool look = false)
    {
        using var deadline = new CancellationTokenSource(Patience);
        while (true)
        {
            Task changed;
            lock (_lock)
                changed = _changed.Task;
            if (condition())
                return;
            try
            {
                if (look)
                    await Task.Delay(5, deadline.Token);
                else
                    await changed.WaitAsync(deadline.Token);
            }
            catch (OperationCanceledException e)
            {
                throw new TimeoutException($"{what} did not come. {Seen()}", e);
            }
        }
    }

    public bool TryConsume(PayloadType type, ReadOnlySpan<byte> payload)
    {
        if (type == PayloadType.Output && OnOutput is { } take)
            return take(payload.ToArray());
        lock (_lock)
            _messages.Add((type, payload.ToArray()));
        Signal();
        return true;
    }

    public ValueTask WaitForRoomAsync(CancellationToken cancellationToken) => default;

    public void OnServiceMessage(MessageType type, ReadOnlySpan<byte> payload)
    {
        if (type != MessageType.AgentSessionState)
            return;
        lock (_lock)
            _states.Add(AgentSessionState.Read(payload)!.SessionState!);
        Signal();
    }

    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        await Session.DisposeAsync();
        await End.DisposeAsync();
        await _up.DisposeAsync();
        await _down.DisposeAsync();
    }

    private const string NodeSessionId = "lab-0123456789abcdef0";

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private string Seen() => $"There were: {string.Join(" | ", Messages.Select(m => $"{m.Type} {Encoding.UTF8.GetString(m.Payload)}"))}; outcome {(Session.Completion.IsCompletedSuccessfully ? Session.Completion.Result : null)}";

    private void Signal()
    {
        lock (_lock)
        {
            _changed.TrySetResult();
            _changed = NewSignal();
        }
    }
}
