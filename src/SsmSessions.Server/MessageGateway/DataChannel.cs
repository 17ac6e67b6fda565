using System.Diagnostics.CodeAnalysis;
using System.Net.WebSockets;
using SsmSessions.Channel;
using SsmSessions.Core.Faults;
using SsmSessions.Core.Identity;
using SsmSessions.Core.Sessions;
using SsmSessions.Node;

namespace SsmSessions.Server.MessageGateway;

/// <summary>
/// One session's data channel: pairs the client's websocket with the node's end and relays frames verbatim (spec/ssm-data-channel.md §15).
/// The client may go and come back; frames for it are held meanwhile. Whoever ends it, it ends once.
/// </summary>
/// <param name="session">The session as it was when its first client came.</param>
/// <param name="services">What all channels share.</param>
[SuppressMessage(
    "Design", "CA1001", Justification = "Its semaphores and its source hold nothing unmanaged, and clients may still look at them when it has ended.")]
internal sealed partial class DataChannel(Session session, DataChannelServices services) : ICarriedSession, IFrameSink
{
    /// <summary>How long the node's end may take to finish once it was told to.</summary>
    private static readonly TimeSpan EndWithin = TimeSpan.FromSeconds(3);

    /// <summary>A store that fails is asked again: as long as the end is not written, the session is carried here.</summary>
    private const int EndAttempts = 60;
    private static readonly TimeSpan EndRetry = TimeSpan.FromSeconds(1);

    /// <summary>How long a client may take to read what was held for it.</summary>
    private static readonly TimeSpan AttachWithin = TimeSpan.FromSeconds(10);

    private readonly ChannelActivity _activity = new(services.Time, session.StartDate);

    /// <summary>Who comes and who goes, one at a time, each with its write to the store.</summary>
    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>The node's end takes one frame at a time.</summary>
    private readonly SemaphoreSlim _toNode = new(1, 1);
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _endAsked = new();
    private readonly CancellationTokenSource _ended = new();
    private HeldFrames? _held;
    private TaskCompletionSource? _arrival;
    private TaskCompletionSource? _completion;
    private ClientSocket? _client;
    private INodeSession? _node;
    private SessionContent? _content;
    private int _isEnding;

    public Tenant Tenant { get; } = session.Tenant;

    public string SessionId { get; } = session.Id;

    public string Target { get; } = session.Target;

    public DateTimeOffset LastActivity => _activity.Last;

    /// <summary>The clients that are being let in; <see cref="DataChannels"/> counts them.</summary>
    public int Clients { get; set; }

    /// <summary>True once the node's end was opened.</summary>
    public bool IsOpen => _node is not null;

    /// <summary>Completes when the channel has ended and its session with it.</summary>
    public Task Completion => CompletionSignal.Task;

    private TaskCompletionSource CompletionSignal => LazyInitializer.EnsureInitialized(ref _completion, NewSignal);

