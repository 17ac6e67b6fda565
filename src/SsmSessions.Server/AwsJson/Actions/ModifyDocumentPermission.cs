using FluentValidation;
using SsmSessions.Core.Documents;
using SsmSessions.Server.AwsJson.Validation;

namespace SsmSessions.Server.AwsJson.Actions;

internal static class ModifyDocumentPermission
{
    public static SsmAction Action { get; } =
        SsmAction.Of<ModifyDocumentPermissionHandler, ModifyDocumentPermissionRequest, EmptyResponse>(
            "ModifyDocumentPermission",
            members => new ModifyDocumentPermissionRequest(
                members.String("Name"),
                members.String("PermissionType"),
                members.Strings("AccountIdsToAdd"),
                members.Strings("AccountIdsToRemove"),
                members.String("SharedDocumentVersion")),
            () => new ModifyDocumentPermissionValidator(),
            EmptyResponseJson.Default.EmptyResponse);
}

internal sealed record ModifyDocumentPermissionRequest(
    string? Name,
    string? PermissionType,
    IReadOnlyList<string>? AccountIdsToAdd,
    IReadOnlyList<string>? AccountIdsToRemove,
    string? SharedDocumentVersion);

internal sealed class ModifyDocumentPermissionValidator : AbstractValidator<ModifyDocumentPermissionRequest>
{
    private const int MaxAccounts = 20;

    public ModifyDocumentPermissionValidator()
    {
        RuleFor(r => r.Name).Required().Pattern(Patterns.DocumentName);
        RuleFor(r => r.PermissionType).Required().OneOf(DocumentConstraints.PermissionTypes);
        RuleFor(r => r.AccountIdsToAdd).Count(min: null, MaxAccounts).EachText(min: null, max: null, Patterns.AccountId);
        RuleFor(r => r.AccountIdsToRemove).Count(min: null, MaxAccounts).EachText(min: null, max: null, Patterns.AccountId);
        RuleFor(r => r.SharedDocumentVersion).Text(min: null, 8).Pattern(Patterns.SharedDocumentVersion);
    }
}

/// <summary>Shares a document with accounts and takes it from others; who is in both lists has it no more.</summary>
internal sealed class ModifyDocumentPermissionHandler(DocumentSharing sharing)
    : IActionHandler<ModifyDocumentPermissionRequest, EmptyResponse>
{
    public async Task<EmptyResponse> HandleAsync(
        ModifyDocumentPermissionRequest request, ActionContext context, CancellationToken cancellationToken)
    {
        await sharing.ChangeAsync(
            context.Tenant,
            request.Name!,
            AccountsOf(request.AccountIdsToAdd),
            AccountsOf(request.AccountIdsToRemove),
            request.SharedDocumentVersion ?? DocumentSharing.DefaultVersion,
            cancellationToken);
        return EmptyResponse.Instance;
    }

    /// <summary>"all" may come in any case.</summary>
    private static IReadOnlyList<string> AccountsOf(IReadOnlyList<string>? ids) => [.. (ids ?? []).Select(id => id.ToLowerInvariant())];
}
