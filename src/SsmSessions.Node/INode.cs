using SsmSessions.Channel;

namespace SsmSessions.Node;

/// <summary>What a session is opened to, inside this process.</summary>
public interface INode
{
    /// <summary>The node's end of a session. Nothing happens before <see cref="INodeSession.Start"/>.</summary>
    /// <param name="plan">What runs.</param>
    /// <param name="gateway">Where its frames go, those for the client and those for the service.</param>
    INodeSession Open(SessionPlan plan, IFrameSink gateway);
}

/// <summary>The node's end of one session: the agent's side of its data channel (spec/ssm-data-channel.md §8 to §13).</summary>
public interface INodeSession : IAsyncDisposable
{
    /// <summary>Completes when the session is over: its output acknowledged (2 s are waited for that at most), or failed, or ended by
    /// <c>channel_closed</c>. What is left of it then ends with <see cref="IAsyncDisposable.DisposeAsync"/>.</summary>
    Task<SessionOutcome> Completion { get; }

    /// <summary>Begins with the handshake. The client has 15 s to answer it; the clock stands still between <c>pause_publication</c> and
    /// <c>start_publication</c>, so that a gateway may start a session before its client is there.</summary>
    void Start();

    /// <summary>Takes a frame of the client or the gateway; one at a time. <c>channel_closed</c> ends the session at once.</summary>
    /// <param name="frame">Valid until the call returns.</param>
    /// <param name="cancellationToken">Ends the wait for room.</param>
    ValueTask ReceiveAsync(ReadOnlyMemory<byte> frame, CancellationToken cancellationToken);
}

/// <summary>How a session ended.</summary>
/// <param name="Succeeded">False when it failed.</param>
/// <param name="Output">What its user is shown, in <c>channel_closed</c>; empty for an ordinary end.</param>
public sealed record SessionOutcome(bool Succeeded, string Output)
{
    /// <summary>An ordinary end.</summary>
    public static SessionOutcome Success { get; } = new(Succeeded: true, Output: "");

    /// <summary>A failure, worded as the agent words it.</summary>
    public static SessionOutcome Failed(string reason) => new(Succeeded: false, "\n----------ERROR-------\n" + reason);
}
