namespace SsmSessions.Core.Faults;

/// <summary>What goes wrong, for whom, and how often. A member of the matcher that is null matches everything.</summary>
public sealed record FaultRule
{
    private const int LongestText = 400;
    private const int LongestMessage = 2_000;
    private static readonly TimeSpan LongestDuration = TimeSpan.FromDays(7);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(10);

    /// <summary>What happens. Required.</summary>
    public FaultEffect? Effect { get; init; }

    /// <summary>Only in this front end.</summary>
    public FrontEnd? FrontEnd { get; init; }

    /// <summary>Only this action: <c>StartSession</c>; Consul's <c>kv</c>, <c>session/renew</c>; Doris' <c>session/all</c>; TrueNAS' <c>auth.sessions</c>;
    /// <c>OpenDataChannel</c> for a websocket that enters.</summary>
    public string? Action { get; init; }

    /// <summary>Only this account, 12 digits.</summary>
    public string? Account { get; init; }

    /// <summary>Only this region.</summary>
    public string? Region { get; init; }

    /// <summary>Only this node.</summary>
    public string? Target { get; init; }

    /// <summary>Only this session.</summary>
    public string? Session { get; init; }

    /// <summary>Only on this host; for <see cref="FaultEffect.DisconnectNode"/> the one that carries the node.</summary>
    public string? Host { get; init; }

    /// <summary>How often it happens at most, on all hosts together.</summary>
    public int? Count { get; init; }

    /// <summary>How many times it does not happen first; each host counts for itself.</summary>
    public int? Skip { get; init; }

    /// <summary>How likely it happens each time, from 0 to 1.</summary>
    public double? Probability { get; init; }

    /// <summary>What <see cref="Probability"/> is drawn by: the same draws, in the same order, for the same seed.</summary>
    public int? Seed { get; init; }

    /// <summary>How long it is in force, by the service's clock.</summary>
    public double? Seconds { get; init; }

    /// <summary>Of <see cref="FaultEffect.Error"/>: the error's name, as <c>TargetNotConnected</c>.</summary>
    public string? Error { get; init; }

    /// <summary>Of effects that fail a call: the text.</summary>
    public string? Message { get; init; }

    /// <summary>Of <see cref="FaultEffect.Error"/>: the HTTP status.</summary>
    public int? Status { get; init; }

    /// <summary>Of <see cref="FaultEffect.Close"/>: the websocket's close code.</summary>
    public int? CloseCode { get; init; }

    /// <summary>Of <see cref="FaultEffect.Latency"/> and <see cref="FaultEffect.Delay"/>: how long, of real time.</summary>
    public double? Milliseconds { get; init; }

    /// <summary>Of effects on messages: which way they go; both when null.</summary>
    public FaultDirection? Direction { get; init; }

    /// <summary>What is wrong with the rule itself, or null.</summary>
    public string? Problem()
    {
        if (Effect is not { } effect)
            return "A fault has an effect.";
        string?[] texts = [Action, Account, Region, Target, Session, Host, Error];
        if (texts.Any(text => text is { Length: 0 or > LongestText }) || Message?.Length > LongestMessage)
            return $"A text has 1 to {LongestText} characters, a message at most {LongestMessage}.";
        if (Count < 1 || Skip < 0 || Probability is < 0 or > 1 or double.NaN)
            return "count is 1 or more, skip 0 or more, probability between 0 and 1.";
        if (Seconds is { } seconds && !(seconds > 0 && seconds <= LongestDuration.TotalSeconds))
            return "seconds is more than 0 and at most a week.";
        if (Seed is not null && Probability is null)
            return "A seed goes with a probability.";
        return OfTheEffect(effect);
    }

    private string? OfTheEffect(FaultEffect effect)
    {
        if (effect.IsState() && (Count is not null || Skip is not null || Probability is not null))
            return $"{effect} is a state: it lasts for its seconds, or until it is removed.";
        if ((effect is FaultEffect.Latency or FaultEffect.Delay) != (Milliseconds is not null))
            return "milliseconds goes with latency and delay.";
        if (Milliseconds is { } wait && !(wait > 0 && wait <= LongestWait.TotalMilliseconds))
            return $"milliseconds is more than 0 and at most {LongestWait.TotalMilliseconds}.";
        if ((effect == FaultEffect.Error) != (Error is not null) || (Status is not null && effect != FaultEffect.Error))
            return "error and status go with the effect error, which needs the error's name.";
        if (Status is < 400 or > 599)
            return "A status is between 400 and 599.";
        if (Message is not null && !effect.FailsCall())
            return "A message goes with effects that fail a call.";
        if ((effect == FaultEffect.Close) != (CloseCode is not null))
            return "closeCode goes with close.";
        if (CloseCode is not (null or (>= 1000 and <= 1003) or (>= 1007 and <= 1014) or (>= 3000 and <= 4999)))
            return "That close code may not be sent.";
        if (Direction is not null && !effect.IsOnMessages())
            return "A direction goes with effects on messages.";
        if (Action is not null && !effect.IsOnCalls())
            return "An action goes with effects on calls.";
        return FrontEnd is null || FrontEnd == Faults.FrontEnd.MessageGateway || effect.IsOnCalls()
            ? null
            : "Only effects on calls are of other front ends than messageGateway.";
    }
}
