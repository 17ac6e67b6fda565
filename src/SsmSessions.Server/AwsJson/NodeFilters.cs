using SsmSessions.Core;
using SsmSessions.Core.Nodes;
using SsmSessions.Server.AwsJson.Validation;

namespace SsmSessions.Server.AwsJson;

/// <summary>One filter of a node list, from whichever of the request's lists.</summary>
internal sealed record NodeFilterMember(string Key, IReadOnlyList<string> Values, string Operator = "Equal");

/// <summary>The filters of DescribeInstanceInformation and DescribeInstanceProperties (spec/ssm-control-plane.md §7).</summary>
internal static class NodeFilters
{
    private const string TagPrefix = "tag:";

    /// <summary>The filters of DescribeInstanceInformation.</summary>
    /// <exception cref="RefusedException">InvalidFilterKey, InvalidInstanceId, InvalidInstanceInformationFilterValue; Validation:
    /// filters by tags beside others.</exception>
    public static NodeFilter OfInformation(IReadOnlyList<NodeFilterMember> filters)
    {
        var conditions = filters.Select(filter => ConditionOf(filter, Refusal.InvalidInstanceInformationFilterValue)).ToArray();
        if (conditions.Any(condition => condition.Property == NodeProperty.DocumentName))
            throw new RefusedException(Refusal.InvalidFilterKey, message: null);
        var ofTags = filters.Count(filter => IsAboutTags(filter.Key));
        return ofTags == 0 || ofTags == filters.Count
            ? new NodeFilter(conditions)
            : throw new RefusedException(Refusal.Validation, "Tag filters cannot be combined with other filters.");
    }

    /// <summary>The filters of DescribeInstanceProperties.</summary>
    /// <exception cref="RefusedException">InvalidFilterKey, InvalidInstanceId, InvalidActivationId, InvalidInstancePropertyFilterValue.</exception>
    public static NodeFilter OfProperties(IReadOnlyList<NodeFilterMember> filters)
    {
        foreach (var filter in filters.Where(filter => filter is { Key: "ActivationIds", Operator: "Equal" or "NotEqual" }))
        {
            if (filter.Values.FirstOrDefault(value => !Patterns.ActivationId.Regex.IsMatch(value)) is { } malformed)
                throw new RefusedException(Refusal.InvalidActivationId, $"The activation id {WirePrint.Value(malformed)} is not valid.");
        }

        return new NodeFilter([.. filters.Select(filter => ConditionOf(filter, Refusal.InvalidInstancePropertyFilterValue))]);
    }

    private static bool IsAboutTags(string key) => key == "tag-key" || key.StartsWith(TagPrefix, StringComparison.Ordinal);

    private static NodeCondition ConditionOf(NodeFilterMember filter, Refusal invalidValue)
    {
        var property = PropertyOf(filter.Key);
        if (filter.Operator is "Equal" or "NotEqual")
            RequireValues(filter, property, invalidValue);
        return new NodeCondition(property, Enum.Parse<NodeOperator>(filter.Operator), filter.Values)
        {
            TagKey = property == NodeProperty.TagValue ? filter.Key[TagPrefix.Length..] : null,
        };
    }

    private static NodeProperty PropertyOf(string key) => key switch
    {
        "InstanceIds" => NodeProperty.InstanceId,
        "AgentVersion" => NodeProperty.AgentVersion,
        "PingStatus" => NodeProperty.PingStatus,
        "PlatformTypes" => NodeProperty.PlatformType,
        "ActivationIds" => NodeProperty.ActivationId,
        "IamRole" => NodeProperty.IamRole,
        "ResourceType" => NodeProperty.ResourceType,
        "AssociationStatus" => NodeProperty.AssociationStatus,
        "DocumentName" => NodeProperty.DocumentName,
        "SourceIds" => NodeProperty.SourceId,
        "SourceTypes" => NodeProperty.SourceType,
        "tag-key" => NodeProperty.TagKey,
        _ when key.StartsWith(TagPrefix, StringComparison.Ordinal) => NodeProperty.TagValue,
        _ => throw new RefusedException(Refusal.InvalidFilterKey, message: null),
    };

    private static void RequireValues(NodeFilterMember filter, NodeProperty property, Refusal invalidValue)
    {
        switch (property)
        {
            case NodeProperty.InstanceId:
                if (filter.Values.FirstOrDefault(value => !Patterns.InstanceId.Regex.IsMatch(value)) is { } malformed)
                    throw new RefusedException(Refusal.InvalidInstanceId, $"The instance id {WirePrint.Value(malformed)} is not valid.");
                break;
            case NodeProperty.ResourceType:
                if (filter.Values.Count > 1)
                    throw new RefusedException(invalidValue, "ResourceType filter may contain only one value.");
                RequireOneOf(NodeEnums.ResourceType);
                break;
            case NodeProperty.PingStatus:
                RequireOneOf(NodeEnums.PingStatus);
                break;
            case NodeProperty.PlatformType:
                RequireOneOf(NodeEnums.PlatformType);
                break;
            case NodeProperty.SourceType:
                RequireOneOf(NodeEnums.SourceType);
                break;
        }

        void RequireOneOf(string[] names)
        {
            if (filter.Values.Any(value => !names.Contains(value, StringComparer.Ordinal)))
                throw new RefusedException(invalidValue, $"{filter.Key} filter is invalid, valid values are {string.Join(", ", names)}");
        }
    }
}
