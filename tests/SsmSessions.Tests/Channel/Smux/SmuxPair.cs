using System.Collections.Concurrent;
using SsmSessions.Channel;
using SsmSessions.Channel.Smux;

namespace SsmSessions.Tests.Channel.Smux;

/// <summary>
/// One session whose output is collected, and helpers to feed it. Two of them joined pass each other's bytes on.
/// </summary>
internal sealed class SmuxEnd
{
    private readonly List<byte> _sent = [];

    public SmuxEnd(SmuxSessionOptions options) =>
        Session = new SmuxSession(options with { OnStream = options.OnStream ?? Accepted.Enqueue }, SendAsync, () => new MessageBuffer(32 * 1024));

    public SmuxSession Session { get; }

    public ConcurrentQueue<SmuxStream> Accepted { get; } = new();

    /// <summary>All bytes that were sent, in hexadecimal digits.</summary>
    public string Sent
    {
        get
        {
            lock (_sent)
                return Convert.ToHexStringLower([.. _sent]);
        }
    }

    public static SmuxEnd Agent(int maxBuffered = 4 * 1024 * 1024) => new(new SmuxSessionOptions { Role = ChannelRole.Agent, MaxBufferedBytes = maxBuffered });

    public static SmuxEnd Client() => new(new SmuxSessionOptions { Role = ChannelRole.Client });

    public static byte[] Frame(SmuxCommand command, uint stream, params byte[] data)
    {
        var frame = new byte[SmuxFrame.HeaderBytes + data.Length];
        SmuxFrame.WriteHeader(frame, command, stream, data.Length);
        data.CopyTo(frame, SmuxFrame.HeaderBytes);
        return frame;
    }

    public byte[] TakeSent()
    {
        lock (_sent)
        {
            byte[] taken = [.. _sent];
            _sent.Clear();
            return taken;
        }
    }

    public SmuxStream Accept()
    {
        Assert.True(Accepted.TryDequeue(out var stream), "No stream was opened.");
        return stream;
    }

    private ValueTask SendAsync(MessageBuffer frame, int length, CancellationToken cancellationToken)
    {
        lock (_sent)
            _sent.AddRange(frame.Payload[..length].Span);
        frame.Dispose();
        return default;
    }
}
