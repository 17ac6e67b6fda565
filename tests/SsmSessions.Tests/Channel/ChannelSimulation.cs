using SsmSessions.Channel;
using SsmSessions.Testing;
using SsmSessions.Testing.DataChannels;

namespace SsmSessions.Tests.Channel;

/// <summary>
/// Two ends, a link and a clock in one thread: the same seed gives the same run. Both ends have data to send at random times; the run is over when
/// all of it has arrived.
/// </summary>
internal sealed class ChannelSimulation
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(30);

    private readonly ManualTimeProvider _time = new();
    private readonly Random _random;
    private readonly LossyLink _toClient;
    private readonly LossyLink _toAgent;

    public ChannelSimulation(int seed, LossyLinkOptions link, ChannelEndOptions agent, ChannelEndOptions client, double refuses = 0)
    {
        _random = new Random(seed);
        _toClient = new LossyLink(_time, _random, link);
        _toAgent = new LossyLink(_time, _random, link);
        Agent = new Side(agent, _toClient, _time, _random, refuses);
        Client = new Side(client, _toAgent, _time, _random, refuses);
    }

    public Side Agent { get; }

    public Side Client { get; }

    /// <summary>How often the link was cut and replaced.</summary>
    public int Cuts { get; private set; }

    /// <summary>How long it took, by its own clock.</summary>
    public TimeSpan Elapsed { get; private set; }

    /// <summary>Runs until everything has arrived.</summary>
    /// <param name="messages">That each side sends.</param>
    /// <param name="cuts">Chance that the link is cut in a step while there is something to send; then both ends resume some steps later.</param>
    public void Run(int messages, double cuts = 0)
    {
        Agent.Plan(messages);
        Client.Plan(messages);
        var reopens = 0;
        var start = _time.GetTimestamp();
        while (!Agent.IsDone(Client) || !Client.IsDone(Agent) || _toAgent.IsDown)
        {
            Assert.True(_time.GetElapsedTime(start) < Longest, $"agent has {Agent.Received.Count} of {Client.Sent.Count}, client {Client.Received.Count} of {Agent.Sent.Count}");
            if (_toAgent.IsDown && reopens-- == 0)
                Reopen();
            else if (!_toAgent.IsDown && _random.NextDouble() < cuts && Agent.HasMore)
                reopens = Cut();
            Advance();
        }

        Elapsed = _time.GetElapsedTime(start);
    }

    /// <summary>Sends one more message from each side, and waits until all is acknowledged.</summary>
    public void Drain()
    {
        Agent.Plan(1);
        Client.Plan(1);
        var start = _time.GetTimestamp();
        do
        {
            Assert.True(_time.GetElapsedTime(start) < Longest, "not everything is acknowledged");
            Advance();
        }
        while (Agent.HasMore || Client.HasMore || !Agent.IsDrained || !Client.IsDrained);

        // One tick more, and nobody has a timer.
        _time.Advance(TimeSpan.FromMilliseconds(200));
        Assert.Equal(0, _time.Timers);
    }

    private void Advance()
    {
        Agent.SendSome();
        Client.SendSome();
        _toAgent.Deliver(Agent.Receive);
        _toClient.Deliver(Client.Receive);
        _time.Advance(Step);
    }

    private int Cut()
    {
        Cuts++;
        _toAgent.Cut();
        _toClient.Cut();
        if (_random.Next(2) == 0)
            Agent.End.Pause();
        return _random.Next(40);
    }

    private void Reopen()
    {
        _toAgent.Reopen();
        _toClient.Reopen();
        var both = new[] { Agent.End, Client.End };
        if (_random.Next(2) == 0)
            Array.Reverse(both);
        foreach (var end in both)
            end.Resume();
    }

    /// <summary>One end with what it sends and receives.</summary>
    internal sealed class Side : IMessageConsumer
    {
        private readonly Random _random;
        private readonly double _refuses;
        private int _toSend;

        public Side(ChannelEndOptions options, IFrameSink link, TimeProvider time, Random random, double refuses)
        {
            _random = random;
            _refuses = refuses;
            End = new ChannelEnd(options with { SendsInline = true }, link, this, time);
        }

        public ChannelEnd End { get; }

        public List<byte> Sent { get; } = [];

        public List<byte> Received { get; } = [];

        public bool HasMore => _toSend > 0;

        public bool IsDrained => End.DrainAsync(default).IsCompleted;

        public void Plan(int messages) => _toSend += messages;

        public bool IsDone(Side other) => !other.HasMore && Received.Count == other.Sent.Count;

        public void SendSome()
        {
            for (var some = _random.Next(4); some > 0 && _toSend > 0 && End.HasRoom; some--)
            {
                var payload = new byte[_random.Next(1, 60)];
                _random.NextBytes(payload);
                Sent.AddRange(payload);
                _toSend--;
                Assert.True(End.SendAsync(PayloadType.Output, payload, default).AsTask().IsCompletedSuccessfully);
            }
        }

        public void Receive(byte[] frame) => Assert.True(End.ReceiveAsync(frame, default).AsTask().IsCompletedSuccessfully);

        public bool TryConsume(PayloadType type, ReadOnlySpan<byte> payload)
        {
            if (_random.NextDouble() < _refuses)
                return false;
            Received.AddRange(payload);
            return true;
        }

        public ValueTask WaitForRoomAsync(CancellationToken cancellationToken) => default;

        public void OnServiceMessage(MessageType type, ReadOnlySpan<byte> payload) => Assert.Fail("There is no service.");
    }
}
