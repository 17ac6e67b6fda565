using System.Text.Json.Serialization;
using FluentValidation;
using Microsoft.Extensions.Options;
using SsmSessions.Core.Access;
using SsmSessions.Core.Identity;
using SsmSessions.Server.AwsJson.Validation;

namespace SsmSessions.Server.AwsJson.Actions;

internal static class GetAccessToken
{
    public static SsmAction Action { get; } = SsmAction.Of<GetAccessTokenHandler, GetAccessTokenRequest, GetAccessTokenResponse>(
        "GetAccessToken",
        members => new GetAccessTokenRequest(members.String("AccessRequestId")),
        () => new GetAccessTokenValidator(),
        GetAccessTokenJson.Default.GetAccessTokenResponse);
}

internal sealed record GetAccessTokenRequest(string? AccessRequestId);

internal sealed record GetAccessTokenResponse(string AccessRequestStatus, AccessCredentials? Credentials);

/// <summary>Credentials of the model.</summary>
internal sealed record AccessCredentials(string AccessKeyId, AwsTimestamp ExpirationTime, string SecretAccessKey, string SessionToken)
{
    public static AccessCredentials Of(IssuedKeys keys) => new(keys.AccessKeyId, keys.Expires, keys.SecretAccessKey, keys.SessionToken);
}

internal sealed class GetAccessTokenValidator : AbstractValidator<GetAccessTokenRequest>
{
    public GetAccessTokenValidator() => RuleFor(r => r.AccessRequestId).Required().Pattern(Patterns.AccessRequestId);
}

/// <summary>
/// How an access request stands, with credentials once it is approved (spec/ssm-control-plane.md §6.2). They start sessions to its
/// targets and nothing else.
/// </summary>
internal sealed class GetAccessTokenHandler(AccessRequests requests, IOptions<SsmSessionsOptions> options)
    : IActionHandler<GetAccessTokenRequest, GetAccessTokenResponse>
{
    public async Task<GetAccessTokenResponse> HandleAsync(
        GetAccessTokenRequest request, ActionContext context, CancellationToken cancellationToken)
    {
        var (status, keys) = await requests.GetTokenAsync(
            context.Caller, request.AccessRequestId!, options.Value.JustInTime, cancellationToken);
        return new GetAccessTokenResponse(status.ToString(), keys is null ? null : AccessCredentials.Of(keys));
    }
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(GetAccessTokenResponse))]
internal sealed partial class GetAccessTokenJson : JsonSerializerContext;
