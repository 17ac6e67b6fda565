using System.Diagnostics.CodeAnalysis;

namespace SsmSessions.Core.Hosts;

/// <summary>The kinds of nodes by the names that people write.</summary>
public static class NodeKinds
{
    /// <summary>local, echo or agent.</summary>
    public static string NameOf(NodeKind kind) => kind switch
    {
        NodeKind.Local => "local",
        NodeKind.Echo => "echo",
        _ => "agent",
    };

    /// <summary>Reads the name of a kind that a host can carry itself: local or echo.</summary>
    public static bool TryParse([NotNullWhen(true)] string? name, out NodeKind kind)
    {
        kind = name == "local" ? NodeKind.Local : NodeKind.Echo;
        return name is "local" or "echo";
    }
}
