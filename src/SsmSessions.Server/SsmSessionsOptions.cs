using System.Net.Security;
using SsmSessions.Core.Access;
using SsmSessions.Core.Hosts;
using SsmSessions.Core.Identity;
using SsmSessions.Core.Nodes;
using SsmSessions.Server.Consul;

namespace SsmSessions.Server;

/// <summary>How the service behaves. Names and defaults are those of the command line.</summary>
public sealed class SsmSessionsOptions
{
    /// <summary>The least time to live of a Consul session where nothing else is said.</summary>
    public static readonly TimeSpan DefaultConsulSessionTtlMin = TimeSpan.FromSeconds(10);

    /// <summary>The most connections at once where nothing else is said.</summary>
    public const int DefaultMaxConnections = 20_000;

    /// <summary>This host's name among several on one table.</summary>
    public string HostName { get; set; } = Environment.MachineName;

    /// <summary>Where the other hosts reach this one, or null.</summary>
    public string? PeerUrl { get; set; }

    /// <summary>Base of StreamUrl where this host is reached by another name than the caller of the API used, or null.</summary>
    public Uri? PublicUrl { get; set; }

    /// <summary>Which address StreamUrl names. All but <see cref="StreamUrlMode.Ws"/> need <c>UseSsmSessionsTls()</c> on an http address.</summary>
    public StreamUrlMode StreamUrl { get; set; } = StreamUrlMode.Ws;

    /// <summary>The certificate for this server's own names where it speaks TLS on an http address, or null: then an authority of its own
    /// issues one.</summary>
    public SslStreamCertificateContext? TlsCertificate { get; set; }

    /// <summary>Folder where that authority is kept (see <see cref="Hosting.Tls.TlsFiles"/>), or null: then it lives in memory.</summary>
    public string? TlsFolder { get; set; }

    /// <summary>The nodes that this host carries from the start, connected in every tenant.</summary>
    public IList<HostedNode> Nodes { get; } = [];

    /// <summary>Folder where the output of shell sessions is kept, an asciicast v2 file each, or null.</summary>
    public string? TranscriptsFolder { get; set; }

    /// <summary>The version of the agent that the nodes of this host say they are, four numbers. With 3.0.196.0 and before, clients forward
    /// ports one connection at a time.</summary>
    public string AgentVersion { get; set; } = NodeDirectory.BuiltInAgentVersion;

    /// <summary>What TerminateSession of an ended session does.</summary>
    public TerminateEnded TerminateEnded { get; set; } = TerminateEnded.Error;

    /// <summary>Who decides on requests for just-in-time access.</summary>
    public JustInTimeAccess JustInTime { get; set; } = JustInTimeAccess.Off;

    /// <summary>Who may call: signatures are then verified, and loopback peers count for nothing. Null lets everybody in.</summary>
    public CredentialsFile? Credentials { get; set; }

    /// <summary>Who may do what in the Consul API. Null lets everybody in, or nobody where there are <see cref="Credentials"/>.</summary>
    public ConsulTokens? ConsulTokens { get; set; }

    /// <summary>The least time to live of a Consul session, but for none.</summary>
    public TimeSpan ConsulSessionTtlMin { get; set; } = DefaultConsulSessionTtlMin;

    /// <summary>Which columns Doris' session action has.</summary>
    public DorisForm DorisColumns { get; set; } = DorisForm.Nine;

    /// <summary>Lets Admin be reached from elsewhere than loopback, or null. A secret.</summary>
    public string? AdminToken { get; set; }

    /// <summary>True for a process that answers calls and nothing else, as on Lambda: it is no host among the hosts, carries no nodes,
    /// has no Admin and sweeps only when asked at <c>POST /_ssm-sessions/sweep</c>.</summary>
    public bool ControlPlaneOnly { get; set; }

    /// <summary>The most connections at once, those of websockets among them; a further one is closed at once. What the host says of its own
    /// server goes before.</summary>
    public int MaxConnections { get; set; } = DefaultMaxConnections;

    /// <summary>Host names that requests may name besides loopback names and those of the listening addresses; <c>*</c> is every name.</summary>
    public IList<string> AllowedHosts { get; } = [];

    /// <summary>Origins (<c>scheme://host[:port]</c>) whose web pages may call.</summary>
    public IList<string> AllowedOrigins { get; } = [];
}

/// <summary>Which address StreamUrl names (spec/ssm-data-channel.md §2.3, §2.6).</summary>
public enum StreamUrlMode
{
    /// <summary>The one by which the caller reaches this server, or the public one, as it is.</summary>
    Ws,

    /// <summary>The same by TLS.</summary>
    Wss,

    /// <summary>The real service's, for clients that dial no other. This server is also the proxy that leads from there to itself.</summary>
    Aws,
}

/// <summary>Which columns Doris' session action has (spec/doris-sessions.md §3).</summary>
public enum DorisForm
{
    /// <summary>The documented ones: 9, and FE where all hosts are asked.</summary>
    Nine,

    /// <summary>Those of Doris 3.0.</summary>
    Fourteen,
}

/// <summary>What TerminateSession of an ended session does (spec/ssm-control-plane.md §4.4).</summary>
public enum TerminateEnded
{
    /// <summary>ValidationException, as the real service since 2026.</summary>
    Error,

    /// <summary>Success, as the real service before.</summary>
    Succeed,
}
