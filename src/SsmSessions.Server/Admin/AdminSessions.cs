using System.Text.Json;
using Microsoft.AspNetCore.Http;
using SsmSessions.Core.Hosts;
using SsmSessions.Core.Sessions;

namespace SsmSessions.Server.Admin;

/// <summary>Session records from outside: a test puts the past, or any state, into the lists. They have no deadline.</summary>
internal sealed class AdminSessions(SessionRepository sessions, HostMembership host, TimeProvider time)
{
    private const int MostAtOnce = 10_000;
    private const string NotExpected = "The body is not what is expected here: ";

    /// <summary>What the order of the lists can hold, with 30 days to spare.</summary>
    private static readonly DateTimeOffset FirstDate = DateTimeOffset.UnixEpoch;
    private static readonly DateTimeOffset LastDate = new(2199, 12, 31, 0, 0, 0, TimeSpan.Zero);

    public async Task InjectAsync(HttpContext http)
    {
        var list = await AdminJson.ReadAsync(http, AdminJsonContext.Default.AdminSessionList);
        if (list.Sessions.ValueKind is not (JsonValueKind.Array or JsonValueKind.Undefined or JsonValueKind.Null))
            throw new AdminRequestException(NotExpected + "sessions is a list.");
        // Counted before they are made: a body has room for millions of empty ones.
        if (list.Sessions.ValueKind != JsonValueKind.Array || list.Sessions.GetArrayLength() is 0 or > MostAtOnce)
            throw new AdminRequestException($"Give 1 to {MostAtOnce} sessions.");
        var records = list.Sessions.EnumerateArray().Select((session, i) => ToSession(Read(session, i), i)).ToList();
        try
        {
            await sessions.PutManyAsync(records, http.RequestAborted);
        }
        catch (ArgumentException tooLong)
        {
            // Characters of several bytes can make a key too long for the store although there are not too many of them.
            throw new AdminRequestException($"A session cannot be stored: {tooLong.Message}");
        }

        await AdminJson.WriteAsync(http, new AdminInjected(records.Count), AdminJsonContext.Default.AdminInjected);
    }

    private static AdminSession? Read(JsonElement session, int index)
    {
        try
        {
            return session.Deserialize(AdminJsonContext.Default.AdminSession);
        }
        catch (JsonException wrong)
        {
            throw new AdminRequestException($"{NotExpected}sessions[{index}]: {wrong.Message}");
        }
    }

    private Session ToSession(AdminSession? given, int index)
    {
        var record = given ?? throw new AdminRequestException($"sessions[{index}]: null is no session.");
        var tenant = AdminNodes.TenantOf(record.Account, record.Region);
        var now = time.GetUtcNow().ToMilliseconds();
        var status = Parse(record.Status, SessionStatus.Connected, index, "status");
        var start = record.StartDate?.ToMilliseconds() ?? now;
        Check(record.SessionId is { Length: >= 1 and <= 96 }, index, "sessionId has 1 to 96 characters");
        Check(record.Target is { Length: >= 1 and <= 400 }, index, "target has 1 to 400 characters");
        Check(record.Owner is null or { Length: >= 1 and <= 256 }, index, "owner has 1 to 256 characters");
        Check(record.Reason is null or { Length: >= 1 and <= 256 }, index, "reason has 1 to 256 characters");
        Check(record.DocumentName is null or { Length: >= 3 and <= 128 }, index, "documentName has 3 to 128 characters");
        Check(record.Details is null or { Length: >= 1 and <= 1_024 }, index, "details has 1 to 1024 characters");
        Check(record.S3OutputUrl is null or { Length: >= 1 and <= 2_083 }, index, "s3OutputUrl has 1 to 2083 characters");
        Check(record.CloudWatchOutputUrl is null or { Length: >= 1 and <= 2_083 }, index, "cloudWatchOutputUrl has 1 to 2083 characters");
        Check(record.Host is null or { Length: >= 1 and <= 128 }, index, "host has 1 to 128 characters");
        Check(record.Origin is null or { Length: >= 1 and <= 256 }, index, "origin has 1 to 256 characters");
        Check(record.AccessKeyId is null or { Length: >= 1 and <= 128 }, index, "accessKeyId has 1 to 128 characters");
        Check(record.Number is null or >= 0, index, "number is not negative");
        Check(start >= FirstDate && start <= LastDate, index, "startDate is from 1970 to 2199");
        Check(record.EndDate is null || record.EndDate <= LastDate, index, "endDate is not after 2199");
        Check(record.EndDate is null || record.EndDate >= start, index, "endDate is not before startDate");
        Check(record.EndDate is null || status.State() == SessionState.History, index, "only a session in History has an endDate");
        Check(record.MaxSessionDurationMinutes is null or (>= 1 and <= 1_440), index, "maxSessionDurationMinutes is 1 to 1440");
        return new Session
        {
            Tenant = tenant,
            Id = record.SessionId!,
            Target = record.Target!,
            Owner = record.Owner ?? tenant.GlobalArn("iam", "user/test"),
            Status = status,
            StartDate = start,
            EndDate = status.State() == SessionState.History ? record.EndDate?.ToMilliseconds() ?? (start > now ? start : now) : null,
            DocumentName = record.DocumentName,
            Reason = record.Reason,
            Details = record.Details,
            S3OutputUrl = record.S3OutputUrl,
            CloudWatchOutputUrl = record.CloudWatchOutputUrl,
            AccessType = Parse(record.AccessType, AccessType.Standard, index, "accessType"),
            MaxSessionDuration = record.MaxSessionDurationMinutes is { } minutes ? TimeSpan.FromMinutes(minutes) : null,
            Host = record.Host ?? host.Name,
            Origin = new SessionOrigin
            {
                Client = record.Origin,
                Credential = Parse(record.Credential, CredentialKind.LongTermKey, index, "credential"),
                AccessKeyId = record.AccessKeyId,
                Number = record.Number ?? index,
                IsInternal = record.Internal ?? false,
                IsCurrent = record.Current ?? false,
            },
        };
    }

    private static T Parse<T>(string? name, T absent, int index, string member)
        where T : struct, Enum
    {
        if (name is null)
            return absent;
        Check(Enum.GetNames<T>().Contains(name, StringComparer.Ordinal), index, $"{member} is one of {string.Join(", ", Enum.GetNames<T>())}");
        return Enum.Parse<T>(name);
    }

    private static void Check(bool holds, int index, string rule)
    {
        if (!holds)
            throw new AdminRequestException($"sessions[{index}]: {rule}.");
    }
}

/// <summary>A session to put into the lists. Only sessionId and target are required.</summary>
internal sealed record AdminSession(
    string? SessionId,
    string? Target,
    string? Owner = null,
    string? Status = null,
    DateTimeOffset? StartDate = null,
    DateTimeOffset? EndDate = null,
    string? DocumentName = null,
    string? Reason = null,
    string? Details = null,
    string? S3OutputUrl = null,
    string? CloudWatchOutputUrl = null,
    string? AccessType = null,
    int? MaxSessionDurationMinutes = null,
    string? Host = null,
    long? Number = null,
    string? Origin = null,
    string? Credential = null,
    string? AccessKeyId = null,
    bool? Current = null,
    bool? Internal = null,
    string? Account = null,
    string? Region = null);
