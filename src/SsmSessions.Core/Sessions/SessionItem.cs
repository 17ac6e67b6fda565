using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using SsmSessions.Core.Identity;
using SsmSessions.Core.Store;

namespace SsmSessions.Core.Sessions;

/// <summary>A session as it stands in the table: keys, index keys and body.</summary>
/// <remarks>
/// <code>
/// partition      {account}/{region}/session/{SessionId}
/// sort           session; beside it content
/// index sort     {StartDate, 13 digits of milliseconds}#{SessionId}
/// by state       {tenant}#{Active|History}
/// by owner       {tenant}#{Active|History}#{Owner}
/// by target      {tenant}#{Active|History}#{Target}
/// by status      {tenant}#{Status}#{AccessType}
/// by deadline    deadline#{shard of the tenant}, sorted by {Deadline}#{tenant}#{SessionId}
/// by host        {host name}, while a host carries it or is to carry it
/// </code>
/// What the keys say is not repeated in the body, since every index carries both.
/// </remarks>
internal static class SessionItem
{
    public const int DeadlineShards = 8;

    private const string SessionSort = "session";

    public static ItemKey Key(Tenant tenant, string sessionId) => new(Partition(tenant, sessionId), SessionSort);

    public static ItemKey ContentKey(Tenant tenant, string sessionId) => new(Partition(tenant, sessionId), "content");

    private static string Partition(Tenant tenant, string sessionId) => $"{tenant.Account}/{tenant.Region}/session/{sessionId}";

    public static string ByState(Tenant tenant, SessionState state) => $"{tenant}#{state.Name()}";

    public static string ByOwner(Tenant tenant, SessionState state, string owner) => $"{tenant}#{state.Name()}#{owner}";

    public static string ByTarget(Tenant tenant, SessionState state, string target) => $"{tenant}#{state.Name()}#{target}";

    public static string ByStatus(Tenant tenant, SessionStatus status, AccessType accessType) => $"{tenant}#{status.Name()}#{accessType.Name()}";

    public static string ByHost(string host) => host;

    public static string ByDeadline(Tenant tenant) => $"deadline#{Shard(tenant)}";

    public static string ByDeadline(int shard) => $"deadline#{shard}";

    /// <summary>A date as it begins a sort key: 13 digits, so that order of text is order of time.</summary>
    public static string SortDate(DateTimeOffset date) =>
        Math.Clamp(date.ToUnixTimeMilliseconds(), 0, 9_999_999_999_999).ToString("D13", CultureInfo.InvariantCulture);

    public static string Sort(DateTimeOffset startDate, string sessionId) => $"{SortDate(startDate)}#{sessionId}";

    public static Item ToItem(Session session, long version) => new(Key(session.Tenant, session.Id), Body(session))
    {
        Version = version,
        ExpiresAt = session.EndDate + Session.Retention,
        Indexes = new IndexKeys
        {
            Sort = Sort(session.StartDate, session.Id),
            State = ByState(session.Tenant, session.State),
            Owner = ByOwner(session.Tenant, session.State, session.Owner),
            Target = ByTarget(session.Tenant, session.State, session.Target),
            Status = ByStatus(session.Tenant, session.Status, session.AccessType),
            Host = session is { Host: { } host, HasEnded: false } ? ByHost(host) : null,
            Deadline = session.Deadline is null ? null : ByDeadline(session.Tenant),
            DeadlineSort = session.Deadline is { } deadline ? $"{SortDate(deadline)}#{session.Tenant}#{session.Id}" : null,
        },
    };

    /// <summary>The session of an item, whichever index it was read through.</summary>
    public static Session FromItem(Item item)
    {
        var (tenant, id) = SplitPartition(item.Key.Partition);
        var body = JsonSerializer.Deserialize(item.Body.Span, SessionJson.Default.SessionBody)
            ?? throw new InvalidDataException($"session {id} has no body");
        return new Session
        {
            Tenant = tenant,
            Id = id,
            Target = body.Target,
            Owner = body.Owner,
            Status = body.Status,
            StartDate = DateTimeOffset.FromUnixTimeMilliseconds(body.StartDate),
            EndDate = FromMilliseconds(body.EndDate),
            DocumentName = body.DocumentName,
            Reason = body.Reason,
            Details = body.Details,
            S3OutputUrl = body.S3OutputUrl,
            CloudWatchOutputUrl = body.CloudWatchOutputUrl,
            AccessType = body.AccessType,
            IdleTimeout = body.IdleMinutes is { } idle ? TimeSpan.FromMinutes(idle) : Session.DefaultIdleTimeout,
            MaxSessionDuration = body.MaxMinutes is { } max ? TimeSpan.FromMinutes(max) : null,
            Deadline = FromMilliseconds(body.Deadline),
            Host = body.Host,
            HostRun = body.HostRun,
            Origin = body.Origin,
        };
    }

