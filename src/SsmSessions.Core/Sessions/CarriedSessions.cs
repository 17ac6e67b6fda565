using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using SsmSessions.Core.Identity;

namespace SsmSessions.Core.Sessions;

/// <summary>The sessions whose node's end lives in this process: who has their channels tells it here, who must reach them asks here.</summary>
public sealed class CarriedSessions
{
    private readonly ConcurrentDictionary<string, ICarriedSession> _sessions = new(StringComparer.Ordinal);

    /// <summary>How many there are.</summary>
    public int Count => _sessions.Count;

    /// <summary>All of them, at this moment.</summary>
    public IEnumerable<ICarriedSession> All => _sessions.Values;

    /// <summary>Carries a session; false when it is carried already.</summary>
    public bool TryAdd(ICarriedSession session) => _sessions.TryAdd(session.SessionId, session);

    /// <summary>Carries a session no longer.</summary>
    public void Remove(ICarriedSession session) => _sessions.TryRemove(new KeyValuePair<string, ICarriedSession>(session.SessionId, session));

    /// <summary>The session of an id, if it is carried here.</summary>
    public bool TryFind(string sessionId, [NotNullWhen(true)] out ICarriedSession? session) => _sessions.TryGetValue(sessionId, out session);

    /// <summary>Ends the sessions to a node that is here no longer.</summary>
    /// <param name="nodeId">The node.</param>
    /// <param name="tenant">The tenant that it belonged to, or null for every tenant.</param>
    /// <param name="output">What the users are told.</param>
    public void EndNode(string nodeId, Tenant? tenant, string output)
    {
        foreach (var session in _sessions.Values)
        {
            if (session.Target == nodeId && (tenant is null || tenant == session.Tenant))
                session.End(output);
        }
    }
}

/// <summary>A session whose node's end lives in this process.</summary>
public interface ICarriedSession
{
    /// <summary>Its tenant.</summary>
    Tenant Tenant { get; }

    /// <summary>Its id, which no other session has ever had.</summary>
    string SessionId { get; }

    /// <summary>The node.</summary>
    string Target { get; }

    /// <summary>When somebody last typed or something was last shown, by the service's clock (spec/ssm-data-channel.md §13).</summary>
    DateTimeOffset LastActivity { get; }

    /// <summary>Begins its end and returns at once: the client is told, the node's end is closed, the session becomes Terminated.</summary>
    /// <param name="output">What the user is told; empty for an ordinary end.</param>
    void End(string output);
}
