using SsmSessions.Core.Identity;
using SsmSessions.Core.Sessions;

namespace SsmSessions.Core.Faults;

/// <summary>Where something could go wrong now, for the matchers of rules. What is null is not known there: a rule that asks for it does not match.</summary>
/// <param name="FrontEnd">The front end.</param>
public readonly record struct FaultSite(FrontEnd FrontEnd)
{
    /// <summary>The action.</summary>
    public string? Action { get; init; }

    /// <summary>The account.</summary>
    public string? Account { get; init; }

    /// <summary>The region.</summary>
    public string? Region { get; init; }

    /// <summary>The node.</summary>
    public string? Target { get; init; }

    /// <summary>The session.</summary>
    public string? Session { get; init; }

    /// <summary>The host, where it is another than the one that asks.</summary>
    public string? Host { get; init; }

    /// <summary>Which way a message goes.</summary>
    public FaultDirection? Direction { get; init; }

    /// <summary>Where something could go wrong with a session.</summary>
    public static FaultSite Of(FrontEnd frontEnd, Session session) =>
        new FaultSite(frontEnd) { Session = session.Id, Target = session.Target }.In(session.Tenant);

    /// <summary>The same in a tenant.</summary>
    public FaultSite In(Tenant tenant) => this with { Account = tenant.Account, Region = tenant.Region };

    internal bool Matches(FaultRule rule, string ownHost) =>
        (rule.FrontEnd is null || rule.FrontEnd == FrontEnd)
        && Is(rule.Action, Action)
        && Is(rule.Account, Account)
        && Is(rule.Region, Region)
        && Is(rule.Target, Target)
        && Is(rule.Session, Session)
        && Is(rule.Host, Host ?? ownHost)
        && (rule.Direction is null || rule.Direction == Direction);

    private static bool Is(string? asked, string? found) => asked is null || asked == found;
}
