using System.Text.RegularExpressions;

namespace SsmSessions.Server.AwsJson.Validation;

/// <summary>
/// The patterns of the model: the text as violations print it, and what it means here (spec/ssm-control-plane.md §2.3). The
/// original engine is Java with a full match and ASCII classes, so <c>\w</c> is spelled out and <c>$</c> is <c>\z</c>.
/// </summary>
internal static partial class Patterns
{
    private const int TimeoutMilliseconds = 1_000;
    private const RegexOptions Options = RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;

    public static (string Text, Regex Regex) DocumentName { get; } = (@"^[a-zA-Z0-9_\-.]{3,128}$", DocumentNameRegex());

    public static (string Text, Regex Regex) DocumentArn { get; } = (@"^[a-zA-Z0-9_\-.:/]{3,128}$", DocumentArnRegex());

    public static (string Text, Regex Regex) DocumentVersion { get; } = (@"([$]LATEST|[$]DEFAULT|^[1-9][0-9]*$)", DocumentVersionRegex());

    public static (string Text, Regex Regex) DocumentVersionNumber { get; } = (@"(^[1-9][0-9]*$)", DocumentVersionNumberRegex());

    public static (string Text, Regex Regex) DocumentVersionName { get; } = (@"^[a-zA-Z0-9_\-.]{1,128}$", DocumentVersionNameRegex());

    public static (string Text, Regex Regex) DisplayName { get; } = (@"^[\w\.\-\:\/ ]*$", DisplayNameRegex());

    public static (string Text, Regex Regex) TargetType { get; } = (@"^\/[\w\.\-\:\/]*$", TargetTypeRegex());

    public static (string Text, Regex Regex) Reason { get; } = (@"^.{1,256}$", ReasonRegex());

    public static (string Text, Regex Regex) TargetKey { get; } =
        (@"^[\p{L}\p{Z}\p{N}_.:/=\-@]*$|resource-groups:ResourceTypeFilters|resource-groups:Name", TargetKeyRegex());

    public static (string Text, Regex Regex) TagText { get; } = (@"^([\p{L}\p{Z}\p{N}_.:/=+\-@]*)$", TagTextRegex());

    public static (string Text, Regex Regex) AccessRequestId { get; } = (@"^(oi)-[0-9a-f]{12}$", AccessRequestIdRegex());

    public static (string Text, Regex Regex) ActivationId { get; } =
        (@"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$", ActivationIdRegex());

    public static (string Text, Regex Regex) InstanceId { get; } = (@"(^i-(\w{8}|\w{17})$)|(^mi-\w{17}$)", InstanceIdRegex());

    public static (string Text, Regex Regex) ManagedInstanceId { get; } =
        (@"(^mi-[0-9a-f]{17}$)|(^eks_c:[0-9A-Za-z][A-Za-z0-9\-_]{0,99}_\w{17}$)", ManagedInstanceIdRegex());

    /// <summary>Not in the model: what IAM allows in a role's name and path. An ARN, which is what people mistake it for, has colons.</summary>
    public static (string Text, Regex Regex) IamRole { get; } = (@"[a-zA-Z0-9+=,.@_/-]+", IamRoleRegex());

    public static (string Text, Regex Regex) MetadataText { get; } = (@"^(?!\s*$).+", MetadataTextRegex());

    public static (string Text, Regex Regex) PropertyText { get; } = (@"^.{1,100000}$", PropertyTextRegex());

    public static (string Text, Regex Regex) AccountId { get; } = (@"(?i)all|[0-9]{12}", AccountIdRegex());

    public static (string Text, Regex Regex) SharedDocumentVersion { get; } = (@"([$]LATEST|[$]DEFAULT|[$]ALL)", SharedDocumentVersionRegex());

    [GeneratedRegex(@"\A[a-zA-Z0-9_\-.]{3,128}\z", Options, TimeoutMilliseconds)]
    private static partial Regex DocumentNameRegex();

    [GeneratedRegex(@"\A[a-zA-Z0-9_\-.:/]{3,128}\z", Options, TimeoutMilliseconds)]
    private static partial Regex DocumentArnRegex();

    [GeneratedRegex(@"\A([$]LATEST|[$]DEFAULT|[1-9][0-9]*)\z", Options, TimeoutMilliseconds)]
    private static partial Regex DocumentVersionRegex();

    [GeneratedRegex(@"\A[1-9][0-9]*\z", Options, TimeoutMilliseconds)]
    private static partial Regex DocumentVersionNumberRegex();

    [GeneratedRegex(@"\A[a-zA-Z0-9_\-.]{1,128}\z", Options, TimeoutMilliseconds)]
    private static partial Regex DocumentVersionNameRegex();

    [GeneratedRegex(@"\A[a-zA-Z0-9_.\-:/ ]*\z", Options, TimeoutMilliseconds)]
    private static partial Regex DisplayNameRegex();

    [GeneratedRegex(@"\A/[a-zA-Z0-9_.\-:/]*\z", Options, TimeoutMilliseconds)]
    private static partial Regex TargetTypeRegex();

    [GeneratedRegex(@"\A[^\n\r\u0085\u2028\u2029]{1,256}\z", Options, TimeoutMilliseconds)]
    private static partial Regex ReasonRegex();

    [GeneratedRegex(@"\A([\p{L}\p{Z}\p{N}_.:/=\-@]*|resource-groups:ResourceTypeFilters|resource-groups:Name)\z", Options, TimeoutMilliseconds)]
    private static partial Regex TargetKeyRegex();

    [GeneratedRegex(@"\A[\p{L}\p{Z}\p{N}_.:/=+\-@]*\z", Options, TimeoutMilliseconds)]
    private static partial Regex TagTextRegex();

    [GeneratedRegex(@"\Aoi-[0-9a-f]{12}\z", Options, TimeoutMilliseconds)]
    private static partial Regex AccessRequestIdRegex();

    [GeneratedRegex(@"\A[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\z", Options, TimeoutMilliseconds)]
    private static partial Regex ActivationIdRegex();

    [GeneratedRegex(@"\A(i-([a-zA-Z0-9_]{8}|[a-zA-Z0-9_]{17})|mi-[a-zA-Z0-9_]{17})\z", Options, TimeoutMilliseconds)]
    private static partial Regex InstanceIdRegex();

    [GeneratedRegex(@"\A(mi-[0-9a-f]{17}|eks_c:[0-9A-Za-z][A-Za-z0-9\-_]{0,99}_[a-zA-Z0-9_]{17})\z", Options, TimeoutMilliseconds)]
    private static partial Regex ManagedInstanceIdRegex();

    [GeneratedRegex(@"\A[a-zA-Z0-9+=,.@_/-]+\z", Options, TimeoutMilliseconds)]
    private static partial Regex IamRoleRegex();

    [GeneratedRegex(@"\A(?!\s*\z)[^\n\r\u0085\u2028\u2029]+\z", Options, TimeoutMilliseconds)]
    private static partial Regex MetadataTextRegex();

    [GeneratedRegex(@"\A[^\n\r\u0085\u2028\u2029]{1,100000}\z", Options, TimeoutMilliseconds)]
    private static partial Regex PropertyTextRegex();

    [GeneratedRegex(@"\A((?i:all)|[0-9]{12})\z", Options, TimeoutMilliseconds)]
    private static partial Regex AccountIdRegex();

    [GeneratedRegex(@"\A([$]LATEST|[$]DEFAULT|[$]ALL)\z", Options, TimeoutMilliseconds)]
    private static partial Regex SharedDocumentVersionRegex();
}
