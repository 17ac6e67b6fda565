using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using SsmSessions.Core.Identity;
using SsmSessions.Core.Nodes;
using SsmSessions.Core.Sessions;
using SsmSessions.Core.Store;

namespace SsmSessions.Core.Access;

/// <summary>Just-in-time access: asked for, decided, and turned into credentials (spec/ssm-control-plane.md §6).</summary>
/// <remarks>
/// <code>
/// {tenant}/access-requests   {id}   the request; expires after a year
/// </code>
/// </remarks>
public sealed class AccessRequests(ITable table, IssuedCredentials issued, TimeProvider time)
{
    /// <summary>How long a request is kept.</summary>
    public static readonly TimeSpan Retention = TimeSpan.FromDays(365);

    /// <summary>How long a request waits for a decision, and how long an approval is good.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromHours(24);

    /// <summary>How long credentials last, unless the approval ends before.</summary>
    public static readonly TimeSpan CredentialsLifetime = TimeSpan.FromHours(1);

    private const int IdDigits = 12;

    /// <summary>Asks for access.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="reason">Why.</param>
    /// <param name="targets">The ids of the nodes.</param>
    /// <param name="mode">Who decides.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RefusedException">Validation: just-in-time access is off, or a target is malformed.</exception>
    public async Task<AccessRequest> StartAsync(
        Caller caller, string reason, IReadOnlyList<string> targets, JustInTimeAccess mode, CancellationToken cancellationToken)
    {
        RequireEnabled(mode);
        if (targets.FirstOrDefault(target => !NodeConnections.IsWellFormed(target)) is { } malformed)
            throw new RefusedException(Refusal.Validation, $"The target {WithoutEnd(malformed)} is not a valid node id.");
        var now = time.GetUtcNow().ToMilliseconds();
        var request = new AccessRequest(caller.Tenant, "oi-" + RandomNumberGenerator.GetHexString(IdDigits, lowercase: true))
        {
            Reason = reason,
            Targets = [.. targets.Distinct(StringComparer.Ordinal)],
            RequesterArn = caller.Arn,
            CreatedDate = now,
            Decision = mode == JustInTimeAccess.Auto ? AccessRequestStatus.Approved : AccessRequestStatus.Pending,
            DecidedDate = mode == JustInTimeAccess.Auto ? now : null,
        };
        return await table.WriteAsync(TableWrite.Put(ToItem(request, version: 1), Precondition.Absent), cancellationToken)
            ? request
            : throw new InvalidOperationException($"the access request id {request.Id} was drawn twice");
    }

    /// <summary>How a request stands, with credentials for its requester when it is approved.</summary>
    /// <exception cref="RefusedException">Validation: just-in-time access is off. ResourceNotFound. AccessDenied: it is somebody else's.</exception>
    public async Task<(AccessRequestStatus Status, IssuedKeys? Credentials)> GetTokenAsync(
        Caller caller, string id, JustInTimeAccess mode, CancellationToken cancellationToken)
    {
        RequireEnabled(mode);
        var request = await FindAsync(caller.Tenant, id, cancellationToken) ?? throw NotFound(id);
        if (!request.IsOf(caller))
            throw AccessDenied.To(caller, "GetAccessToken", caller.Tenant.Arn("ssm", $"opsitem/{id}"));
        var now = time.GetUtcNow();
        var status = request.StatusAt(now);
        if (status != AccessRequestStatus.Approved)
            return (status, Credentials: null);
        var end = now + CredentialsLifetime;
        var claims = new IssuedClaims(
            request.Tenant, CallerKind.JustInTime, caller.Name, caller.Arn, end < request.EndDate ? end : request.EndDate)
        {
            AccessRequestId = request.Id,
        };
        return (status, issued.Issue(claims));
    }

