using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using SsmSessions.Core.Identity;
using SsmSessions.Core.Store;

namespace SsmSessions.Core.Sessions;

/// <summary>The life of sessions: started, resumed, ended by request or by time.</summary>
public sealed class SessionRegistry(ITable table, SessionRepository sessions, TimeProvider time)
{
    /// <summary>How long the token of a data channel is good (spec/ssm-data-channel.md §2.6: slow clients dial after 12 s and more).</summary>
    public static readonly TimeSpan TokenLifetime = TimeSpan.FromMinutes(2);

    private const int UpdateAttempts = 20;
    private const string IdAlphabet = "abcdefghijklmnopqrstuvwxyz23456789";
    private const int IdSuffixLength = 26;
    private const int TokenBytes = 492;

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
            IdleTimeout = request.IdleTimeout,
            MaxSessionDuration = request.MaxSessionDuration,
        };
        session = session with { Deadline = DeadlineOf(session, now) };

        var token = NewToken();
        var writes = new List<TableWrite>(3)
        {
            TableWrite.Put(SessionItem.ToItem(session, version: 1), Precondition.Absent),
            TableWrite.Put(TokenItem(session, token)),
        };
        if (request.Parameters.Count > 0 || request.DocumentVersion is not null)
            writes.Add(TableWrite.Put(ParametersItem(session, request)));
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
        stored = await EndIfOverdueAsync(stored, cancellationToken);
        if (stored.Session.State == SessionState.History)
            return (stored.Session, Token: null);
        var token = NewToken();
        await table.WriteAsync(TableWrite.Put(TokenItem(stored.Session, token)), cancellationToken);
        return (stored.Session, token);
    }

    /// <summary>Ends an active session: exactly one caller sees <see cref="Termination.Ended"/>.</summary>
    public async Task<Termination> TerminateAsync(Tenant tenant, string sessionId, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < UpdateAttempts; attempt++)
        {
            var stored = await sessions.FindAsync(tenant, sessionId, cancellationToken);
            if (stored is null)
                return Termination.Unknown;
            stored = await EndIfOverdueAsync(stored, cancellationToken);
            if (stored.Session.State == SessionState.History)
                return Termination.HadEnded;
            var ended = stored.Session.End(SessionStatus.Terminated, time.GetUtcNow());
            if (await sessions.TryUpdateAsync(stored, ended, cancellationToken))
                return Termination.Ended;
        }

        throw new StoreUnavailableException($"session {sessionId} is changed by others all the time");
    }

    /// <summary>Ends the sessions of a deadline shard that are overdue, at most <paramref name="limit"/>.</summary>
    /// <param name="shard">0 to <see cref="DeadlineShards"/> - 1.</param>
    /// <param name="limit">The most sessions to look at.</param>
    /// <param name="cancellationToken">Ends the sweep.</param>
    /// <returns>How many sessions were looked at.</returns>
    public Task<int> EndOverdueAsync(int shard, int limit, CancellationToken cancellationToken) =>
        EndOverdueAsync(SessionItem.ByDeadline(shard), tenant: null, limit, cancellationToken);

    /// <summary>Ends the overdue sessions of a tenant, at most <paramref name="limit"/>.</summary>
    public Task<int> EndOverdueAsync(Tenant tenant, int limit, CancellationToken cancellationToken) =>
        EndOverdueAsync(SessionItem.ByDeadline(tenant), tenant, limit, cancellationToken);

    /// <summary>The number of shards that deadlines are spread over.</summary>
    public static int DeadlineShards => SessionItem.DeadlineShards;

    private async Task<int> EndOverdueAsync(string partition, Tenant? tenant, int limit, CancellationToken cancellationToken)
    {
        var due = await table.QueryAsync(
            new TableQuery(TableIndex.ByDeadline, partition) { To = SessionItem.SortDate(time.GetUtcNow().AddMilliseconds(1)), Limit = limit },
            cancellationToken);
        foreach (var item in due)
        {
            var (owner, id) = SessionItem.SplitPartition(item.Key.Partition);
            if (tenant is not null && tenant != owner)
                continue;
            if (await sessions.FindAsync(owner, id, cancellationToken) is { } stored)
                await EndIfOverdueAsync(stored, cancellationToken);
        }

        return due.Count;
    }

    /// <summary>The session as it stands once its deadline has been looked at.</summary>
    private async Task<StoredSession> EndIfOverdueAsync(StoredSession stored, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (stored.Session.State == SessionState.History || stored.Session.Deadline is not { } deadline || deadline > now)
            return stored;

        var deadlineNow = DeadlineOf(stored.Session, await LastActivityAsync(stored.Session, cancellationToken));
        var changed = deadlineNow > now
            ? stored.Session with { Deadline = deadlineNow }
            : stored.Session.End(SessionStatus.Terminated, now);
        return await sessions.TryUpdateAsync(stored, changed, cancellationToken)
            ? new StoredSession(changed, stored.Version + 1)
            : await sessions.FindAsync(stored.Session.Tenant, stored.Session.Id, cancellationToken) ?? stored;
    }

    private static DateTimeOffset DeadlineOf(Session session, DateTimeOffset lastActivity)
    {
        var idle = lastActivity + session.IdleTimeout;
        return session.MaxSessionDuration is { } max && session.StartDate + max < idle ? session.StartDate + max : idle;
    }

    private async Task<DateTimeOffset> LastActivityAsync(Session session, CancellationToken cancellationToken)
    {
        var item = await table.GetAsync(SessionItem.ActivityKey(session.Tenant, session.Id), consistent: true, cancellationToken);
        var body = item is null ? null : JsonSerializer.Deserialize(item.Body.Span, SessionDetailJson.Default.ActivityBody);
        return body is null ? session.StartDate : DateTimeOffset.FromUnixTimeMilliseconds(body.At);
    }

    private Item TokenItem(Session session, string token) => new(
        SessionItem.TokenKey(session.Tenant, session.Id),
        JsonSerializer.SerializeToUtf8Bytes(new TokenBody(Convert.ToBase64String(HashOf(token))), SessionDetailJson.Default.TokenBody))
    {
        ExpiresAt = time.GetUtcNow() + TokenLifetime,
    };

    private Item ParametersItem(Session session, NewSession request) => new(
        SessionItem.ParametersKey(session.Tenant, session.Id),
        JsonSerializer.SerializeToUtf8Bytes(
            new ParametersBody(request.DocumentVersion, request.Parameters), SessionDetailJson.Default.ParametersBody))
    {
        ExpiresAt = time.GetUtcNow() + Session.Retention,
    };

    private static byte[] HashOf(string token) => SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(token));

    /// <summary>656 characters of base64 that begin with AAEAA, as real ones do (spec/ssm-control-plane.md §4.2.2).</summary>
    private static string NewToken()
    {
        Span<byte> bytes = stackalloc byte[TokenBytes];
        RandomNumberGenerator.Fill(bytes);
        bytes[0] = 0;
        bytes[1] = 1;
        bytes[2] = 0;
        bytes[3] &= 0x3f >> 4;
        return Convert.ToBase64String(bytes);
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
    /// <summary>The document as the caller named it, or null.</summary>
    public string? DocumentName { get; init; }

    /// <summary>The version of the document that the session runs.</summary>
    public string? DocumentVersion { get; init; }

    /// <summary>Why, in the caller's words.</summary>
    public string? Reason { get; init; }

    /// <summary>The document's parameters, defaults filled in.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Parameters { get; init; } =
        System.Collections.Frozen.FrozenDictionary<string, IReadOnlyList<string>>.Empty;

    /// <summary>How long it may be idle.</summary>
    public TimeSpan IdleTimeout { get; init; } = Session.DefaultIdleTimeout;

    /// <summary>How long it may last, or null without limit.</summary>
    public TimeSpan? MaxSessionDuration { get; init; }
}

/// <summary>A session that was started, and the token that opens its data channel.</summary>
public sealed record StartedSession(Session Session, string Token);

internal sealed record TokenBody([property: JsonPropertyName("sha256")] string Sha256);

internal sealed record ActivityBody([property: JsonPropertyName("at")] long At);

internal sealed record ParametersBody(
    [property: JsonPropertyName("documentVersion")] string? DocumentVersion,
    [property: JsonPropertyName("parameters")] IReadOnlyDictionary<string, IReadOnlyList<string>> Parameters);

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TokenBody))]
[JsonSerializable(typeof(ActivityBody))]
[JsonSerializable(typeof(ParametersBody))]
internal sealed partial class SessionDetailJson : JsonSerializerContext;
