using SsmSessions.Channel;
using SsmSessions.Channel.Payloads;
using SsmSessions.Core.Documents;
using SsmSessions.Node.Plans;

namespace SsmSessions.Node;

/// <summary>The life of a session on a built-in node: handshake, then what its kind runs, then the end. Driven by what happens: while
/// nothing does it has no task and, once the handshake is over, no timer.</summary>
internal sealed partial class NodeSession : INodeSession, IMessageConsumer
{
    private const int MaxEarlyBytes = 64 * 1024;

    /// <summary>What a kept message costs beside its payload, which may be empty.</summary>
    private const int EarlyMessageBytes = 128;
    private static readonly ChannelEndOptions Ordinary = new() { Role = ChannelRole.Agent };
    private static readonly ChannelEndOptions Forwarding = Ordinary with { QuietAfterHandshake = TimeSpan.FromSeconds(1) };

    private readonly Lock _lock = new();
    private readonly Func<NodeSession, ClientVersion?, ISessionRunner> _createRunner;
    private Handshake? _handshake;
    private volatile Phase _phase;
    private ISessionRunner? _runner;
    private TaskCompletionSource? _opened;
    private Queue<(PayloadType Type, byte[] Payload)>? _early;
    private int _earlyBytes;

    /// <param name="plan">What runs.</param>
    /// <param name="options">How the node behaves.</param>
    /// <param name="gateway">Where frames go.</param>
    /// <param name="realTime">A clock that no test moves under a running host.</param>
    /// <param name="createRunner">Makes what runs; given null instead of a version where the client answered no handshake.</param>
    public NodeSession(
        SessionPlan plan, NodeOptions options, IFrameSink gateway, TimeProvider realTime, Func<NodeSession, ClientVersion?, ISessionRunner> createRunner)
    {
        Plan = plan;
        Parameters = new PlanParameters(plan.Parameters);
        RealTime = realTime;
        Options = options;
        _createRunner = createRunner;
        _handshake = new Handshake(this, realTime);
        Channel = new ChannelEnd(PortProperties.IsForwarded(plan) ? Forwarding : Ordinary, gateway, this, realTime);
    }

    private enum Phase
    {
        /// <summary>The client has not said what it is.</summary>
        Handshake,

        /// <summary>What runs is being started.</summary>
        Opening,

        /// <summary>Bytes flow.</summary>
        Open,

        /// <summary>Over.</summary>
        Ended,
    }

    public SessionPlan Plan { get; }

    public NodeOptions Options { get; }

    public PlanParameters Parameters { get; }

    public TimeProvider RealTime { get; }

    public ChannelEnd Channel { get; }

    public void Start()
    {
        try
        {
            // Without the key's service nothing could be encrypted, and to go on in the clear would be a silent downgrade.
            if (Plan.Type != SessionType.Port && Parameters.Text(Plan.Inputs.KmsKeyId).Length > 0)
                throw new SessionFailedException("This session is to be encrypted with AWS KMS (kmsKeyId), which this service does not offer.");
            Announce(AgentSessionState.Connected);
            _handshake!.Begin();
        }
        catch (Exception failure)
        {
            Fail(failure);
        }
    }

    public ValueTask ReceiveAsync(ReadOnlyMemory<byte> frame, CancellationToken cancellationToken)
    {
        if (_phase == Phase.Handshake)
            _handshake?.WatchPublication(frame.Span);
        return Channel.ReceiveAsync(frame, cancellationToken);
    }

    /// <summary>Whether both sides take a port session for multiplexed: each decides by the other's version (§8.3).</summary>
    public bool Multiplexes(ClientVersion client) => Options.Multiplexes && client.Multiplexes;

