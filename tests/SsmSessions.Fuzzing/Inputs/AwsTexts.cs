using SsmSessions.Testing;

namespace SsmSessions.Fuzzing.Inputs;

/// <summary>What members of the API's requests may say.</summary>
internal static class AwsTexts
{
    /// <summary>Texts that reach rules behind the constraints, and texts that trip what is careless.</summary>
    public static readonly string[] Any =
    [
        "My-Document", "SSM-SessionManagerRunShell", "AWS-StartSSHSession", "AWS-StartPortForwardingSession", "AWS-StartInteractiveCommand", "$LATEST", "$DEFAULT", "$ALL", "1",
        "99999999999999999999", TestServer.Node, "mi-0123456789abcdef0", "i-12345678", "ecs:c_1_1", "*", "oi-0123456789ab", "00000000-0000-0000-0000-000000000000",
        "arn:aws:ssm:us-east-1:111122223333:document/My-Document", "arn:aws:ssm:us-east-1::document/AWS-StartSSHSession", "arn:::::", "111122223333", "all",
        "Active", "History", "Connected", "Session", "Command", "JSON", "YAML", "TEXT", "Share", "Document", "ManagedInstance", "EC2Instance", "InstanceIds", "PingStatus",
        "ResourceType", "Online", "Linux", "ActivationIds", "DefaultInstanceName", "IamRole", "Owner", "Self", "Name", "PlatformTypes", "DocumentType", "SourceUrl", "tag:a", "tag-key",
        "Equal", "BeginWith", "LessThan", "GreaterThan", "2026-01-01T00:00:00Z", "9999-12-31T23:59:59.9999999Z", "0001-01-01T00:00:00Z", "aws:reserved", "SSMServiceRole", "service-role/R",
        "/ssm/managed-instance/activation-tier", "advanced", "portNumber", "22", "host", "Rsa", "AAEAAAAA", "{", "a: [", "a: &x [*x]", "- - - -", "!!binary x",
        """{"schemaVersion":"1.0","sessionType":"Standard_Stream","inputs":{"idleSessionTimeout":"5"}}""",
        """{"schemaVersion":"1.0","sessionType":"Port","parameters":{"p":{"type":"String","allowedPattern":"(a+)+$"}},"properties":{"portNumber":"{{ p }}"}}""",
        "schemaVersion: '1.0'\nsessionType: Standard_Stream\n", "InvokedAfter", "InvokedBefore", "Target", "Status", "SessionId", "AccessType", "#", new('x', 70_000),
    ];

    /// <summary>What a member asks for, so that most requests get past their constraints.</summary>
    public static readonly Dictionary<string, string[]> Fitting = new(StringComparer.Ordinal)
    {
        ["State"] = ["Active", "History"],
        ["Target"] = [TestServer.Node, "i-12345678", "mi-0123456789abcdef0", "ecs:c_1_1"],
        ["SessionId"] = ["test-1", "test-2"],
        ["Name"] = ["My-Document", "My-Document-2", "SSM-SessionManagerRunShell", "AWS-StartSSHSession"],
        ["DocumentName"] = ["My-Document", "AWS-StartSSHSession", "AWS-StartPortForwardingSession", "arn:aws:ssm:us-east-1::document/AWS-StartSSHSession"],
        ["DocumentVersion"] = ["$LATEST", "$DEFAULT", "1", "2", "99999999999999999999"],
        ["VersionName"] = ["v1", "v2"],
        ["DocumentType"] = ["Session", "Command"],
        ["DocumentFormat"] = ["JSON", "YAML", "TEXT"],
        ["Content"] = [.. Any.Where(text => text.Length > 1 && text.AsSpan().IndexOfAny('{', ':') >= 0)],
        ["TargetType"] = ["/AWS::EC2::Instance"],
        ["DisplayName"] = ["name"],
        ["PermissionType"] = ["Share"],
        ["SharedDocumentVersion"] = ["$ALL", "1"],
        ["ResourceType"] = ["Document", "ManagedInstance"],
        ["ResourceId"] = ["My-Document", "mi-0123456789abcdef0"],
        ["InstanceId"] = ["mi-0123456789abcdef0", TestServer.Node],
        ["ActivationId"] = ["00000000-0000-0000-0000-000000000000"],
        ["AccessRequestId"] = ["oi-0123456789ab"],
        ["SettingId"] = ["/ssm/managed-instance/activation-tier", "/ssm/opsinsights/opscenter", "arn:aws:ssm:us-east-1:000000000000:servicesetting/ssm/opsinsights/opscenter"],
        ["SettingValue"] = ["standard", "advanced", "Enabled"],
        ["NewPublicKeyType"] = ["Rsa"],
        ["PublicKeyType"] = ["Rsa"],
        ["PlatformType"] = ["Linux"],
        ["AgentVersion"] = ["3.3.1.0"],
        ["Operator"] = ["Equal", "NotEqual", "BeginWith", "LessThan"],
        ["FilterKey"] = ["ActivationIds", "DefaultInstanceName", "IamRole"],
        ["Key"] = ["InvokedAfter", "InvokedBefore", "Target", "Owner", "Status", "SessionId", "AccessType", "InstanceIds", "a"],
        ["RequireType"] = ["Requires"],
    };
}
