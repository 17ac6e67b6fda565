using System.Threading.Channels;
using SsmSessions.Channel;

namespace SsmSessions.Testing.DataChannels;

/// <summary>One direction of a link in memory: frames are copied, queued, and delivered one at a time by a task that lives while there are any.</summary>
public sealed class MemoryLink : IFrameSink, IAsyncDisposable
{
    private readonly Channel<byte[]> _frames = System.Threading.Channels.Channel.CreateBounded<byte[]>(new BoundedChannelOptions(256) { SingleReader = true });
    private readonly TaskCompletionSource<Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask>> _receiver = new();
    private readonly CancellationTokenSource _end = new();
    private readonly Task _delivering;

    /// <summary>A link that holds frames until it knows where to.</summary>
    public MemoryLink() => _delivering = Task.Run(DeliverAsync);

    /// <summary>Where frames go, once.</summary>
    public void DeliverTo(Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> receiver) => _receiver.SetResult(receiver);

    /// <inheritdoc/>
    public async ValueTask SendAsync(ReadOnlyMemory<byte> frame, CancellationToken cancellationToken)
    {
        try
        {
            await _frames.Writer.WriteAsync(frame.ToArray(), cancellationToken);
        }
        catch (ChannelClosedException e)
        {
            throw new IOException("The link is gone.", e);
        }
    }

    /// <summary>Drops what is under way.</summary>
    public async ValueTask DisposeAsync()
    {
        _frames.Writer.TryComplete();
        await _end.CancelAsync();
        await _delivering.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _end.Dispose();
    }

    private async Task DeliverAsync()
    {
        var receiver = await _receiver.Task.WaitAsync(_end.Token);
        await foreach (var frame in _frames.Reader.ReadAllAsync(_end.Token))
            await receiver(frame, _end.Token);
    }
}
