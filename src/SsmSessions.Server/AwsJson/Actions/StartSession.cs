using System.Text.Json.Serialization;
using FluentValidation;
using SsmSessions.Core;
using SsmSessions.Core.Access;
using SsmSessions.Core.Documents;
using SsmSessions.Core.Nodes;
using SsmSessions.Core.Sessions;
using SsmSessions.Server.AwsJson.Validation;

namespace SsmSessions.Server.AwsJson.Actions;

internal static class StartSession
{
    public static SsmAction Action { get; } = SsmAction.Of<StartSessionHandler, StartSessionRequest, StartSessionResponse>(
        "StartSession",
        members => new StartSessionRequest(
            members.String("Target"),
            members.String("DocumentName"),
            members.String("Reason"),
            members.StringLists("Parameters")),
        () => new StartSessionValidator(),
        StartSessionJson.Default.StartSessionResponse);
}

internal sealed record StartSessionRequest(
    string? Target, string? DocumentName, string? Reason, IReadOnlyDictionary<string, IReadOnlyList<string>>? Parameters);

internal sealed record StartSessionResponse(string SessionId, string StreamUrl, string TokenValue);

internal sealed class StartSessionValidator : AbstractValidator<StartSessionRequest>
{
    public StartSessionValidator()
    {
        RuleFor(r => r.Target).Required().Text(1, 400);
        RuleFor(r => r.DocumentName).Pattern(Patterns.DocumentArn);
        RuleFor(r => r.Reason).Text(1, 256).Pattern(Patterns.Reason);
        RuleFor(r => r.Parameters).Keys(1, 255).Values(1, 65_535);
    }
}

/// <summary>
/// Starts a session to a connected target. Order of the rules: document, parameters, tier, target
/// (spec/ssm-control-plane.md §4.2.3).
/// </summary>
internal sealed class StartSessionHandler(
    SessionDocuments documents, NodeConnections nodes, TierRule tier, AccessRule access, SessionRegistry sessions, StreamUrls urls)
    : IActionHandler<StartSessionRequest, StartSessionResponse>
{
    public async Task<StartSessionResponse> HandleAsync(
        StartSessionRequest request, ActionContext context, CancellationToken cancellationToken)
    {
        await access.RequireTargetAsync(context.Caller, request.Target!, cancellationToken);
        var document = await documents.ResolveAsync(context.Tenant, request.DocumentName, cancellationToken);
        var parameters = DocumentParameters.Bind(document.Document, request.Parameters);
        await tier.RequireAsync(context.Tenant, request.Target!, cancellationToken);
        var connection = await nodes.FindAsync(context.Tenant, request.Target!, cancellationToken)
            ?? throw new RefusedException(Refusal.TargetNotConnected, $"{request.Target} is not connected.");

        var started = await sessions.StartAsync(
            new NewSession(context.Caller, request.Target!)
            {
                Host = connection.Host.Name,
                ClientOrigin = context.ClientOrigin,
                DocumentName = document.Name,
                Reason = request.Reason,
                Content = SessionContent.Of(document, parameters),
            },
            cancellationToken);
        return new StartSessionResponse(started.Session.Id, urls.Of(started.Session, context), started.Token);
    }
}

[JsonSerializable(typeof(StartSessionResponse))]
internal sealed partial class StartSessionJson : JsonSerializerContext;
