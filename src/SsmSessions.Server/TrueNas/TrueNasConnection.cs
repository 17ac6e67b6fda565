using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text.Json.Nodes;
using SsmSessions.Core.Identity;
using SsmSessions.Server.Hosting.Faults;

namespace SsmSessions.Server.TrueNas;

/// <summary>A client's websocket: who is logged in on it, what it has subscribed to, how many of its calls are under way.</summary>
internal sealed class TrueNasConnection(
    WebSocket socket, Caller? caller, bool takesSecrets, TrueNasMethods methods, TimeProvider clock) : IDisposable
{
    private const int MostAtWork = 10;
    private const int MostCalls = 20;
    private const int MostSubscriptions = 20;
    private const int SmallMessage = 8 * 1024;
    private const int LargeMessage = 64 * 1024;

    private static readonly TimeSpan LongestStranger = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan EventPatience = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _atWork = new(MostAtWork);
    private readonly SemaphoreSlim _sending = new(1);
    private readonly ConcurrentDictionary<string, IDisposable> _subscriptions = new(StringComparer.Ordinal);
    private volatile bool _isOver;
    private volatile bool _halvesNext;
    private long _heardAt = clock.GetTimestamp();
    private long _strangerSince = clock.GetTimestamp();
    private int _calls;

    /// <summary>What a client is told whose calls are too many.</summary>
    public static readonly string TooManyCalls = $"Maximum number of concurrent calls ({MostCalls}) has exceeded";

    /// <summary>The connection's own id.</summary>
    public Guid Id { get; } = Guid.NewGuid();

    /// <summary>Who is logged in, or null.</summary>
    public Caller? Caller { get; private set; } = caller;

    /// <summary>What the wire makes of an event.</summary>
    public Func<JsonObject, JsonObject> WrapEvent { get; set; } = happened => happened;

    /// <summary>Whether a secret may come by this connection.</summary>
    public bool TakesSecrets => takesSecrets;

    /// <summary>The most bytes of a message, as in the real server.</summary>
    public int LargestMessage => Caller is null ? SmallMessage : LargeMessage;

    /// <summary>True while events are due, so that silence means nothing.</summary>
    public bool HasSubscriptions => !_subscriptions.IsEmpty;

    /// <summary>True when the client has to go: nobody is logged in for too long, whatever was sent, or nothing was heard for too long while nothing
    /// is due to it.</summary>
    public bool IsOverdue => Caller is null
        ? clock.GetElapsedTime(Interlocked.Read(ref _strangerSince)) >= LongestStranger
        : !HasSubscriptions && Volatile.Read(ref _calls) == 0 && clock.GetElapsedTime(Interlocked.Read(ref _heardAt)) >= LongestSilence;

    /// <summary>Something was heard of the client.</summary>
    public void Hear() => Interlocked.Exchange(ref _heardAt, clock.GetTimestamp());

    /// <summary>
    /// Lets a call in, which lasts until its answer is sent: a client that takes no answers may make no more calls. False when there are too
    /// many.
    /// </summary>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _calls) <= MostCalls)
            return true;
        Leave();
        return false;
    }

    /// <summary>A call that was let in is over.</summary>
    public void Leave()
    {
        Hear();
        Interlocked.Decrement(ref _calls);
    }

    /// <summary>Makes a call, not too many at once.</summary>
    /// <exception cref="TrueNasException">It fails.</exception>
    public async Task<JsonNode?> CallAsync(string method, JsonArray parameters, CancellationToken cancellationToken)
    {
        await _atWork.WaitAsync(cancellationToken);
        try
        {
            return await methods.CallAsync(this, method, parameters, cancellationToken);
        }
        finally
        {
            _atWork.Release();
        }
    }

    /// <summary>Sends a message whole, one after the other.</summary>
    public async Task SendAsync(JsonNode message, CancellationToken cancellationToken)
    {
        var bytes = RelaxedJson.Write(message);
        await _sending.WaitAsync(cancellationToken);
        try
        {
            if (_halvesNext)
            {
                await socket.SendAsync(bytes[..(bytes.Length / 2)], WebSocketMessageType.Text, endOfMessage: false, cancellationToken);
                await Task.Delay(CallFaults.HalfGoesOutWithin, cancellationToken);
                socket.Abort();
                return;
            }

            await socket.SendAsync(bytes, WebSocketMessageType.Text, endOfMessage: true, cancellationToken);
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>Cuts the connection.</summary>
    /// <exception cref="OperationCanceledException">Always: there is nobody left to be answered.</exception>
    public Task CutAsync()
    {
        socket.Abort();
        return Task.FromCanceled(new CancellationToken(canceled: true));
    }

    /// <summary>Half of the next message goes out, and then the connection is cut.</summary>
    public void HalveNext() => _halvesNext = true;

    /// <summary>Sends an event; a client that does not take it in time is let go.</summary>
    public async Task SendEventAsync(JsonObject happened)
    {
        using var late = new CancellationTokenSource(EventPatience);
        try
        {
            await SendAsync(WrapEvent(happened), late.Token);
        }
        catch (Exception gone) when (gone is OperationCanceledException or WebSocketException or ObjectDisposedException or IOException)
        {
            socket.Abort();
        }
    }

    /// <summary>Keeps a subscription until the connection ends.</summary>
    /// <exception cref="TrueNasException">There are too many.</exception>
    public void Keep(string id, IDisposable subscription)
    {
        if (_subscriptions.Count < MostSubscriptions && _subscriptions.TryAdd(id, subscription))
        {
            // A call may outlive its connection.
            if (_isOver)
                Drop(id);
            return;
        }

        subscription.Dispose();
        throw TrueNasException.Call(ErrorNumber.Fault, "Too many subscriptions");
    }

    /// <summary>Ends a subscription, if there is one.</summary>
    public void Drop(string id)
    {
        if (_subscriptions.TryRemove(id, out var subscription))
            subscription.Dispose();
    }

    /// <summary>Lets somebody in, or out by null. Subscriptions were of who was there before.</summary>
    public void LogIn(Caller? newCaller)
    {
        DropAll();
        Interlocked.Exchange(ref _strangerSince, clock.GetTimestamp());
        Caller = newCaller;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _isOver = true;
        DropAll();
    }

    private void DropAll()
    {
        foreach (var id in _subscriptions.Keys)
            Drop(id);
    }
}
