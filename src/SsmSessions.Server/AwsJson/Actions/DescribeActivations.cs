using System.Text.Json.Serialization;
using FluentValidation;
using SsmSessions.Core;
using SsmSessions.Core.Nodes;
using SsmSessions.Core.Sessions;
using SsmSessions.Server.AwsJson.Validation;

namespace SsmSessions.Server.AwsJson.Actions;

internal static class DescribeActivations
{
    public static SsmAction Action { get; } =
        SsmAction.Of<DescribeActivationsHandler, DescribeActivationsRequest, DescribeActivationsResponse>(
            "DescribeActivations",
            members => new DescribeActivationsRequest(
                members.Structures(
                    "Filters", filter => new DescribeActivationsFilter(filter.String("FilterKey"), filter.Strings("FilterValues"))),
                members.Integer("MaxResults"),
                members.String("NextToken")),
            () => new DescribeActivationsValidator(),
            DescribeActivationsJson.Default.DescribeActivationsResponse);
}

internal sealed record DescribeActivationsRequest(IReadOnlyList<DescribeActivationsFilter>? Filters, long? MaxResults, string? NextToken);

internal sealed record DescribeActivationsFilter(string? FilterKey, IReadOnlyList<string>? FilterValues);

internal sealed record DescribeActivationsResponse(IReadOnlyList<ActivationMember> ActivationList, string? NextToken);

/// <summary>Activation of the model. Its code is never told again.</summary>
internal sealed record ActivationMember(
    string ActivationId,
    AwsTimestamp CreatedDate,
    string? DefaultInstanceName,
    string? Description,
    AwsTimestamp ExpirationDate,
    bool Expired,
    string IamRole,
    int RegistrationLimit,
    int RegistrationsCount,
    IReadOnlyList<TagMember> Tags)
{
    public static ActivationMember Of(Activation activation, DateTimeOffset now) => new(
        activation.Id,
        activation.CreatedDate,
        activation.DefaultInstanceName,
        activation.Description,
        activation.ExpirationDate,
        activation.HasExpired(now),
        activation.IamRole,
        activation.RegistrationLimit,
        activation.RegistrationsCount,
        TagMember.Of(activation.Tags));
}

internal sealed class DescribeActivationsValidator : AbstractValidator<DescribeActivationsRequest>
{
    public DescribeActivationsValidator()
    {
        RuleForEach(r => r.Filters).SetValidator(new FilterValidator());
        RuleFor(r => r.MaxResults).Range(1, 50);
    }

    private sealed class FilterValidator : AbstractValidator<DescribeActivationsFilter>
    {
        public FilterValidator() => RuleFor(f => f.FilterKey).OneOf(NodeEnums.ActivationFilterKey);
    }
}

/// <summary>
/// Lists activations (spec/ssm-control-plane.md §8.2). Decided here: in the order of their ids; 50 a page where nothing is asked
/// for; several filters must all hold.
/// </summary>
internal sealed class DescribeActivationsHandler(Activations activations, PageTokens tokens, TimeProvider time)
    : IActionHandler<DescribeActivationsRequest, DescribeActivationsResponse>
{
    private const int DefaultPage = 50;

    public async Task<DescribeActivationsResponse> HandleAsync(
        DescribeActivationsRequest request, ActionContext context, CancellationToken cancellationToken)
    {
        var filters = (request.Filters ?? []).Select(Require).ToArray();
        var binding = ListBinding.Of("DescribeActivations", context.Tenant, filters);
        var after = request.NextToken is { } token ? tokens.Read(binding, token) : null;
        var filter = new ActivationFilter
        {
            Ids = ValuesOf(filters, "ActivationIds"),
            DefaultInstanceNames = ValuesOf(filters, "DefaultInstanceName"),
            IamRoles = ValuesOf(filters, "IamRole"),
        };

        var page = await activations.ListAsync(context.Tenant, filter, after, (int)(request.MaxResults ?? DefaultPage), cancellationToken);
        var now = time.GetUtcNow();
        return new DescribeActivationsResponse(
            [.. page.Activations.Select(activation => ActivationMember.Of(activation, now))],
            page.Next is { } next ? tokens.Create(binding, next) : null);
    }

    private static (string Key, IReadOnlyList<string> Values) Require(DescribeActivationsFilter filter) =>
        filter is { FilterKey: { } key, FilterValues: { Count: > 0 } values }
            ? (key, values)
            : throw new RefusedException(Refusal.InvalidFilter, "A filter needs a FilterKey and at least one of FilterValues.");

    /// <summary>The values that pass every filter of a key, or null when there is none of it.</summary>
    private static HashSet<string>? ValuesOf((string Key, IReadOnlyList<string> Values)[] filters, string key)
    {
        HashSet<string>? passing = null;
        foreach (var (_, values) in filters.Where(filter => filter.Key == key))
        {
            if (passing is null)
                passing = new HashSet<string>(values, StringComparer.Ordinal);
            else
                passing.IntersectWith(values);
        }

        return passing;
    }
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DescribeActivationsResponse))]
internal sealed partial class DescribeActivationsJson : JsonSerializerContext;
