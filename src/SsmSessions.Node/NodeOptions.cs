using SsmSessions.Core.Nodes;

namespace SsmSessions.Node;

/// <summary>How the built-in nodes behave.</summary>
public sealed record NodeOptions
{
    /// <summary>The last agent whose clients forward ports one connection at a time (spec/ssm-data-channel.md §8.3).</summary>
    private static readonly Version LastBasic = new(3, 0, 196, 0);

    /// <summary>What the nodes say they are. Four numbers, or clients take the agent for one that can do nothing.</summary>
    public string AgentVersion { get; init; } = NodeDirectory.BuiltInAgentVersion;

    /// <summary>Clients take the agent for one that multiplexes port forwarding.</summary>
    internal bool Multiplexes => Version.TryParse(AgentVersion, out var version) && version > LastBasic;

    /// <summary>Opens the transcript of a session with a terminal; null for none.</summary>
    public Func<SessionPlan, ITranscript?>? OpenTranscript { get; init; }

    /// <summary>Is told of failures that nobody expected, with the session's id. They end the session, not the process.</summary>
    public Action<string, Exception>? UnexpectedFailure { get; init; }

    /// <summary>How long what is ended may take to end by itself before it is killed.</summary>
    public TimeSpan TerminationGrace { get; init; } = TimeSpan.FromMilliseconds(250);
}
