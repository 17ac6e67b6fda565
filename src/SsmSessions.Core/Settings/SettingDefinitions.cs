namespace SsmSessions.Core.Settings;

/// <summary>A setting of the service.</summary>
/// <param name="Id">Its path.</param>
/// <param name="Default">Its value until it is changed; null where the real one is not known.</param>
/// <param name="Values">What it may be; empty for any text.</param>
internal sealed record SettingDefinition(string Id, string? Default, params IReadOnlyList<string> Values);

/// <summary>Every setting there is (spec/ssm-control-plane.md §13). Only the first three are read by this service; the others are kept.</summary>
internal static class SettingDefinitions
{
    public const string ActivationTier = "/ssm/managed-instance/activation-tier";
    public const string StandardTier = "standard";
    public const string AdvancedTier = "advanced";
    public const string DefaultNodeRole = "/ssm/managed-instance/default-ec2-instance-management-role";
    public const string PublicSharing = "/ssm/documents/console/public-sharing-permission";

    /// <summary>What the default node role is called while there is none.</summary>
    public const string NoRole = "$None";

    /// <summary>An id in old scripts, and the setting that it means.</summary>
    private const string FormerDefaultNodeRole = "/ssm/managed-instance/default-instance-management-role";

    private static readonly SettingDefinition[] All =
    [
        new(ActivationTier, StandardTier, StandardTier, AdvancedTier),
        new(DefaultNodeRole, NoRole),
        new(PublicSharing, "Enable", "Enable", "Disable"),
        new("/ssm/appmanager/appmanager-enabled", Default: null, "True", "False"),
        new("/ssm/automation/customer-script-log-destination", Default: null, "CloudWatch"),
        new("/ssm/automation/customer-script-log-group-name", Default: null),
        new("/ssm/automation/enable-adaptive-concurrency", Default: null),
        new("/ssm/opsinsights/opscenter", Default: null, "Enabled", "Disabled"),
        new("/ssm/parameter-store/default-parameter-tier", "Standard", "Standard", "Advanced", "Intelligent-Tiering"),
        new("/ssm/parameter-store/high-throughput-enabled", "false", "true", "false"),
    ];

    /// <summary>The setting of a path, or null.</summary>
    public static SettingDefinition? Find(string path)
    {
        var id = path == FormerDefaultNodeRole ? DefaultNodeRole : path;
        return Array.Find(All, setting => setting.Id == id);
    }
}
