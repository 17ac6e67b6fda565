using FluentValidation;
using SsmSessions.Server.AwsJson.Actions;

namespace SsmSessions.Server.AwsJson.Validation;

/// <summary>The constraints that several document operations share (spec/ssm-control-plane.md §2.4, §10.1).</summary>
internal static class DocumentConstraints
{
    public static IReadOnlyList<string> Types { get; } =
    [
        "Command", "Policy", "Automation", "Session", "Package", "ApplicationConfiguration", "ApplicationConfigurationSchema",
        "DeploymentStrategy", "ChangeCalendar", "Automation.ChangeTemplate", "ProblemAnalysis", "ProblemAnalysisTemplate",
        "CloudFormation", "ConformancePackTemplate", "QuickSetup", "ManualApprovalPolicy", "AutoApprovalPolicy",
    ];

    public static IReadOnlyList<string> Formats { get; } = ["YAML", "JSON", "TEXT"];

    public static IReadOnlyList<string> PermissionTypes { get; } = ["Share"];

    public static IRuleBuilder<T, string?> DocumentDisplayName<T>(this IRuleBuilder<T, string?> rule) =>
        rule.Text(min: null, 1_024).Pattern(Patterns.DisplayName);

    public static IRuleBuilder<T, string?> DocumentTargetType<T>(this IRuleBuilder<T, string?> rule) =>
        rule.Text(min: null, 200).Pattern(Patterns.TargetType);
}

internal sealed class DocumentRequiresValidator : AbstractValidator<DocumentRequiresMember>
{
    public DocumentRequiresValidator()
    {
        RuleFor(r => r.Name).Required().Pattern(Patterns.DocumentArn);
        RuleFor(r => r.Version).Pattern(Patterns.DocumentVersion);
        RuleFor(r => r.RequireType).Text(min: null, 128);
        RuleFor(r => r.VersionName).Pattern(Patterns.DocumentVersionName);
    }
}

internal sealed class AttachmentsSourceValidator : AbstractValidator<AttachmentsSourceMember>
{
    public AttachmentsSourceValidator()
    {
        RuleFor(a => a.Key).OneOf(["SourceUrl", "S3FileUrl", "AttachmentReference"]);
        RuleFor(a => a.Values).Count(1, 1).EachText(1, 1_024);
        RuleFor(a => a.Name).Pattern(Patterns.DocumentName);
    }
}
