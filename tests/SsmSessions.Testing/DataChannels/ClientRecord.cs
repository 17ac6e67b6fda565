using System.Buffers;
using System.Text;
using SsmSessions.Channel;
using SsmSessions.Channel.Payloads;

namespace SsmSessions.Testing.DataChannels;

/// <summary>What a client has received, and waits for more of it. May be used by several threads.</summary>
internal sealed class ClientRecord(TimeSpan deadline)
{
    private const int MaxBytes = 64 * 1024 * 1024;

    private readonly Lock _gate = new();
    private readonly ArrayBufferWriter<byte> _output = new();
    private readonly ArrayBufferWriter<byte> _errorOutput = new();
    private readonly List<ChannelFlag> _flags = [];
    private TaskCompletionSource? _changed;
    private int _read;

    public HandshakeRequest? Request { get; private set; }

    public HandshakeComplete? Complete { get; private set; }

    public ChannelClosed? Closed { get; private set; }

    public int? ExitCode { get; private set; }

    /// <summary>How the present socket ended; null while it lives.</summary>
    public SocketEnd? Lost { get; private set; }

    public byte[] Output => Locked(() => _output.WrittenSpan.ToArray());

    public int OutputLength => Locked(() => _output.WrittenCount);

    public byte[] ErrorOutput => Locked(() => _errorOutput.WrittenSpan.ToArray());

    public ChannelFlag[] Flags => Locked<ChannelFlag[]>(() => [.. _flags]);

    /// <summary>False when too much is kept already.</summary>
    public bool TryAdd(PayloadType type, ReadOnlySpan<byte> payload)
    {
        lock (_gate)
        {
            var kept = type == PayloadType.StandardError ? _errorOutput : _output;
            if (kept.WrittenCount + payload.Length > MaxBytes)
                return false;
            if (type == PayloadType.ExitCode)
                ExitCode = Channel.Payloads.ExitCode.Read(payload);
            else if (type == PayloadType.Flag && ChannelFlags.TryRead(payload, out var flag))
                _flags.Add(flag);
            else
                kept.Write(payload);
            Pulse();
            return true;
        }
    }

    public void OnHandshakeRequest(HandshakeRequest? request) => Change(() => Request = request);

    public void OnHandshakeComplete(HandshakeComplete? complete) => Change(() => Complete = complete);

    public void OnChannelClosed(ChannelClosed? closed) => Change(() => Closed = closed);

    public void OnLost(SocketEnd? end) => Change(() => Lost = end);

    /// <summary>Waits until the output that was not yet returned contains this text; returns it up to and with the text.</summary>
    public async Task<string> ReadUntilAsync(string text)
    {
        var wanted = Encoding.UTF8.GetBytes(text);
        var found = 0;
        await WaitAsync(
            () =>
            {
                var at = _output.WrittenSpan[_read..].IndexOf(wanted);
                found = at + wanted.Length;
                return at >= 0;
            },
            $"output with {text}");
        return Locked(() =>
        {
            var read = Encoding.UTF8.GetString(_output.WrittenSpan.Slice(_read, found));
            _read += found;
            return read;
        });
    }

    /// <summary>Waits until this is so.</summary>
    /// <exception cref="TimeoutException">It was not within the deadline; the message says what came instead.</exception>
    public async Task WaitAsync(Func<bool> condition, string what)
    {
        var time = TimeProvider.System;
        var start = time.GetTimestamp();
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (condition())
                    return;
                changed = (_changed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }

            var left = deadline - time.GetElapsedTime(start);
            try
            {
                await changed.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero);
            }
            catch (TimeoutException e)
            {
                throw new TimeoutException($"Waited {deadline} for {what}. {Describe()}", e);
            }
        }
    }

    private string Describe() => Locked(() =>
    {
        var rest = _output.WrittenSpan[_read..];
        var text = Encoding.UTF8.GetString(rest[..Math.Min(rest.Length, 2_000)]);
        return $"Request: {Request is not null}, complete: {Complete is not null}, closed: {Closed?.Output ?? "no"}, socket: {Lost?.ToString() ?? "open"}, output: {text}";
    });

    private T Locked<T>(Func<T> read)
    {
        lock (_gate)
            return read();
    }

    private void Change(Action change)
    {
        lock (_gate)
        {
            change();
            Pulse();
        }
    }

    private void Pulse()
    {
        _changed?.TrySetResult();
        _changed = null;
    }
}
