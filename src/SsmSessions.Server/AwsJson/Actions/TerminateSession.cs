using System.Text.Json.Serialization;
using FluentValidation;
using Microsoft.Extensions.Options;
using SsmSessions.Core;
using SsmSessions.Core.Access;
using SsmSessions.Core.Sessions;
using SsmSessions.Server.AwsJson.Validation;

namespace SsmSessions.Server.AwsJson.Actions;

internal static class TerminateSession
{
    public static SsmAction Action { get; } =
        SsmAction.Of<TerminateSessionHandler, TerminateSessionRequest, TerminateSessionResponse>(
            "TerminateSession",
            members => new TerminateSessionRequest(members.String("SessionId")),
            () => new TerminateSessionValidator(),
            TerminateSessionJson.Default.TerminateSessionResponse);
}

internal sealed record TerminateSessionRequest(string? SessionId);

internal sealed record TerminateSessionResponse(string SessionId);

internal sealed class TerminateSessionValidator : AbstractValidator<TerminateSessionRequest>
{
    public TerminateSessionValidator() => RuleFor(r => r.SessionId).Required().Text(1, 96);
}

/// <summary>
/// Ends a session for good. What a second call gets is an option, since clients were written against both: the real service
/// always succeeded until 2026, and refuses now (spec/ssm-control-plane.md §4.4).
/// </summary>
internal sealed class TerminateSessionHandler(SessionRegistry sessions, AccessRule access, IOptions<SsmSessionsOptions> options)
    : IActionHandler<TerminateSessionRequest, TerminateSessionResponse>
{
    public async Task<TerminateSessionResponse> HandleAsync(
        TerminateSessionRequest request, ActionContext context, CancellationToken cancellationToken)
    {
        await access.RequireTerminableAsync(context.Caller, request.SessionId!, cancellationToken);
        var result = await sessions.TerminateAsync(context.Tenant, request.SessionId!, cancellationToken);
        if (result == Termination.Unknown || (result == Termination.HadEnded && options.Value.TerminateEnded == TerminateEnded.Error))
            throw new RefusedException(Refusal.Validation, "Session is not in a valid state");
        return new TerminateSessionResponse(request.SessionId!);
    }
}

[JsonSerializable(typeof(TerminateSessionResponse))]
internal sealed partial class TerminateSessionJson : JsonSerializerContext;
