using System.Text.Json.Serialization;

namespace SsmSessions.Core.Hosts;

/// <summary>What a host tells the others on the same table about itself.</summary>
/// <param name="Name">Its name, unique among the live ones.</param>
/// <param name="RunId">The start of the process that this is about: a restarted host has another.</param>
/// <param name="Nodes">The nodes that it carries.</param>
/// <param name="PeerUrl">Where the others reach it, or null.</param>
/// <param name="Heartbeat">When it was last known to live, milliseconds since 1970 of real time.</param>
public sealed record HostRecord(
    string Name, string RunId, IReadOnlyList<HostedNode> Nodes, string? PeerUrl, long Heartbeat)
{
    /// <summary>The machine that it runs on; null only in a record that is not published yet.</summary>
    public HostMachine? Machine { get; init; }

    /// <summary>When this process asked for it, as a timestamp; null in a record that was not read.</summary>
    [JsonIgnore]
    internal long? ReadAt { get; init; }
}

/// <summary>A node that a host carries itself.</summary>
/// <param name="Id">Its id, or <c>*</c> for every well-formed one.</param>
/// <param name="Kind">What it does.</param>
/// <param name="Tenant"><c>account/region</c>, or null for a node that is connected in every tenant.</param>
public sealed record HostedNode(string Id, NodeKind Kind, string? Tenant = null)
{
    /// <summary>The id of a node that stands for every well-formed target.</summary>
    public const string Any = "*";
}

/// <summary>What a node is. The names are stored: they never change.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<NodeKind>))]
public enum NodeKind
{
    /// <summary>A shell and tunnels on the host's own machine.</summary>
    Local,

    /// <summary>Deterministic answers, no process: for tests.</summary>
    Echo,

    /// <summary>A real agent on its own websocket.</summary>
    Agent,
}

[JsonSerializable(typeof(HostRecord))]
internal sealed partial class HostJson : JsonSerializerContext;
