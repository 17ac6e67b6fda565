using System.Text.Json.Serialization;
using FluentValidation;
using SsmSessions.Core.Nodes;
using SsmSessions.Server.AwsJson.Validation;

namespace SsmSessions.Server.AwsJson.Actions;

internal static class GetConnectionStatus
{
    public static SsmAction Action { get; } =
        SsmAction.Of<GetConnectionStatusHandler, GetConnectionStatusRequest, GetConnectionStatusResponse>(
            "GetConnectionStatus",
            members => new GetConnectionStatusRequest(members.String("Target")),
            () => new GetConnectionStatusValidator(),
            GetConnectionStatusJson.Default.GetConnectionStatusResponse);
}

internal sealed record GetConnectionStatusRequest(string? Target);

internal sealed record GetConnectionStatusResponse(string Status, string Target);

internal sealed class GetConnectionStatusValidator : AbstractValidator<GetConnectionStatusRequest>
{
    public GetConnectionStatusValidator() => RuleFor(r => r.Target).Required().Text(1, 400);
}

/// <summary>Tells whether a session could be opened to a target now. An unknown target is not connected.</summary>
internal sealed class GetConnectionStatusHandler(NodeConnections nodes)
    : IActionHandler<GetConnectionStatusRequest, GetConnectionStatusResponse>
{
    public async Task<GetConnectionStatusResponse> HandleAsync(
        GetConnectionStatusRequest request, ActionContext context, CancellationToken cancellationToken)
    {
        var found = await nodes.FindAsync(context.Tenant, request.Target!, cancellationToken);
        return new GetConnectionStatusResponse(found is null ? "notconnected" : "connected", request.Target!);
    }
}

[JsonSerializable(typeof(GetConnectionStatusResponse))]
internal sealed partial class GetConnectionStatusJson : JsonSerializerContext;
