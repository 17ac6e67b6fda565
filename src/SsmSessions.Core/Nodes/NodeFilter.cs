namespace SsmSessions.Core.Nodes;

/// <summary>What a node list can be limited by.</summary>
public enum NodeProperty
{
    /// <summary>The node's id.</summary>
    InstanceId,

    /// <summary>The agent's version; compared number by number.</summary>
    AgentVersion,

    /// <summary>Online or ConnectionLost.</summary>
    PingStatus,

    /// <summary>Windows, Linux or MacOS.</summary>
    PlatformType,

    /// <summary>The activation that registered the node.</summary>
    ActivationId,

    /// <summary>The name of the node's role.</summary>
    IamRole,

    /// <summary>EC2Instance or ManagedInstance.</summary>
    ResourceType,

    /// <summary>The state of State Manager associations. No node has any here.</summary>
    AssociationStatus,

    /// <summary>The document of an association. No node has any here.</summary>
    DocumentName,

    /// <summary>The id of the resource behind the node.</summary>
    SourceId,

    /// <summary>The type of the resource behind the node.</summary>
    SourceType,

    /// <summary>The key of a tag.</summary>
    TagKey,

    /// <summary>The value of the tag that <see cref="NodeCondition.TagKey"/> names.</summary>
    TagValue,
}

/// <summary>How a property is compared with the values of a condition.</summary>
public enum NodeOperator
{
    /// <summary>It is one of them.</summary>
    Equal,

    /// <summary>It is none of them.</summary>
    NotEqual,

    /// <summary>It begins with one of them.</summary>
    BeginWith,

    /// <summary>It is less than one of them.</summary>
    LessThan,

    /// <summary>It is greater than one of them.</summary>
    GreaterThan,
}

/// <summary>One condition on a node.</summary>
/// <param name="Property">What is compared.</param>
/// <param name="Operator">How.</param>
/// <param name="Values">With what.</param>
public sealed record NodeCondition(NodeProperty Property, NodeOperator Operator, IReadOnlyList<string> Values)
{
    /// <summary>The tag whose value is compared, with <see cref="NodeProperty.TagValue"/>.</summary>
    public string? TagKey { get; init; }

    internal bool IsAboutTags => Property is NodeProperty.TagKey or NodeProperty.TagValue;

    internal bool Matches(ListedNode node, IReadOnlyDictionary<string, string> tags)
    {
        var actual = ValuesOf(node, tags);
        return Operator == NodeOperator.NotEqual ? !actual.Any(Values.Contains) : actual.Any(value => Values.Any(asked => Compares(value, asked)));
    }

    private IEnumerable<string> ValuesOf(ListedNode node, IReadOnlyDictionary<string, string> tags) => Property switch
    {
        NodeProperty.InstanceId => [node.Id],
        NodeProperty.AgentVersion => One(node.Node.Report.AgentVersion),
        NodeProperty.PingStatus => [node.PingStatus.ToString()],
        NodeProperty.PlatformType => One(node.Node.Report.PlatformType),
        NodeProperty.ActivationId => One(node.Node.Registration.ActivationId),
        NodeProperty.IamRole => One(node.Node.Registration.IamRole),
        NodeProperty.ResourceType => [node.ResourceType],
        NodeProperty.SourceId => [node.SourceId],
        NodeProperty.SourceType => [node.SourceType],
        NodeProperty.TagKey => tags.Keys,
        NodeProperty.TagValue => One(tags.GetValueOrDefault(TagKey ?? "")),
        _ => [],
    };

    private static IEnumerable<string> One(string? value) => value is null ? [] : [value];

    private bool Compares(string value, string asked) => Operator switch
    {
        NodeOperator.Equal => value == asked,
        NodeOperator.BeginWith => value.StartsWith(asked, StringComparison.Ordinal),
        NodeOperator.LessThan => Order(value, asked) < 0,
        _ => Order(value, asked) > 0,
    };

    private int Order(string value, string asked) =>
        Property == NodeProperty.AgentVersion && Version.TryParse(value, out var version) && Version.TryParse(asked, out var than)
            ? version.CompareTo(than)
            : string.CompareOrdinal(value, asked);
}

/// <summary>Conditions that must all hold.</summary>
public sealed class NodeFilter(IReadOnlyList<NodeCondition> conditions)
{
    /// <summary>The filter that every node passes.</summary>
    public static NodeFilter None { get; } = new([]);

    /// <summary>The only ids that can pass, in order, or null when nothing is said about ids.</summary>
    internal IReadOnlyList<string>? Ids { get; } = conditions
        .Where(condition => condition is { Property: NodeProperty.InstanceId, Operator: NodeOperator.Equal })
        .Select(condition => (IEnumerable<string>)condition.Values)
        .Aggregate((IEnumerable<string>?)null, (ids, values) => ids?.Intersect(values, StringComparer.Ordinal) ?? values)?
        .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();

    internal bool NeedsTags { get; } = conditions.Any(condition => condition.IsAboutTags);

    internal bool Matches(ListedNode node, IReadOnlyDictionary<string, string> tags) =>
        conditions.All(condition => condition.Matches(node, tags));
}
