using System.Security.Cryptography;
using SsmSessions.Core.Identity;
using SsmSessions.Core.Store;

namespace SsmSessions.Core.Sessions;

/// <summary>The life of sessions: started, resumed, ended by request or by time. What a data channel does to it is
/// <see cref="SessionChannels"/>.</summary>
public sealed class SessionRegistry(
    ITable table, SessionRepository sessions, SessionCarriers carriers, SessionNumbers numbers, TimeProvider time)
{
    /// <summary>How long the token of a data channel is good (spec/ssm-data-channel.md §2.6: slow clients dial after 12 s and more).</summary>
    public static readonly TimeSpan TokenLifetime = TimeSpan.FromMinutes(2);

    internal const int UpdateAttempts = 20;
    private const int MostPages = 20;
    private const string IdAlphabet = "abcdefghijklmnopqrstuvwxyz23456789";
    private const int IdSuffixLength = 26;

    /// <summary>Starts a session and issues the token of its data channel.</summary>
    public async Task<StartedSession> StartAsync(NewSession request, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().ToMilliseconds();
        var session = new Session
        {
            Tenant = request.Caller.Tenant,
            Id = $"{request.Caller.Name}-{RandomNumberGenerator.GetString(IdAlphabet, IdSuffixLength)}",
            Target = request.Target,
            Owner = request.Caller.Arn,
            Status = SessionStatus.Connecting,
            StartDate = now,
            DocumentName = request.DocumentName,
            Reason = request.Reason,
            AccessType = request.Caller.Kind == CallerKind.JustInTime ? AccessType.JustInTime : AccessType.Standard,
            IdleTimeout = request.Content.Inputs.IdleTimeout,
            MaxSessionDuration = request.Content.Inputs.MaxSessionDuration,
            Host = request.Host,
            Origin = new SessionOrigin
            {
                Client = request.ClientOrigin,
                Credential = request.Caller.Kind is CallerKind.Root or CallerKind.User ? CredentialKind.LongTermKey : CredentialKind.TemporaryKey,
                AccessKeyId = request.Caller.AccessKeyId,
                Number = request.Host is { } host ? await numbers.NextAsync(host, cancellationToken) : 0,
            },
        };
        session = session with { Deadline = DeadlineOf(session, now) };

        var token = SessionTokens.New();
        var writes = new List<TableWrite>(3)
        {
            TableWrite.Put(SessionItem.ToItem(session, version: 1), Precondition.Absent),
            TableWrite.Put(SessionTokens.ToItem(session, token, now + TokenLifetime, version: 1)),
        };
        if (!request.Content.IsBuiltIn)
            writes.Add(TableWrite.Put(request.Content.ToItem(session)));
        if (!await table.WriteAsync(writes, cancellationToken))
            throw new InvalidOperationException($"the session id {session.Id} was drawn twice");
        return new StartedSession(session, token);
    }

    /// <summary>A fresh token for a live session, which voids the former one; without a token when the session has ended.</summary>
    /// <exception cref="RefusedException">DoesNotExist.</exception>
    public async Task<(Session Session, string? Token)> ResumeAsync(Tenant tenant, string sessionId, CancellationToken cancellationToken)
    {
        var stored = await sessions.FindAsync(tenant, sessionId, cancellationToken)
            ?? throw new RefusedException(Refusal.DoesNotExist, $"Session {sessionId} does not exist.");
        stored = await EndIfOverAsync(stored, cancellationToken);
        if (stored.Session.State == SessionState.History)
            return (stored.Session, Token: null);
        for (var attempt = 0; attempt < UpdateAttempts; attempt++)
        {
            var former = await table.GetAsync(SessionTokens.Key(sessionId), consistent: true, cancellationToken);
            var token = SessionTokens.New();
            var item = SessionTokens.ToItem(stored.Session, token, time.GetUtcNow() + TokenLifetime, (former?.Version ?? 0) + 1);
            if (await table.WriteAsync(TableWrite.Put(item, Attempts.IsStill(former)), cancellationToken))
                return (stored.Session, token);
        }

        throw Contended(sessionId);
    }

    /// <summary>Ends an active session: exactly one caller sees <see cref="Termination.Ended"/>. A session that a host carries is
    /// Terminating until that host has closed its channel.</summary>
    public async Task<Termination> TerminateAsync(Tenant tenant, string sessionId, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < UpdateAttempts; attempt++)
        {
            var stored = await sessions.FindAsync(tenant, sessionId, cancellationToken);
            if (stored is null)
                return Termination.Unknown;
            stored = await EndIfOverAsync(stored, cancellationToken);
            if (stored.Session.State == SessionState.History)
                return Termination.HadEnded;
            if (await carriers.TryEndAsync(stored, output: "", cancellationToken) is not null)
                return Termination.Ended;
        }

        throw Contended(sessionId);
    }

    /// <summary>Ends the sessions of a deadline shard that are overdue, about <paramref name="limit"/> at most.</summary>
    /// <param name="shard">0 to <see cref="DeadlineShards"/> - 1.</param>
    /// <param name="limit">The most sessions to look at.</param>
    /// <param name="cancellationToken">Ends the sweep.</param>
    /// <returns>How many sessions were ended, or are due later.</returns>
    public Task<int> EndOverdueAsync(int shard, int limit, CancellationToken cancellationToken) =>
        EndOverdueAsync(SessionItem.ByDeadline(shard), limit, cancellationToken);

    /// <summary>Ends the overdue sessions of a tenant, and of others that share its shard, at most <paramref name="limit"/>.</summary>
    public Task<int> EndOverdueAsync(Tenant tenant, int limit, CancellationToken cancellationToken) =>
        EndOverdueAsync(SessionItem.ByDeadline(tenant), limit, cancellationToken);

    /// <summary>The number of shards that deadlines are spread over.</summary>
    public static int DeadlineShards => SessionItem.DeadlineShards;

    internal static StoreUnavailableException Contended(string sessionId) => new($"session {sessionId} is changed by others all the time");

    private async Task<int> EndOverdueAsync(string partition, int limit, CancellationToken cancellationToken)
    {
        var query = new TableQuery(TableIndex.ByDeadline, partition) { To = SessionItem.SortDate(time.GetUtcNow().AddMilliseconds(1)), Limit = limit };
        var settled = 0;
        for (var page = 0; page < MostPages; page++)
        {
            var due = await table.QueryAsync(query, cancellationToken);
            foreach (var item in due)
                settled += await SettleAsync(item, cancellationToken) ? 1 : 0;
            // What another host has to settle stays at the head, and must not hide what is behind it.
            if (due.Count < limit || settled >= limit)
                break;
            query = query with { From = due[^1].Indexes!.DeadlineSort + "\0" };
        }

        return settled;
    }

    /// <summary>True when the session has ended or is due later than it was.</summary>
    private async Task<bool> SettleAsync(Item due, CancellationToken cancellationToken)
    {
        var (owner, id) = SessionItem.SplitPartition(due.Key.Partition);
        return await sessions.FindAsync(owner, id, cancellationToken) is not { } stored
            || (await EndIfOverAsync(stored, cancellationToken)).Session.Deadline != stored.Session.Deadline;
    }

    /// <summary>The session as it stands once its deadline, and the host that carries it, have been looked at.</summary>
    private async Task<StoredSession> EndIfOverAsync(StoredSession stored, CancellationToken cancellationToken)
    {
        if (stored.Session.State == SessionState.History)
            return stored;
        var carrier = await carriers.OfAsync(stored.Session, cancellationToken);
        if (carrier.IsLost)
            return await carriers.TryEndAsync(stored, output: "", cancellationToken) ?? await ReadAgainAsync(stored, cancellationToken);
        if (stored.Session.Deadline is not { } deadline || deadline > time.GetUtcNow() || carrier.IsElsewhere)
            return stored;

        var lastActivity = carrier.Here?.LastActivity ?? stored.Session.StartDate;
        var deadlineNow = DeadlineOf(stored.Session, lastActivity);
        if (deadlineNow <= time.GetUtcNow())
        {
            var output = stored.Session.IsPastMaximum(time.GetUtcNow()) ? SessionEndTexts.MaximumDuration : SessionEndTexts.IdleTimeout;
            return await carriers.TryEndAsync(stored, output, cancellationToken) ?? await ReadAgainAsync(stored, cancellationToken);
        }

        var changed = stored.Session with { Deadline = deadlineNow };
        return await sessions.TryUpdateAsync(stored, changed, cancellationToken)
            ? new StoredSession(changed, stored.Version + 1)
            : await ReadAgainAsync(stored, cancellationToken);
    }

    private async Task<StoredSession> ReadAgainAsync(StoredSession stored, CancellationToken cancellationToken) =>
        await sessions.FindAsync(stored.Session.Tenant, stored.Session.Id, cancellationToken) ?? stored;

    private static DateTimeOffset DeadlineOf(Session session, DateTimeOffset lastActivity)
    {
        var idle = (lastActivity + session.IdleTimeout).ToMilliseconds();
        return session.MaxSessionDuration is { } max && session.StartDate + max < idle ? session.StartDate + max : idle;
    }
}

/// <summary>What became of a request to end a session.</summary>
public enum Termination
{
    /// <summary>It was active, and this request ended it.</summary>
    Ended,

    /// <summary>It had ended before.</summary>
    HadEnded,

    /// <summary>There is none of this id.</summary>
    Unknown,
}

/// <summary>What a session is started with. The target is connected, the parameters fit the document: others have seen to that.</summary>
/// <param name="Caller">Who starts it.</param>
/// <param name="Target">The node.</param>
public sealed record NewSession(Caller Caller, string Target)
{
    /// <summary>The host that carries the node.</summary>
    public string? Host { get; init; }

    /// <summary>Where the caller came from: address and port, or a unix socket; null where it is not known.</summary>
    public string? ClientOrigin { get; init; }

    /// <summary>The document as the caller named it, or null.</summary>
    public string? DocumentName { get; init; }

    /// <summary>Why, in the caller's words.</summary>
    public string? Reason { get; init; }

    /// <summary>What it runs.</summary>
    public SessionContent Content { get; init; } = SessionContent.BuiltIn;
}

/// <summary>A session that was started, and the token that opens its data channel.</summary>
public sealed record StartedSession(Session Session, string Token);
