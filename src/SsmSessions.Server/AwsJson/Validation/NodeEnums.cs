namespace SsmSessions.Server.AwsJson.Validation;

/// <summary>The enums of the model about nodes, their tags and access to them (spec/ssm-control-plane.md §2.4), in the model's order.</summary>
internal static class NodeEnums
{
    public static readonly string[] PingStatus = ["Online", "ConnectionLost", "Inactive"];

    public static readonly string[] PlatformType = ["Windows", "Linux", "MacOS"];

    public static readonly string[] ResourceType = ["EC2Instance", "ManagedInstance"];

    public static readonly string[] SourceType = ["AWS::EC2::Instance", "AWS::IoT::Thing", "AWS::SSM::ManagedInstance"];

    public static readonly string[] InformationFilterKey =
        ["InstanceIds", "AgentVersion", "PingStatus", "PlatformTypes", "ActivationIds", "IamRole", "ResourceType", "AssociationStatus"];

    public static readonly string[] PropertyFilterKey = [.. InformationFilterKey[..4], "DocumentName", .. InformationFilterKey[4..]];

    public static readonly string[] PropertyFilterOperator = ["Equal", "NotEqual", "BeginWith", "LessThan", "GreaterThan"];

    public static readonly string[] ActivationFilterKey = ["ActivationIds", "DefaultInstanceName", "IamRole"];

    public static readonly string[] PublicKeyType = ["Rsa"];

    public static readonly string[] ResourceTypeForTagging =
        ["Document", "ManagedInstance", "MaintenanceWindow", "Parameter", "PatchBaseline", "OpsItem", "OpsMetadata", "Automation", "Association"];
}
