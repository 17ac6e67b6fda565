using SsmSessions.Channel;
using SsmSessions.Channel.Smux;
using SsmSessions.Node.Plans;

namespace SsmSessions.Node.Ports;

/// <summary>A multiplexed port session (spec/ssm-data-channel.md §10.3): one stream for each connection of the client. Derived: what
/// serves a stream.</summary>
internal abstract class StreamsRunner : ISessionRunner
{
    private static readonly TimeSpan KeepAliveInterval = TimeSpan.FromSeconds(10);

    private readonly SmuxSession _streams;
    private readonly bool _needsKeepAlive;
    private readonly CancellationTokenSource _stop = new();
    private ITimer? _keepAlive;

    protected StreamsRunner(NodeSession session, ClientVersion client)
    {
        Session = session;
        _needsKeepAlive = client.NeedsKeepAlive;
        _streams = new SmuxSession(new SmuxSessionOptions { Role = ChannelRole.Agent, OnStream = stream => _ = RunAsync(stream) }, session.Channel);
    }

    protected NodeSession Session { get; }

    public ValueTask OpenAsync() => default;

    public void Start()
    {
        if (_needsKeepAlive)
            _keepAlive = Session.RealTime.CreateTimer(_ => _ = KeepAliveAsync(), state: null, KeepAliveInterval, KeepAliveInterval);
    }

    public bool TryConsume(PayloadType type, ReadOnlySpan<byte> payload)
    {
        if (type != PayloadType.Output)
            return true;
        if (!_streams.TryReceive(payload))
            return false;
        return _streams.Failure is { } failure ? throw new SessionFailedException(failure) : true;
    }

    public ValueTask WaitForRoomAsync(CancellationToken cancellationToken) => _streams.WaitForRoomAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_keepAlive is not null)
            await _keepAlive.DisposeAsync();
        await _stop.CancelAsync();
        _streams.Dispose();
    }

    /// <summary>Serves a stream to its end, which is closed then.</summary>
    protected abstract Task ServeAsync(SmuxStream stream, CancellationToken cancellationToken);

    private async Task RunAsync(SmuxStream stream)
    {
        try
        {
            await using (stream)
                await ServeAsync(stream, _stop.Token);
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // One side of the stream is gone, or the session is over.
        }
        catch (Exception failure)
        {
            Session.Fail(failure);
        }
    }

    private async Task KeepAliveAsync()
    {
        try
        {
            await _streams.SendKeepAliveAsync(_stop.Token);
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The session is over.
        }
    }
}
