using System.Text.Json.Serialization;
using FluentValidation;
using SsmSessions.Core.Access;
using SsmSessions.Core.Faults;
using SsmSessions.Core.Sessions;
using SsmSessions.Server.AwsJson.Validation;

namespace SsmSessions.Server.AwsJson.Actions;

internal static class ResumeSession
{
    public static SsmAction Action { get; } = SsmAction.Of<ResumeSessionHandler, ResumeSessionRequest, ResumeSessionResponse>(
        "ResumeSession",
        members => new ResumeSessionRequest(members.String("SessionId")),
        () => new ResumeSessionValidator(),
        ResumeSessionJson.Default.ResumeSessionResponse);
}

internal sealed record ResumeSessionRequest(string? SessionId);

internal sealed record ResumeSessionResponse(string SessionId, string? StreamUrl, string? TokenValue);

internal sealed class ResumeSessionValidator : AbstractValidator<ResumeSessionRequest>
{
    public ResumeSessionValidator() => RuleFor(r => r.SessionId).Required().Text(1, 96);
}

/// <summary>
/// Gives a live session a fresh token, which voids the former one. For an ended session the answer has no token: the
/// session-manager-plugin reads that as "timed out" and stops (spec/ssm-control-plane.md §4.3).
/// </summary>
internal sealed class ResumeSessionHandler(SessionRegistry sessions, AccessRule access, StreamUrls urls, FaultRules faults)
    : IActionHandler<ResumeSessionRequest, ResumeSessionResponse>
{
    public async Task<ResumeSessionResponse> HandleAsync(
        ResumeSessionRequest request, ActionContext context, CancellationToken cancellationToken)
    {
        await access.RequireResumableAsync(context.Caller, request.SessionId!, cancellationToken);
        var (session, token) = await sessions.ResumeAsync(context.Tenant, request.SessionId!, cancellationToken);
        var site = FaultSite.Of(FrontEnd.AwsJson, session);
        if (await faults.TakeAsync(static effect => effect == FaultEffect.ResumeWithoutToken, site, cancellationToken) is not null)
            token = null;
        return new ResumeSessionResponse(session.Id, token is null ? null : urls.Of(session, context), token);
    }
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ResumeSessionResponse))]
internal sealed partial class ResumeSessionJson : JsonSerializerContext;