    /// <summary>The client is known: what it asked for is started.</summary>
    /// <param name="client">Its version; null where it answered no handshake.</param>
    public void Open(ClientVersion? client)
    {
        lock (_lock)
        {
            if (_phase != Phase.Handshake)
                return;
            _phase = Phase.Opening;
            _opened = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        _handshake?.End();
        _ = OpenAsync(client, _opened);
    }

    /// <summary>Keeps what the terminal of this session shows; null where nothing is kept.</summary>
    public ITranscript? OpenTranscript()
    {
        try
        {
            return Options.OpenTranscript?.Invoke(Plan);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // A full disk ends no session.
            Options.UnexpectedFailure?.Invoke(Plan.SessionId, failure);
            return null;
        }
    }

    public bool TryConsume(PayloadType type, ReadOnlySpan<byte> payload)
    {
        try
        {
            if (type == PayloadType.Flag && ChannelFlags.TryRead(payload, out var flag) && flag == ChannelFlag.TerminateSession)
            {
                End(SessionOutcome.Success, drains: false, announces: false);
                return true;
            }

            return _phase switch
            {
                Phase.Open => _runner!.TryConsume(type, payload),
                Phase.Handshake => ConsumeFirst(type, payload),
                Phase.Opening => ConsumeEarly(type, payload),
                _ => true,
            };
        }
        catch (Exception failure)
        {
            Fail(failure);
            return true;
        }
    }

    public ValueTask WaitForRoomAsync(CancellationToken cancellationToken) =>
        _phase == Phase.Open ? _runner!.WaitForRoomAsync(cancellationToken) : default;

    public void OnServiceMessage(MessageType type, ReadOnlySpan<byte> payload)
    {
        if (type == MessageType.ChannelClosed)
            End(SessionOutcome.Success, drains: false, announces: false);
    }

    private bool ConsumeFirst(PayloadType type, ReadOnlySpan<byte> payload)
    {
        if (type == PayloadType.HandshakeResponse)
        {
            Open(Handshake.ReadResponse(payload));
            return true;
        }

        // Some clients answer no handshake; the agent starts these two kinds without one.
        if (Plan.Type is not (SessionType.StandardStream or SessionType.InteractiveCommands))
            throw Handshake.Failed("The client sent input before it answered the handshake.");
        Open(client: null);
        return TryConsume(type, payload);
    }

    /// <summary>Keeps what comes while what runs is being started.</summary>
    private bool ConsumeEarly(PayloadType type, ReadOnlySpan<byte> payload)
    {
        lock (_lock)
        {
            if (_phase == Phase.Opening)
            {
                if (_earlyBytes + payload.Length + EarlyMessageBytes > MaxEarlyBytes)
                    return false;
                _earlyBytes += payload.Length + EarlyMessageBytes;
                (_early ??= new()).Enqueue((type, payload.ToArray()));
                return true;
            }
        }

        return TryConsume(type, payload);
    }

    /// <summary>Starts what runs. It is ended only after this has been through with it.</summary>
    private async Task OpenAsync(ClientVersion? client, TaskCompletionSource opened)
    {
        try
        {
            var runner = _runner = _createRunner(this, client);
            await runner.OpenAsync();
            if (_phase == Phase.Ended)
                return;
            if (client is not null)
                await Channel.SendAsync(PayloadType.HandshakeComplete, _handshake!.Completed(runner.CustomerMessage), CancellationToken.None);
            _handshake = null;
            runner.Start();
            while (TryTakeEarly(out var early))
                runner.TryConsume(early.Type, early.Payload);
        }
        catch (Exception failure)
        {
            Fail(failure);
        }
        finally
        {
            opened.SetResult();
            _opened = null;
        }
    }

    /// <summary>The next message that came while the session was being opened; with the last one it is open.</summary>
    private bool TryTakeEarly(out (PayloadType Type, byte[] Payload) early)
    {
        lock (_lock)
        {
            early = default;
            if (_phase != Phase.Opening)
                return false;
            if (_early?.TryDequeue(out early) == true)
                return true;
            _early = null;
            _phase = Phase.Open;
            return false;
        }
    }
}
