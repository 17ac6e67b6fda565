namespace SsmSessions.Core.Sessions;

/// <summary>What users are told when a session ends without their doing. The real service's texts are not published
/// (spec/ssm-data-channel.md §15): these are the one place where they are decided.</summary>
public static class SessionEndTexts
{
    /// <summary>Nobody did anything for as long as the document allows.</summary>
    public const string IdleTimeout = "Your session timed out due to inactivity.";

    /// <summary>It has lasted as long as the document allows.</summary>
    public const string MaximumDuration = "Your session has reached its maximum duration.";

    /// <summary>The node is here no longer.</summary>
    public const string NodeGone = "The node is no longer connected.";

    /// <summary>The other hosts on the table took this one for dead.</summary>
    public const string Disowned = "The host of this session was out of reach for too long.";

    /// <summary>The service stops.</summary>
    public const string ServiceStops = "The service is shutting down.";

    /// <summary>Everything was forgotten.</summary>
    public const string Reset = "The service was reset.";
}