    /// <summary>Decides: a pending request is approved or rejected, an approved one is revoked. Deciding the same again changes nothing.</summary>
    /// <returns>The request as it stands then.</returns>
    /// <exception cref="RefusedException">ResourceNotFound. Validation: it cannot become that any more.</exception>
    public async Task<AccessRequest> DecideAsync(
        Tenant tenant, string id, AccessRequestStatus decision, CancellationToken cancellationToken)
    {
        AccessRequest? decided = null;
        await Attempts.UntilDoneAsync(async () =>
        {
            var item = await table.GetAsync(Key(tenant, id), consistent: true, cancellationToken) ?? throw NotFound(id);
            decided = Read(tenant, item);
            var now = time.GetUtcNow().ToMilliseconds();
            var status = decided.StatusAt(now);
            if (status == decision)
                return true;
            var isPossible = (status, decision) is
                (AccessRequestStatus.Pending, AccessRequestStatus.Approved or AccessRequestStatus.Rejected)
                or (AccessRequestStatus.Approved, AccessRequestStatus.Revoked);
            if (!isPossible)
                throw new RefusedException(Refusal.Validation, $"Access request {id} is {status} and cannot become {decision}.");
            decided = decided with { Decision = decision, DecidedDate = now };
            return await table.WriteAsync(TableWrite.Put(ToItem(decided, item.Version + 1), Attempts.IsStill(item)), cancellationToken);
        });
        return decided!;
    }

    /// <summary>The request of an id, or null.</summary>
    public async ValueTask<AccessRequest?> FindAsync(Tenant tenant, string id, CancellationToken cancellationToken) =>
        await table.GetAsync(Key(tenant, id), consistent: true, cancellationToken) is { } item ? Read(tenant, item) : null;

    /// <summary>Whether a request is approved now and covers a target.</summary>
    public async ValueTask<bool> AllowsAsync(Tenant tenant, string id, string target, CancellationToken cancellationToken) =>
        await FindAsync(tenant, id, cancellationToken) is { } request
        && request.StatusAt(time.GetUtcNow()) == AccessRequestStatus.Approved
        && request.Targets.Contains(target, StringComparer.Ordinal);

    private static void RequireEnabled(JustInTimeAccess mode)
    {
        if (mode == JustInTimeAccess.Off)
            throw new RefusedException(Refusal.Validation, "Just-In-Time Node Access service is not enabled in this account.");
    }

    private static RefusedException NotFound(string id) => new(Refusal.ResourceNotFound, $"Access request {id} does not exist.");

    private static string WithoutEnd(string text) => text.Length <= 100 ? text : text[..100];

    private static ItemKey Key(Tenant tenant, string id) => new($"{tenant}/access-requests", id);

    private static Item ToItem(AccessRequest request, long version) => new(
        Key(request.Tenant, request.Id),
        JsonSerializer.SerializeToUtf8Bytes(
            new AccessRequestBody(
                request.Reason, request.Targets, request.RequesterArn, request.CreatedDate, request.Decision, request.DecidedDate),
            AccessJson.Default.AccessRequestBody))
    {
        Version = version,
        ExpiresAt = request.CreatedDate + Retention,
    };

    private static AccessRequest Read(Tenant tenant, Item item)
    {
        var body = JsonSerializer.Deserialize(item.Body.Span, AccessJson.Default.AccessRequestBody)
            ?? throw new InvalidDataException($"access request {item.Key.Sort} has no body");
        return new AccessRequest(tenant, item.Key.Sort)
        {
            Reason = body.Reason,
            Targets = body.Targets,
            RequesterArn = body.RequesterArn,
            CreatedDate = body.CreatedDate,
            Decision = body.Decision,
            DecidedDate = body.DecidedDate,
        };
    }
}

/// <summary>The stored record, version 1.</summary>
internal sealed record AccessRequestBody(
    string Reason,
    IReadOnlyList<string> Targets,
    string RequesterArn,
    DateTimeOffset CreatedDate,
    AccessRequestStatus Decision,
    DateTimeOffset? DecidedDate);

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(AccessRequestBody))]
internal sealed partial class AccessJson : JsonSerializerContext;
