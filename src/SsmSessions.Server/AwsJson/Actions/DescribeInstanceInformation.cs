using System.Text.Json.Serialization;
using FluentValidation;
using SsmSessions.Core;
using SsmSessions.Core.Nodes;
using SsmSessions.Core.Sessions;
using SsmSessions.Server.AwsJson.Validation;

namespace SsmSessions.Server.AwsJson.Actions;

internal static class DescribeInstanceInformation
{
    public static SsmAction Action { get; } =
        SsmAction.Of<DescribeInstanceInformationHandler, DescribeInstanceInformationRequest, DescribeInstanceInformationResponse>(
            "DescribeInstanceInformation",
            members => new DescribeInstanceInformationRequest(
                members.Structures(
                    "InstanceInformationFilterList",
                    filter => new InstanceInformationFilter(filter.String("key"), filter.Strings("valueSet"))),
                members.Structures(
                    "Filters",
                    filter => new InstanceInformationStringFilter(filter.String("Key"), filter.Strings("Values"))),
                members.Integer("MaxResults"),
                members.String("NextToken")),
            () => new DescribeInstanceInformationValidator(),
            DescribeInstanceInformationJson.Default.DescribeInstanceInformationResponse);
}

internal sealed record DescribeInstanceInformationRequest(
    IReadOnlyList<InstanceInformationFilter>? InstanceInformationFilterList,
    IReadOnlyList<InstanceInformationStringFilter>? Filters,
    long? MaxResults,
    string? NextToken);

/// <summary>The older form of filter, whose members are lower-case on the wire.</summary>
internal sealed record InstanceInformationFilter(string? Key, IReadOnlyList<string>? ValueSet)
{
    public override string ToString() => WirePrint.Structure("InstanceInformationFilter", ("key", Key), ("valueSet", ValueSet));
}

internal sealed record InstanceInformationStringFilter(string? Key, IReadOnlyList<string>? Values)
{
    public override string ToString() => WirePrint.Structure("InstanceInformationStringFilter", ("key", Key), ("values", Values));
}

internal sealed record DescribeInstanceInformationResponse(IReadOnlyList<NodeMember> InstanceInformationList, string? NextToken);

internal sealed class DescribeInstanceInformationValidator : AbstractValidator<DescribeInstanceInformationRequest>
{
    public DescribeInstanceInformationValidator()
    {
        RuleForEach(r => r.InstanceInformationFilterList).SetValidator(new FilterValidator());
        RuleForEach(r => r.Filters).SetValidator(new StringFilterValidator());
        RuleFor(r => r.MaxResults).Range(5, 50);
    }

    private sealed class FilterValidator : AbstractValidator<InstanceInformationFilter>
    {
        public FilterValidator()
        {
            RuleFor(f => f.Key).Required().OneOf(NodeEnums.InformationFilterKey);
            RuleFor(f => f.ValueSet).Required().Count(1, 100).EachText(1, max: null);
        }
    }

    private sealed class StringFilterValidator : AbstractValidator<InstanceInformationStringFilter>
    {
        public StringFilterValidator()
        {
            RuleFor(f => f.Key).Required().Text(1, max: null);
            RuleFor(f => f.Values).Required().Count(1, 100).EachText(1, max: null);
        }
    }
}

/// <summary>
/// Lists the nodes of the caller's account and region (spec/ssm-control-plane.md §7.1): those that registered or pinged, and those
/// that hosts carry. Decided here: in the order of their ids; filters are applied before the page is cut.
/// </summary>
internal sealed class DescribeInstanceInformationHandler(NodeDirectory nodes, PageTokens tokens)
    : IActionHandler<DescribeInstanceInformationRequest, DescribeInstanceInformationResponse>
{
    private const int DefaultPage = 10;

    public async Task<DescribeInstanceInformationResponse> HandleAsync(
        DescribeInstanceInformationRequest request, ActionContext context, CancellationToken cancellationToken)
    {
        var members = MembersOf(request);
        var filter = NodeFilters.OfInformation(members);
        var binding = ListBinding.Of("DescribeInstanceInformation", context.Tenant, members.Select(member => (member.Key, member.Values)));
        var after = request.NextToken is { } token ? tokens.Read(binding, token) : null;

        var page = await nodes.ListAsync(context.Tenant, filter, after, (int)(request.MaxResults ?? DefaultPage), cancellationToken);
        return new DescribeInstanceInformationResponse(
            [.. page.Nodes.Select(NodeMember.Of)], page.Next is { } next ? tokens.Create(binding, next) : null);
    }

    private static NodeFilterMember[] MembersOf(DescribeInstanceInformationRequest request)
    {
        var older = (request.InstanceInformationFilterList ?? []).Select(filter => new NodeFilterMember(filter.Key!, filter.ValueSet!)).ToArray();
        var newer = (request.Filters ?? []).Select(filter => new NodeFilterMember(filter.Key!, filter.Values!)).ToArray();
        return older.Length == 0 || newer.Length == 0
            ? [.. older, .. newer]
            : throw new RefusedException(Refusal.Validation, "Filters and InstanceInformationFilterList cannot be used together.");
    }
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DescribeInstanceInformationResponse))]
internal sealed partial class DescribeInstanceInformationJson : JsonSerializerContext;
