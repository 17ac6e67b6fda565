using System.Text.Json.Serialization;
using FluentValidation;
using SsmSessions.Core.Nodes;
using SsmSessions.Server.AwsJson.Validation;

namespace SsmSessions.Server.AwsJson.Actions;

internal static class RequestManagedInstanceRoleToken
{
    public static SsmAction Action { get; } =
        SsmAction.Of<RequestManagedInstanceRoleTokenHandler, RequestManagedInstanceRoleTokenRequest, RequestManagedInstanceRoleTokenResponse>(
            "RequestManagedInstanceRoleToken",
            members => new RequestManagedInstanceRoleTokenRequest(members.String("Fingerprint")),
            () => new RequestManagedInstanceRoleTokenValidator(),
            RequestManagedInstanceRoleTokenJson.Default.RequestManagedInstanceRoleTokenResponse);
}

internal sealed record RequestManagedInstanceRoleTokenRequest(string? Fingerprint);

/// <summary>All members are always there: agents crash without one (spec/ssm-control-plane.md §9.3).</summary>
internal sealed record RequestManagedInstanceRoleTokenResponse(
    string AccessKeyId, string SecretAccessKey, string SessionToken, AwsTimestamp TokenExpirationDate, bool UpdateKeyPair);

internal sealed class RequestManagedInstanceRoleTokenValidator : AbstractValidator<RequestManagedInstanceRoleTokenRequest>
{
    public RequestManagedInstanceRoleTokenValidator() => RuleFor(r => r.Fingerprint).Required();
}

/// <summary>Gives a node, which has signed with its own key, the credentials of its role. No node is asked to change its key.</summary>
internal sealed class RequestManagedInstanceRoleTokenHandler(NodeAgents agents)
    : IActionHandler<RequestManagedInstanceRoleTokenRequest, RequestManagedInstanceRoleTokenResponse>
{
    public async Task<RequestManagedInstanceRoleTokenResponse> HandleAsync(
        RequestManagedInstanceRoleTokenRequest request, ActionContext context, CancellationToken cancellationToken)
    {
        var keys = await agents.IssueRoleAsync(context.Caller, request.Fingerprint!, cancellationToken);
        return new RequestManagedInstanceRoleTokenResponse(
            keys.AccessKeyId, keys.SecretAccessKey, keys.SessionToken, keys.Expires, UpdateKeyPair: false);
    }
}

[JsonSerializable(typeof(RequestManagedInstanceRoleTokenResponse))]
internal sealed partial class RequestManagedInstanceRoleTokenJson : JsonSerializerContext;
