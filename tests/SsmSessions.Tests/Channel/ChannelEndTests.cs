using System.Buffers.Binary;
using SsmSessions.Channel;
using SsmSessions.Testing.DataChannels;

namespace SsmSessions.Tests.Channel;

/// <summary>Two ends with real threads.</summary>
public sealed class ChannelEndTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Streams_of_several_senders_arrive_whole_while_the_ends_pause_and_resume()
    {
        const int Senders = 3;
        const int Messages = 3_000;
        await using var pair = new Pair();
        using var stop = new CancellationTokenSource();
        var disturbing = Task.Run(() => DisturbAsync(pair, stop.Token));
        var sending =
            from end in new[] { pair.Agent, pair.Client }
            from sender in Enumerable.Range(0, Senders)
            select Task.Run(() => SendAsync(end, sender, Messages));
        await Task.WhenAll(sending).WaitAsync(Deadline);
        await stop.CancelAsync();
        await disturbing.WaitAsync(Deadline);
        pair.Agent.Resume();
        pair.Client.Resume();
        await Task.WhenAll(pair.ToAgent.WaitForAsync(Senders * Messages), pair.ToClient.WaitForAsync(Senders * Messages)).WaitAsync(Deadline);

        foreach (var received in new[] { pair.ToAgent, pair.ToClient })
        {
            Assert.Equal(0, received.Corrupted);
            for (var sender = 0; sender < Senders; sender++)
                Assert.Equal(Enumerable.Range(0, Messages), received.NumbersOf(sender));
        }
    }

    [Fact]
    public async Task Ends_are_disposed_while_they_work()
    {
        for (var round = 0; round < 50; round++)
        {
            var pair = new Pair();
            var sending = new[] { pair.Agent, pair.Client }.Select(end => Task.Run(() => SendAsync(end, 0, int.MaxValue))).ToArray();
            await pair.ToAgent.WaitForAsync(20 * (round % 3)).WaitAsync(Deadline);
            await pair.DisposeAsync().AsTask().WaitAsync(Deadline);
            foreach (var end in sending)
                await Assert.ThrowsAsync<ObjectDisposedException>(() => end.WaitAsync(Deadline));
        }
    }

    /// <summary>Messages of 1 to 20,000 bytes: sender and number, then the low byte of the number.</summary>
    private static async Task SendAsync(ChannelEnd end, int sender, int messages)
    {
        var random = new Random(sender);
        for (var number = 0; number < messages; number++)
        {
            var length = random.Next(8, random.Next(50) == 0 ? 20_000 : 200);
            using var buffer = end.Rent();
            var payload = buffer.Payload[..length];
            payload.Span.Fill((byte)number);
            BinaryPrimitives.WriteInt32BigEndian(payload.Span, sender);
            BinaryPrimitives.WriteInt32BigEndian(payload.Span[4..], number);
            if (number % 2 == 0)
                await end.SendAsync(PayloadType.Output, payload, default);
            else
                await SendRentedAsync(end, payload);
        }
    }

    private static async Task SendRentedAsync(ChannelEnd end, ReadOnlyMemory<byte> payload)
    {
        var buffer = end.Rent();
        payload.CopyTo(buffer.Payload);
        await end.SendAsync(buffer, payload.Length, PayloadType.Output, default);
    }

    private static async Task DisturbAsync(Pair pair, CancellationToken cancellationToken)
    {
        var random = new Random(1);
        while (!cancellationToken.IsCancellationRequested)
        {
            var end = random.Next(2) == 0 ? pair.Agent : pair.Client;
            if (random.Next(3) == 0)
                end.Pause();
            for (var i = random.Next(50); i > 0; i--)
                await Task.Yield();
            end.Resume();
        }
    }

    private sealed class Pair : IAsyncDisposable
    {
        private readonly MemoryLink _toAgent = new();
        private readonly MemoryLink _toClient = new();

        public Pair()
        {
            var options = new ChannelEndOptions { Role = ChannelRole.Agent, MaxUnacknowledgedMessages = 50 };
            Agent = new ChannelEnd(options, new LookingSink(_toClient, ToClient), ToAgent, TimeProvider.System);
            Client = new ChannelEnd(options with { Role = ChannelRole.Client }, new LookingSink(_toAgent, ToAgent), ToClient, TimeProvider.System);
            _toAgent.DeliverTo(Agent.ReceiveAsync);
            _toClient.DeliverTo(Client.ReceiveAsync);
        }

        public ChannelEnd Agent { get; }

        public ChannelEnd Client { get; }

        public Received ToAgent { get; } = new();

        public Received ToClient { get; } = new();

        public async ValueTask DisposeAsync()
        {
            await Agent.DisposeAsync();
            await Client.DisposeAsync();
            await _toAgent.DisposeAsync();
            await _toClient.DisposeAsync();
        }
    }

    /// <summary>Takes its time over some frames, and sees whether their memory stays as it is.</summary>
    private sealed class LookingSink(IFrameSink next, Received received) : IFrameSink
    {
        private int _frames;
        private int _inside;

        public async ValueTask SendAsync(ReadOnlyMemory<byte> frame, CancellationToken cancellationToken)
        {
            if (Interlocked.Increment(ref _inside) != 1)
                received.OnCorrupted();
            var copy = frame.ToArray();
            if (_frames++ % 7 == 0)
                await Task.Yield();
            await next.SendAsync(copy, cancellationToken);
            if (_frames % 11 == 0)
                await Task.Yield();
            if (!frame.Span.SequenceEqual(copy) || !AgentMessage.TryRead(copy, ChannelRole.Client, out _))
                received.OnCorrupted();
            Interlocked.Decrement(ref _inside);
        }
    }

    private sealed class Received : IMessageConsumer
    {
        private readonly Lock _gate = new();
        private readonly Dictionary<int, List<int>> _numbers = [];
        private readonly List<(int Count, TaskCompletionSource Reached)> _waits = [];
        private int _count;
        private int _corrupted;

        public int Corrupted => _corrupted;

        public void OnCorrupted() => Interlocked.Increment(ref _corrupted);

        public IEnumerable<int> NumbersOf(int sender) => _numbers[sender];

        public Task WaitForAsync(int count)
        {
            lock (_gate)
            {
                var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                if (_count >= count)
                    reached.SetResult();
                else
                    _waits.Add((count, reached));
                return reached.Task;
            }
        }

        public bool TryConsume(PayloadType type, ReadOnlySpan<byte> payload)
        {
            var number = BinaryPrimitives.ReadInt32BigEndian(payload[4..]);
            if (payload[8..].ContainsAnyExcept((byte)number))
                OnCorrupted();
            lock (_gate)
            {
                var sender = BinaryPrimitives.ReadInt32BigEndian(payload);
                if (!_numbers.TryGetValue(sender, out var numbers))
                    _numbers.Add(sender, numbers = []);
                numbers.Add(number);
                _count++;
                foreach (var (count, reached) in _waits)
                {
                    if (_count >= count)
                        reached.TrySetResult();
                }

                return true;
            }
        }

        public ValueTask WaitForRoomAsync(CancellationToken cancellationToken) => default;

        public void OnServiceMessage(MessageType type, ReadOnlySpan<byte> payload)
        {
        }
    }
}
