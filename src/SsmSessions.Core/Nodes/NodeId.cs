using System.Security.Cryptography;
using SsmSessions.Core.Identity;

namespace SsmSessions.Core.Nodes;

/// <summary>The ids of nodes and what follows from their form (spec/ssm-control-plane.md §2.1, §2.2).</summary>
public static class NodeId
{
    private const string HybridPrefix = "mi-";
    private const string EcsPrefix = "ecs:";
    private const int Digits = 17;

    /// <summary>An id for a hybrid node that registers.</summary>
    public static string NewHybrid() => HybridPrefix + RandomNumberGenerator.GetHexString(Digits, lowercase: true);

    /// <summary>Whether a target is a hybrid node, by its prefix.</summary>
    public static bool IsHybrid(string target) => target.StartsWith(HybridPrefix, StringComparison.Ordinal);

    /// <summary>Whether an id has the form of an EC2 node's.</summary>
    public static bool IsEc2(string id) => !IsHybrid(id) && IdentityText.IsNodeId(id);

    /// <summary>Whether an id has one of the two forms.</summary>
    public static bool IsNode(string id) => IdentityText.IsNodeId(id);

    /// <summary>The ARN of a target of sessions.</summary>
    public static string ArnOf(Tenant tenant, string target)
    {
        if (IsHybrid(target))
            return tenant.Arn("ssm", $"managed-instance/{target}");
        if (!target.StartsWith(EcsPrefix, StringComparison.Ordinal))
            return tenant.Arn("ec2", $"instance/{target}");
        // ecs:{cluster}_{task}_{runtime id}: only the cluster's name may hold underscores.
        var runtime = target.LastIndexOf('_');
        var task = runtime < 0 ? -1 : target.LastIndexOf('_', Math.Max(0, runtime - 1));
        return task < 0
            ? tenant.Arn("ecs", $"task/{target[EcsPrefix.Length..]}")
            : tenant.Arn("ecs", $"task/{target[EcsPrefix.Length..task]}/{target[(task + 1)..runtime]}");
    }
}
