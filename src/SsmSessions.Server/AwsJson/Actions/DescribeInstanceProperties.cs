using System.Text.Json.Serialization;
using FluentValidation;
using SsmSessions.Core.Nodes;
using SsmSessions.Core.Sessions;
using SsmSessions.Server.AwsJson.Validation;

namespace SsmSessions.Server.AwsJson.Actions;

internal static class DescribeInstanceProperties
{
    public static SsmAction Action { get; } =
        SsmAction.Of<DescribeInstancePropertiesHandler, DescribeInstancePropertiesRequest, DescribeInstancePropertiesResponse>(
            "DescribeInstanceProperties",
            members => new DescribeInstancePropertiesRequest(
                members.Structures(
                    "InstancePropertyFilterList",
                    filter => new InstancePropertyFilter(filter.String("key"), filter.Strings("valueSet"))),
                members.Structures(
                    "FiltersWithOperator",
                    filter => new InstancePropertyStringFilter(filter.String("Key"), filter.Strings("Values"), filter.String("Operator"))),
                members.Integer("MaxResults"),
                members.String("NextToken")),
            () => new DescribeInstancePropertiesValidator(),
            DescribeInstancePropertiesJson.Default.DescribeInstancePropertiesResponse);
}

internal sealed record DescribeInstancePropertiesRequest(
    IReadOnlyList<InstancePropertyFilter>? InstancePropertyFilterList,
    IReadOnlyList<InstancePropertyStringFilter>? FiltersWithOperator,
    long? MaxResults,
    string? NextToken);

/// <summary>The older form of filter, whose members are lower-case on the wire.</summary>
internal sealed record InstancePropertyFilter(string? Key, IReadOnlyList<string>? ValueSet)
{
    public override string ToString() => WirePrint.Structure("InstancePropertyFilter", ("key", Key), ("valueSet", ValueSet));
}

internal sealed record InstancePropertyStringFilter(string? Key, IReadOnlyList<string>? Values, string? Operator)
{
    public override string ToString() =>
        WirePrint.Structure("InstancePropertyStringFilter", ("key", Key), ("values", Values), ("operator", Operator));
}

internal sealed record DescribeInstancePropertiesResponse(IReadOnlyList<NodeMember> InstanceProperties, string? NextToken);

internal sealed class DescribeInstancePropertiesValidator : AbstractValidator<DescribeInstancePropertiesRequest>
{
    public DescribeInstancePropertiesValidator()
    {
        RuleFor(r => r.InstancePropertyFilterList).Count(1, 40);
        RuleForEach(r => r.InstancePropertyFilterList).SetValidator(new FilterValidator());
        RuleFor(r => r.FiltersWithOperator).Count(1, 40);
        RuleForEach(r => r.FiltersWithOperator).SetValidator(new StringFilterValidator());
        RuleFor(r => r.MaxResults).Range(5, 1_000);
    }

    private sealed class FilterValidator : AbstractValidator<InstancePropertyFilter>
    {
        public FilterValidator()
        {
            RuleFor(f => f.Key).Required().OneOf(NodeEnums.PropertyFilterKey);
            RuleFor(f => f.ValueSet).Required().Count(1, 40);
        }
    }

    private sealed class StringFilterValidator : AbstractValidator<InstancePropertyStringFilter>
    {
        public StringFilterValidator()
        {
            RuleFor(f => f.Key).Required();
            RuleFor(f => f.Values).Required().Count(1, 40).EachText(1, 100_000, Patterns.PropertyText);
            RuleFor(f => f.Operator).OneOf(NodeEnums.PropertyFilterOperator);
        }
    }
}

/// <summary>
/// Lists nodes as DescribeInstanceInformation does, with filters that compare (spec/ssm-control-plane.md §7.2). Decided here: 50 a
/// page where nothing is asked for; both lists of filters may be given, and all must hold.
/// </summary>
internal sealed class DescribeInstancePropertiesHandler(NodeDirectory nodes, PageTokens tokens)
    : IActionHandler<DescribeInstancePropertiesRequest, DescribeInstancePropertiesResponse>
{
    private const int DefaultPage = 50;

    public async Task<DescribeInstancePropertiesResponse> HandleAsync(
        DescribeInstancePropertiesRequest request, ActionContext context, CancellationToken cancellationToken)
    {
        NodeFilterMember[] members =
        [
            .. (request.InstancePropertyFilterList ?? []).Select(filter => new NodeFilterMember(filter.Key!, filter.ValueSet!)),
            .. (request.FiltersWithOperator ?? []).Select(filter => new NodeFilterMember(filter.Key!, filter.Values!, filter.Operator ?? "Equal")),
        ];
        var filter = NodeFilters.OfProperties(members);
        var binding = ListBinding.Of(
            "DescribeInstanceProperties", context.Tenant, members.Select(member => ($"{member.Operator} {member.Key}", member.Values)));
        var after = request.NextToken is { } token ? tokens.Read(binding, token) : null;

        var page = await nodes.ListAsync(context.Tenant, filter, after, (int)(request.MaxResults ?? DefaultPage), cancellationToken);
        return new DescribeInstancePropertiesResponse(
            [.. page.Nodes.Select(NodeMember.Of)], page.Next is { } next ? tokens.Create(binding, next) : null);
    }
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DescribeInstancePropertiesResponse))]
internal sealed partial class DescribeInstancePropertiesJson : JsonSerializerContext;
