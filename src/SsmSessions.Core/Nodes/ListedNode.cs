namespace SsmSessions.Core.Nodes;

/// <summary>A node as lists show it: registered, carried by a host, or both.</summary>
/// <param name="Node">The node. One that only a host carries has an empty registration.</param>
/// <param name="PingStatus">Whether its agent is heard of.</param>
public sealed record ListedNode(ManagedNode Node, PingStatus PingStatus)
{
    /// <summary>Its id.</summary>
    public string Id => Node.Id;

    /// <summary>ManagedInstance for a hybrid node, else EC2Instance.</summary>
    public string ResourceType => Node.IsHybrid ? "ManagedInstance" : "EC2Instance";

    /// <summary>The same in the newer member's words.</summary>
    public string SourceType => Node.IsHybrid ? "AWS::SSM::ManagedInstance" : "AWS::EC2::Instance";

    /// <summary>Whether its agent is as new as the newest that this service knows; null before the agent said which it is.</summary>
    public bool? IsLatestVersion => Version.TryParse(Node.Report.AgentVersion, out var version)
        ? version >= Version.Parse(NodeDirectory.BuiltInAgentVersion)
        : null;

    /// <summary>The resource behind the node: here always itself.</summary>
    public string SourceId => Node.Id;
}

/// <summary>Whether a node's agent is heard of.</summary>
public enum PingStatus
{
    /// <summary>It pinged in time, or a live host carries the node.</summary>
    Online,

    /// <summary>It did not.</summary>
    ConnectionLost,
}

/// <summary>A page of nodes in the order of their ids, and the id after which the next one begins (null when this was the last).</summary>
public sealed record NodePage(IReadOnlyList<ListedNode> Nodes, string? Next);
