using SsmSessions.Core.Identity;
using SsmSessions.Core.Store;

namespace SsmSessions.Core.Sessions;

/// <summary>What a data channel does to its session: the client comes with a token, goes, comes back; the node's end is done.</summary>
public sealed class SessionChannels(ITable table, SessionRepository sessions, SessionNumbers numbers, TimeProvider time)
{
    /// <summary>The session of an id, whosever it is; null when none of this id was ever to have a channel.</summary>
    public async Task<Session?> FindAsync(string sessionId, CancellationToken cancellationToken)
    {
        if (await table.GetAsync(SessionTokens.Key(sessionId), consistent: true, cancellationToken) is not { } item)
            return null;
        return (await sessions.FindAsync(Tenant.Parse(SessionTokens.Read(item).Tenant), sessionId, cancellationToken))?.Session;
    }

    /// <summary>Whether a token opens the channel of a session now. It is spent by <see cref="JoinAsync"/> only.</summary>
    public async Task<bool> OpensAsync(string sessionId, string token, CancellationToken cancellationToken) =>
        await table.GetAsync(SessionTokens.Key(sessionId), consistent: true, cancellationToken) is { } item
        && SessionTokens.Opens(SessionTokens.Read(item), token, time.GetUtcNow());

    /// <summary>
    /// The client joins: its token is spent and the session is Connected, in one write, so that a token opens one channel once, whichever
    /// host it is shown to.
    /// </summary>
    /// <param name="sessionId">The session.</param>
    /// <param name="token">What the client shows.</param>
    /// <param name="host">The host that carries the channel from now on.</param>
    /// <param name="hostRun">Its run.</param>
    /// <param name="cancellationToken">Gives up waiting for the store.</param>
    public async Task<ChannelJoin> JoinAsync(string sessionId, string token, string host, string hostRun, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < SessionRegistry.UpdateAttempts; attempt++)
        {
            if (await table.GetAsync(SessionTokens.Key(sessionId), consistent: true, cancellationToken) is not { } item)
                return ChannelJoin.Refused(JoinRefusal.UnknownSession);
            var channel = SessionTokens.Read(item);
            var now = time.GetUtcNow();
            if (!SessionTokens.Opens(channel, token, now))
                return ChannelJoin.Refused(JoinRefusal.BadToken);
            if (await sessions.FindAsync(Tenant.Parse(channel.Tenant), sessionId, cancellationToken) is not { } stored)
                return ChannelJoin.Refused(JoinRefusal.UnknownSession);
            if (stored.Session.State == SessionState.History)
                return ChannelJoin.Refused(JoinRefusal.HasEnded);
            var isFirst = stored.Session is { Status: SessionStatus.Connecting, HostRun: null };
            if (!isFirst && stored.Session.HostRun != hostRun)
            {
                // Another host may have spent the token since it was read: then that is why.
                if ((await table.GetAsync(SessionTokens.Key(sessionId), consistent: true, cancellationToken))?.Version != item.Version)
                    continue;
                return ChannelJoin.Refused(JoinRefusal.NodeEndIsLost);
            }

            var joined = stored.Session with { Status = SessionStatus.Connected, Host = host, HostRun = hostRun };
            // The number is one of the host's own.
            if (stored.Session.Host != host && joined.Origin is { } origin)
                joined = joined with { Origin = origin with { Number = await numbers.NextAsync(host, cancellationToken) } };
            TableWrite[] writes =
            [
                TableWrite.Put(SessionTokens.Spent(joined, now, item.Version + 1), Precondition.VersionIs(item.Version)),
                SessionRepository.Update(stored, joined),
            ];
            if (await table.WriteAsync(writes, cancellationToken))
                return new ChannelJoin(Refusal: null, joined, isFirst);
        }

        throw SessionRegistry.Contended(sessionId);
    }

    /// <summary>What the session runs.</summary>
    public async Task<SessionContent> ReadContentAsync(Tenant tenant, string sessionId, CancellationToken cancellationToken) =>
        await table.GetAsync(SessionItem.ContentKey(tenant, sessionId), consistent: true, cancellationToken) is { } item
            ? SessionContent.Read(item)
            : SessionContent.BuiltIn;

    /// <summary>The client is gone, the session lives: it can be resumed.</summary>
    public Task LeaveAsync(Tenant tenant, string sessionId, string hostRun, CancellationToken cancellationToken) => UpdateAsync(
        tenant,
        sessionId,
        session => session.Status == SessionStatus.Connected && session.HostRun == hostRun ? session with { Status = SessionStatus.Disconnected } : null,
        cancellationToken);

    /// <summary>The node's end is done: the session is over.</summary>
    /// <param name="tenant">Whose.</param>
    /// <param name="sessionId">Which.</param>
    /// <param name="succeeded">False for a session that could not be run: Failed, else Terminated.</param>
    /// <param name="outputs">Where its log would lie.</param>
    /// <param name="cancellationToken">Gives up waiting for the store.</param>
    public Task FinishAsync(Tenant tenant, string sessionId, bool succeeded, OutputUrls outputs, CancellationToken cancellationToken) => UpdateAsync(
        tenant,
        sessionId,
        session => session.HasEnded
            ? null
            : session.End(succeeded || session.Status == SessionStatus.Terminating ? SessionStatus.Terminated : SessionStatus.Failed, time.GetUtcNow()) with
            {
                S3OutputUrl = outputs.S3,
                CloudWatchOutputUrl = outputs.CloudWatch,
            },
        cancellationToken);

    /// <summary>Changes a session until it is done or there is nothing to change (null).</summary>
    private async Task UpdateAsync(Tenant tenant, string sessionId, Func<Session, Session?> change, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < SessionRegistry.UpdateAttempts; attempt++)
        {
            if (await sessions.FindAsync(tenant, sessionId, cancellationToken) is not { } stored || change(stored.Session) is not { } changed)
                return;
            if (await sessions.TryUpdateAsync(stored, changed, cancellationToken))
                return;
        }

        throw SessionRegistry.Contended(sessionId);
    }
}

/// <summary>What became of a client that came to a data channel.</summary>
/// <param name="Refusal">Why not; null when it may come in.</param>
/// <param name="Session">The session.</param>
/// <param name="IsFirst">True when the node's end is to be opened now, false when it waits for the client's return.</param>
public sealed record ChannelJoin(JoinRefusal? Refusal, Session? Session, bool IsFirst)
{
    internal static ChannelJoin Refused(JoinRefusal refusal) => new(refusal, Session: null, IsFirst: false);
}

/// <summary>Why a client may not come to a data channel.</summary>
public enum JoinRefusal
{
    /// <summary>There is no session of this id.</summary>
    UnknownSession,

    /// <summary>The token is not the one that was issued last, or is spent, or expired.</summary>
    BadToken,

    /// <summary>The session is over.</summary>
    HasEnded,

    /// <summary>The node's end lives in no process that could serve it.</summary>
    NodeEndIsLost,
}

/// <summary>Where the logs of a session would lie; null where its document asks for none.</summary>
public readonly record struct OutputUrls(string? S3, string? CloudWatch);
