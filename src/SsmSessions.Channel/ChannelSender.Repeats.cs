namespace SsmSessions.Channel;

/// <content>What is sent again: by the timer, after a resume, and until when (spec/ssm-data-channel.md §7.4).</content>
internal sealed partial class ChannelSender
{
    private const int MaxProbes = 256;
    private const int ResendsOfDelivered = 3;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);

    private RetransmissionTimeout _timeout = new();
    private ITimer? _timer;
    private int _resumes;

    /// <summary>Numbers below were first sent before the latest resume: their acknowledgements may be lost for good.</summary>
    private long _resumedAt;

    /// <summary>Numbers below must have arrived, acknowledged or not (<see cref="MessageBuffer.ProvesBelow"/>).</summary>
    private long _provenBelow;

    /// <summary>The numbers from here to <see cref="_againEnd"/> are to be sent again.</summary>
    private long _again;
    private long _againEnd;

    /// <summary>
    /// After a resume one message may go beyond the window: without a later one that is acknowledged, messages whose acknowledgements were lost
    /// with the link would fill the window for ever.
    /// </summary>
    private bool MayProbe =>
        KnowsDelivered && _messages.First < _resumedAt && _messages.Next <= _resumedAt && _messages.Span < options.MaxUnacknowledgedMessages + MaxProbes;

    /// <summary>The client acknowledges nothing twice, so the agent must find out in another way. Not the other way round.</summary>
    private bool KnowsDelivered => options.Rules == ChannelRole.Agent;

    private void OnTick()
    {
        bool start;
        lock (_gate)
        {
            if (_disposed)
                return;
            start = _isQuiet && time.GetElapsedTime(_quietSince) >= options.QuietAfterHandshake && EndQuiet(forGood: false);
            if (MaySendStream)
            {
                SettleDelivered();
                start |= IsOverdue();
            }

            // While nothing is under way there is no timer.
            if (!_isQuiet && (!MaySendStream || _messages.Count == 0))
            {
                _timer?.Dispose();
                _timer = null;
            }

            start = start && TryClaimLoop();
        }

        if (start)
            Start(here: false);
    }

    /// <summary>Looks at the oldest message only, and has it sent again when it has waited too long.</summary>
    private bool IsOverdue()
    {
        if (_messages.Oldest is not { } oldest || oldest.SequenceNumber >= _unsent || ReferenceEquals(oldest, _inFlight))
            return false;
        if (Math.Max(_again, _messages.First) < _againEnd || time.GetElapsedTime(oldest.SentAt).TotalMilliseconds < _timeout.Milliseconds)
            return false;
        _again = oldest.SequenceNumber;

        // Those whose acknowledgements were probably lost with a link are repeated together: one by one they would take a round each.
        _againEnd = KnowsDelivered && oldest.SequenceNumber < _provenBelow ? _provenBelow : _again + 1;
        return true;
    }

    /// <summary>Everything that was sent and is not acknowledged is to be sent again.</summary>
    private void Repeat()
    {
        _paused = false;
        _linkLost = false;
        _resumes++;
        _again = _messages.First;
        _againEnd = _unsent;
        _resumedAt = _unsent;
        for (var number = _messages.First; number < _unsent; number++)
        {
            if (_messages.Find(number) is { } message)
                message.Resends = 0;
        }

        // On which link this one goes nobody can say.
        if (_inFlight is not null)
            _inFlight.ProvesBelow = 0;
        Wake();
    }

    /// <summary>
    /// Takes messages off the list that the client must have had although it will never say so: they were sent again three times and more, and
    /// that they arrived is proven (§7.4).
    /// </summary>
    private void SettleDelivered()
    {
        if (!KnowsDelivered || PeerMayDiscard)
            return;
        while (_messages.Oldest is { Resends: >= ResendsOfDelivered } message && message.SequenceNumber < _provenBelow)
            Settle(message);
        Wake();
    }
}