    /// <summary>Account, region and id of a partition key: <c>{account}/{region}/session/{id}</c>; the id may hold slashes.</summary>
    public static (Tenant Tenant, string Id) SplitPartition(string partition)
    {
        var region = partition.IndexOf('/', StringComparison.Ordinal) + 1;
        var kind = partition.IndexOf('/', region) + 1;
        var id = partition.IndexOf('/', kind) + 1;
        return (new Tenant(partition[..(region - 1)], partition[region..(kind - 1)]), partition[id..]);
    }

    private static ReadOnlyMemory<byte> Body(Session session) => JsonSerializer.SerializeToUtf8Bytes(
        new SessionBody
        {
            Target = session.Target,
            Owner = session.Owner,
            Status = session.Status,
            StartDate = session.StartDate.ToUnixTimeMilliseconds(),
            EndDate = session.EndDate?.ToUnixTimeMilliseconds(),
            DocumentName = session.DocumentName,
            Reason = session.Reason,
            Details = session.Details,
            S3OutputUrl = session.S3OutputUrl,
            CloudWatchOutputUrl = session.CloudWatchOutputUrl,
            AccessType = session.AccessType,
            IdleMinutes = session.IdleTimeout == Session.DefaultIdleTimeout ? null : session.IdleTimeout.TotalMinutes,
            MaxMinutes = session.MaxSessionDuration?.TotalMinutes,
            Deadline = session.Deadline?.ToUnixTimeMilliseconds(),
            Host = session.Host,
            HostRun = session.HostRun,
            Origin = session.Origin,
        },
        SessionJson.Default.SessionBody);

    private static DateTimeOffset? FromMilliseconds(long? milliseconds) =>
        milliseconds is { } value ? DateTimeOffset.FromUnixTimeMilliseconds(value) : null;

    private static uint Shard(Tenant tenant)
    {
        // FNV-1a: the shard is stored, so the hash must be the same in every process.
        var hash = 2166136261u;
        foreach (var character in tenant.ToString())
            hash = (hash ^ character) * 16777619u;
        return hash % DeadlineShards;
    }
}

/// <summary>The stored record, version 1. Names are short since every index repeats them.</summary>
internal sealed class SessionBody
{
    [JsonPropertyName("t")]
    public required string Target { get; init; }

    [JsonPropertyName("o")]
    public required string Owner { get; init; }

    [JsonPropertyName("s")]
    public required SessionStatus Status { get; init; }

    [JsonPropertyName("b")]
    public required long StartDate { get; init; }

    [JsonPropertyName("e")]
    public long? EndDate { get; init; }

    [JsonPropertyName("d")]
    public string? DocumentName { get; init; }

    [JsonPropertyName("r")]
    public string? Reason { get; init; }

    [JsonPropertyName("x")]
    public string? Details { get; init; }

    [JsonPropertyName("u")]
    public string? S3OutputUrl { get; init; }

    [JsonPropertyName("c")]
    public string? CloudWatchOutputUrl { get; init; }

    [JsonPropertyName("a")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public AccessType AccessType { get; init; }

    [JsonPropertyName("i")]
    public double? IdleMinutes { get; init; }

    [JsonPropertyName("m")]
    public double? MaxMinutes { get; init; }

    [JsonPropertyName("l")]
    public long? Deadline { get; init; }

    [JsonPropertyName("h")]
    public string? Host { get; init; }

    [JsonPropertyName("n")]
    public string? HostRun { get; init; }

    [JsonPropertyName("g")]
    public SessionOrigin? Origin { get; init; }
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SessionBody))]
internal sealed partial class SessionJson : JsonSerializerContext;
