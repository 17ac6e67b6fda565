using System.Collections.Frozen;
using SsmSessions.Server.AwsJson.Actions;

namespace SsmSessions.Server.AwsJson;

/// <summary>Every action this service answers. To add one: write its file in Actions/, then name it here.</summary>
internal static class SsmActions
{
    public static FrozenDictionary<string, SsmAction> All { get; } = Index(
        AddTagsToResource.Action,
        CreateActivation.Action,
        DeleteActivation.Action,
        DeregisterManagedInstance.Action,
        DescribeActivations.Action,
        DescribeInstanceInformation.Action,
        DescribeInstanceProperties.Action,
        DescribeSessions.Action,
        GetAccessToken.Action,
        GetConnectionStatus.Action,
        GetServiceSetting.Action,
        ListTagsForResource.Action,
        RegisterManagedInstance.Action,
        RemoveTagsFromResource.Action,
        RequestManagedInstanceRoleToken.Action,
        ResetServiceSetting.Action,
        ResumeSession.Action,
        StartAccessRequest.Action,
        StartSession.Action,
        TerminateSession.Action,
        UpdateInstanceInformation.Action,
        UpdateManagedInstancePublicKey.Action,
        UpdateManagedInstanceRole.Action,
        UpdateServiceSetting.Action);

    private static FrozenDictionary<string, SsmAction> Index(params ReadOnlySpan<SsmAction> actions)
    {
        var index = new Dictionary<string, SsmAction>(StringComparer.Ordinal);
        foreach (var action in actions)
            index.Add(action.Name, action);
        return index.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