    /// <summary>Lets a client in if its token opens the channel; a former client is cut off.</summary>
    /// <returns>Why not, or null: the caller then pumps the client's frames with <see cref="ServeAsync"/>.</returns>
    public async Task<ChannelRefusal?> JoinAsync(ClientSocket client, string token)
    {
        await _turn.WaitAsync();
        try
        {
            if (_isEnding != 0)
                return ChannelRefusal.Of(JoinRefusal.HasEnded);
            // First what may fail and be tried again, then the token is spent.
            _content ??= await services.Channels.ReadContentAsync(Tenant, SessionId, _ended.Token);
            var join = await services.Channels.JoinAsync(SessionId, token, services.HostName, services.HostRun, _ended.Token);
            if (join.Refusal is { } refusal)
                return ChannelRefusal.Of(refusal);
            if (!join.IsFirst && _node is null)
                return ChannelRefusal.Of(JoinRefusal.NodeEndIsLost);
            if (join.IsFirst && await OpenNodeAsync(join.Session!) is { } failure)
                return failure;
            await AttachAsync(client);
            if (join.IsFirst)
                _node!.Start();
            else
                await TellNodeAsync(MessageType.StartPublication);
            return null;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Relays what the client sends until it leaves or does something wrong, and remembers that it is gone.</summary>
    /// <returns>What it did wrong, or null.</returns>
    public async Task<ChannelRefusal?> ServeAsync(ClientSocket client)
    {
        try
        {
            return await client.PumpAsync(TakeAsync);
        }
        finally
        {
            await DetachAsync(client);
        }
    }

    /// <summary>A frame of the node for the client. Waits while there is neither a client nor room to hold the frame.</summary>
    async ValueTask IFrameSink.SendAsync(ReadOnlyMemory<byte> frame, CancellationToken cancellationToken)
    {
        if (!IsForClient(frame.Span))
            return;
        if (MeetsFaults)
            await PassAsync(FaultDirection.ToClient, frame, cancellationToken);
        else
            await ToClientAsync(frame, cancellationToken);
    }

    private async ValueTask ToClientAsync(ReadOnlyMemory<byte> frame, CancellationToken cancellationToken)
    {
        while (true)
        {
            ClientSocket? client;
            var arrival = Task.CompletedTask;
            lock (_lock)
            {
                client = _client;
                if (client is null && (_held ??= new HeldFrames()).TryAdd(frame.Span))
                    return;
                if (client is null)
                    arrival = (_arrival ??= NewSignal()).Task;
            }

            if (client is not null && await client.TrySendAsync(frame, cancellationToken))
                return;
            if (client is not null)
                Forget(client);
            else
                await arrival.WaitAsync(cancellationToken);
            if (_ended.IsCancellationRequested)
                throw new IOException("the data channel has ended");
        }
    }

    public void End(string output)
    {
        if (Interlocked.Exchange(ref _isEnding, 1) != 0)
            return;
        _endAsked.Cancel();
        _ = EndAsync(output);
    }

    private async Task<ChannelRefusal?> OpenNodeAsync(Session joined)
    {
        try
        {
            if (services.Nodes.Find(Tenant, Target) is { } node)
                _node = node.Open(HostedNodes.PlanOf(joined, _content!) with { SessionId = SessionId, Target = Target }, this);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            services.Log.ChannelFailed(SessionId, failure);
        }

        if (_node is null)
        {
            await FinishAsync(new SessionOutcome(Succeeded: false, SessionEndTexts.NodeGone));
            return ChannelRefusal.NodeGone;
        }

        _ = FollowAsync(_node);
        return null;
    }

    /// <summary>Puts the client in its place; a former one is cut off.</summary>
    private Task AttachAsync(ClientSocket client)
    {
        ClientSocket? former;
        lock (_lock)
        {
            former = _client;
            _client = null;
        }

        former?.Abort();
        return TryAttach(client, out var held) ? Task.CompletedTask : AttachAsync(client, held);
    }

    /// <summary>The same where something was held, which comes first. A client that does not read it is cut off.</summary>
    private async Task AttachAsync(ClientSocket client, byte[] held)
    {
        using var limit = new CancellationTokenSource(AttachWithin, services.RealTime);
        using var late = limit.Token.UnsafeRegister(static c => ((ClientSocket)c!).Abort(), client);
        using var ended = _endAsked.Token.UnsafeRegister(static c => ((ClientSocket)c!).Abort(), client);
        byte[]? next = held;
        do
        {
            if (!await client.TrySendAsync(next, _ended.Token))
                return;
        }
        while (!TryAttach(client, out next));
    }

    /// <summary>True when the client is in its place, false with a frame that goes to it first.</summary>
    private bool TryAttach(ClientSocket client, [NotNullWhen(false)] out byte[]? held)
    {
        lock (_lock)
        {
            if (_held is not null && _held.TryTake(out held))
                return false;
            held = null;
            _held = null;
            _client = client;
            _arrival?.TrySetResult();
            _arrival = null;
            return true;
        }
    }

    private async Task DetachAsync(ClientSocket client)
    {
        Forget(client);
        await _turn.WaitAsync();
        try
        {
            // Another client may have come, or the session may be over: then there is nobody gone.
            if (_isEnding != 0 || _client is not null || _node is null)
                return;
            await TellNodeAsync(MessageType.PausePublication);
            await services.Channels.LeaveAsync(Tenant, SessionId, services.HostRun, _ended.Token);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            services.Log.ChannelFailed(SessionId, failure);
        }
        catch (OperationCanceledException) when (_ended.IsCancellationRequested)
        {
            // Its end says more.
        }
        finally
        {
            _turn.Release();
        }
    }

    private void Forget(ClientSocket client)
    {
        lock (_lock)
        {
            if (_client == client)
                _client = null;
        }
    }

    /// <summary>A frame of the client for the node. What is malformed, or not a client's to say, is dropped, and the channel kept.</summary>
    private async ValueTask TakeAsync(ReadOnlyMemory<byte> frame, CancellationToken cancellationToken)
    {
        if (!IsFromClient(frame.Span))
            return;
        if (MeetsFaults)
            await PassAsync(FaultDirection.ToNode, frame, cancellationToken);
        else
            await ToNodeAsync(frame, cancellationToken);
    }

    private bool IsFromClient(ReadOnlySpan<byte> frame)
    {
        if (!AgentMessage.TryReadHeader(frame, out var message) || message.Type is not (MessageType.InputStreamData or MessageType.Acknowledge))
            return false;
        if (message.Type == MessageType.InputStreamData)
            _activity.Input(message);
        return true;
    }

    private bool IsForClient(ReadOnlySpan<byte> frame)
    {
        if (!AgentMessage.TryReadHeader(frame, out var message) || message.Type is not (MessageType.OutputStreamData or MessageType.Acknowledge))
            return false;
        if (message.Type == MessageType.OutputStreamData)
            _activity.Output(message);
        return true;
    }

    private async ValueTask ToNodeAsync(ReadOnlyMemory<byte> frame, CancellationToken cancellationToken)
    {
        await _toNode.WaitAsync(cancellationToken);
        try
        {
            await _node!.ReceiveAsync(frame, cancellationToken);
        }
        finally
        {
            _toNode.Release();
        }
    }

    private async Task TellNodeAsync(MessageType type)
    {
        // The client's last frame may wait for room in the node: a word that waits behind it is not worth a hang.
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_ended.Token);
        limit.CancelAfter(EndWithin);
        try
        {
            await ToNodeAsync(ServiceMessages.Publication(type, services.RealTime.GetUtcNow()), limit.Token);
        }
        catch (OperationCanceledException)
        {
        }
    }

    /// <summary>The node's end runs until it is done.</summary>
    private async Task FollowAsync(INodeSession node)
    {
        SessionOutcome outcome;
        try
        {
            outcome = await node.Completion;
        }
        catch (Exception failure)
        {
            services.Log.ChannelFailed(SessionId, failure);
            outcome = new SessionOutcome(Succeeded: false, "The session failed on the node.");
        }

        Interlocked.Exchange(ref _isEnding, 1);
        await FinishAsync(outcome);
    }

    /// <summary>Ends from outside: the client hears it at once, the node's end is closed.</summary>
    private async Task EndAsync(string output)
    {
        // A client that is just coming in is cut off by now; should it be stuck all the same, the end does not wait for it.
        if (await _turn.WaitAsync(EndWithin))
            _turn.Release();
        await CloseClientAsync(output);
        if (_node is not { } node)
        {
            await FinishAsync(new SessionOutcome(Succeeded: true, output));
            return;
        }

        try
        {
            using var limit = new CancellationTokenSource(EndWithin, services.RealTime);
            await ToNodeAsync(ServiceMessages.Closed(SessionId, Target, output, services.RealTime.GetUtcNow()), limit.Token);
            await node.Completion.WaitAsync(limit.Token);
        }
        catch (Exception failure)
        {
            if (failure is not OperationCanceledException)
                services.Log.ChannelFailed(SessionId, failure);
            await FinishAsync(new SessionOutcome(Succeeded: true, output));
        }
    }

    private int _isFinished;

    /// <summary>The session is over: the store first, so that nobody who saw the end sees the session alive.</summary>
    private async Task FinishAsync(SessionOutcome outcome)
    {
        if (Interlocked.Exchange(ref _isFinished, 1) != 0)
            return;
        Interlocked.Exchange(ref _isEnding, 1);
        var isWritten = await TryWriteEndAsync(outcome);
        try
        {
            await CloseClientAsync(outcome.Output);
            await _ended.CancelAsync();
            lock (_lock)
                (_arrival ??= NewSignal()).TrySetResult();
            if (_node is not null)
                await _node.DisposeAsync().AsTask().WaitAsync(EndWithin, services.RealTime);
        }
        catch (TimeoutException stuck)
        {
            services.Log.ChannelFailed(SessionId, stuck);
        }
        finally
        {
            for (var attempt = 0; attempt < EndAttempts && !isWritten; attempt++)
            {
                await Task.Delay(EndRetry, services.RealTime);
                isWritten = await TryWriteEndAsync(outcome);
            }

            services.Carried.Remove(this);
            CompletionSignal.TrySetResult();
        }
    }

    private async Task<bool> TryWriteEndAsync(SessionOutcome outcome)
    {
        try
        {
            await services.Channels.FinishAsync(
                Tenant, SessionId, outcome.Succeeded, OutputLocations.Of(Tenant.Region, SessionId, _content), CancellationToken.None);
            return true;
        }
        catch (Exception failure)
        {
            services.Log.ChannelFailed(SessionId, failure);
            return false;
        }
    }

    private async Task CloseClientAsync(string output)
    {
        ClientSocket? client;
        lock (_lock)
        {
            client = _client;
            _client = null;
        }

        if (client is not null)
            await client.CloseAsync(ServiceMessages.Closed(SessionId, Target, output, services.RealTime.GetUtcNow()), WebSocketCloseStatus.NormalClosure);
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
