using System.Threading.Channels;
using SsmSessions.Channel;
using SsmSessions.Core.Faults;

namespace SsmSessions.Server.MessageGateway;

/// <summary>One direction of a data channel while there are rules: messages may stand still, be lost, come twice, overtake each other or come late.</summary>
/// <param name="site">The channel and the direction.</param>
/// <param name="services">What all channels share.</param>
/// <param name="deliver">Where messages go.</param>
/// <param name="ended">The channel has ended.</param>
[System.Diagnostics.CodeAnalysis.SuppressMessage(
    "Design", "CA1001", Justification = "Its semaphore holds nothing unmanaged, and clients may still look at it when the channel has ended.")]
internal sealed class FaultyLink(
    FaultSite site, DataChannelServices services, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> deliver, CancellationToken ended)
{
    /// <summary>More than these are not under way at once: who sends waits.</summary>
    private const int MostUnderWay = 1_024;

    private readonly FaultRules _rules = services.Faults;

    /// <summary>A client that goes and the one that comes may both still be sending.</summary>
    private readonly SemaphoreSlim _turn = new(1, 1);
    private Channel<(byte[] Frame, long Due)>? _late;
    private int _underWay;
    private byte[]? _overtaken;
    private Exception? _lost;

    /// <summary>A message on its way.</summary>
    public async ValueTask PassAsync(ReadOnlyMemory<byte> frame, CancellationToken cancellationToken)
    {
        if (IsFrozen(isCounted: true))
            await _rules.WhileAsync(() => !ended.IsCancellationRequested && IsFrozen(isCounted: false), cancellationToken);
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await MeetAsync(frame, cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    private async ValueTask MeetAsync(ReadOnlyMemory<byte> frame, CancellationToken cancellationToken)
    {
        var isStream = AgentMessage.TryReadHeader(frame.Span, out var message) && message.Type != MessageType.Acknowledge;
        if (!isStream)
        {
            if (!await HappensAsync(static effect => effect == FaultEffect.LoseAcknowledgements, cancellationToken))
                await SendAsync(frame, delay: null, cancellationToken);
            return;
        }

        if (await HappensAsync(static effect => effect == FaultEffect.Lose, cancellationToken))
            return;
        if (_overtaken is null && await HappensAsync(static effect => effect == FaultEffect.Reorder, cancellationToken))
        {
            _overtaken = frame.ToArray();
            return;
        }

        var isDouble = await HappensAsync(static effect => effect == FaultEffect.Double, cancellationToken);
        var delay = await _rules.TakeAsync(static effect => effect == FaultEffect.Delay, site, cancellationToken);
        await SendAsync(frame, delay, cancellationToken);
        if (isDouble)
            await SendAsync(frame, delay, cancellationToken);
        if (_overtaken is not { } overtaken)
            return;
        _overtaken = null;
        await SendAsync(overtaken, delay, cancellationToken);
    }

    private bool IsFrozen(bool isCounted) =>
        _rules.Holds(FaultEffect.Freeze, site, isCounted) || _rules.Holds(FaultEffect.DisconnectNode, site, isCounted);

    private async ValueTask<bool> HappensAsync(Func<FaultEffect, bool> wanted, CancellationToken cancellationToken) =>
        await _rules.TakeAsync(wanted, site, cancellationToken) is not null;

    /// <summary>Sends now, or after what is still under way.</summary>
    private async ValueTask SendAsync(ReadOnlyMemory<byte> frame, FaultRule? delay, CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _lost, value: null) is { } lost)
        {
            _late = null;
            Volatile.Write(ref _underWay, 0);
            throw new IOException("A message that came late could not be delivered.", lost);
        }

        if (delay is null && Volatile.Read(ref _underWay) == 0)
        {
            await deliver(frame, cancellationToken);
            return;
        }

        if (_late is null)
        {
            _late = System.Threading.Channels.Channel.CreateBounded<(byte[], long)>(MostUnderWay);
            _ = DeliverLateAsync(_late.Reader);
        }

        Interlocked.Increment(ref _underWay);
        var due = services.RealTime.GetTimestamp() + (long)((delay?.Milliseconds ?? 0) / 1_000 * services.RealTime.TimestampFrequency);
        await _late.Writer.WriteAsync((frame.ToArray(), due), cancellationToken);
    }

    private async Task DeliverLateAsync(ChannelReader<(byte[] Frame, long Due)> late)
    {
        try
        {
            await foreach (var (frame, due) in late.ReadAllAsync(ended))
            {
                var wait = services.RealTime.GetElapsedTime(services.RealTime.GetTimestamp(), due);
                if (wait > TimeSpan.Zero)
                    await Task.Delay(wait, services.RealTime, ended);
                await deliver(frame, ended);
                Interlocked.Decrement(ref _underWay);
            }
        }
        catch (Exception failure)
        {
            // Told to whoever sends next, as the failure of a message that is sent at once is.
            _lost = failure;
        }
    }
}
