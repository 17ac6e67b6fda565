using SsmSessions.Core.Access;
using SsmSessions.Core.Hosts;
using SsmSessions.Core.Identity;

namespace SsmSessions.Server;

/// <summary>How the service behaves. Names and defaults are those of the command line.</summary>
public sealed class SsmSessionsOptions
{
    /// <summary>This host's name among several on one table.</summary>
    public string HostName { get; set; } = Environment.MachineName;

    /// <summary>Where the other hosts reach this one, or null.</summary>
    public string? PeerUrl { get; set; }

    /// <summary>Base of StreamUrl where this host is reached by another name than the caller of the API used, or null.</summary>
    public Uri? PublicUrl { get; set; }

    /// <summary>The nodes that this host carries from the start, connected in every tenant.</summary>
    public IList<HostedNode> Nodes { get; } = [];

    /// <summary>What TerminateSession of an ended session does.</summary>
    public TerminateEnded TerminateEnded { get; set; } = TerminateEnded.Error;

    /// <summary>Who decides on requests for just-in-time access.</summary>
    public JustInTimeAccess JustInTime { get; set; } = JustInTimeAccess.Off;

    /// <summary>Who may call: signatures are then verified, and loopback peers count for nothing. Null lets everybody in.</summary>
    public CredentialsFile? Credentials { get; set; }

    /// <summary>Lets Admin be reached from elsewhere than loopback, or null. A secret.</summary>
    public string? AdminToken { get; set; }

    /// <summary>True for a process that answers calls and nothing else, as on Lambda: it is no host among the hosts, carries no nodes,
    /// has no Admin and sweeps only when asked at <c>POST /_ssm-sessions/sweep</c>.</summary>
    public bool ControlPlaneOnly { get; set; }

    /// <summary>Host names that requests may name besides loopback names and those of the listening addresses; <c>*</c> is every name.</summary>
    public IList<string> AllowedHosts { get; } = [];

    /// <summary>Origins (<c>scheme://host[:port]</c>) whose web pages may call.</summary>
    public IList<string> AllowedOrigins { get; } = [];
}

/// <summary>What TerminateSession of an ended session does (spec/ssm-control-plane.md §4.4).</summary>
public enum TerminateEnded
{
    /// <summary>ValidationException, as the real service since 2026.</summary>
    Error,

    /// <summary>Success, as the real service before.</summary>
    Succeed,
}
