using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using FluentValidation;
using SsmSessions.Core;
using SsmSessions.Core.Identity;
using SsmSessions.Core.Sessions;
using SsmSessions.Server.AwsJson.Validation;

namespace SsmSessions.Server.AwsJson.Actions;

internal static class DescribeSessions
{
    public static SsmAction Action { get; } =
        SsmAction.Of<DescribeSessionsHandler, DescribeSessionsRequest, DescribeSessionsResponse>(
            "DescribeSessions",
            members => new DescribeSessionsRequest(
                members.String("State"),
                members.Integer("MaxResults"),
                members.String("NextToken"),
                members.Structures("Filters", filter => new SessionFilterMember(filter.String("key"), filter.String("value")))),
            () => new DescribeSessionsValidator(),
            (writer, answer) => answer.Write(writer));
}

internal sealed record DescribeSessionsRequest(
    string? State, long? MaxResults, string? NextToken, IReadOnlyList<SessionFilterMember>? Filters);

/// <summary>SessionFilter of the model: the only structure here whose members are lower-case on the wire.</summary>
internal sealed record SessionFilterMember(string? Key, string? Value)
{
    public override string ToString() => WirePrint.Structure("SessionFilter", ("key", Key), ("value", Value));
}

internal sealed class DescribeSessionsValidator : AbstractValidator<DescribeSessionsRequest>
{
    public DescribeSessionsValidator()
    {
        RuleFor(r => r.State).Required().OneOf(["Active", "History"]);
        RuleFor(r => r.MaxResults).Range(1, 200);
        RuleFor(r => r.Filters).Count(1, 6);
        RuleForEach(r => r.Filters).SetValidator(new SessionFilterValidator());
    }

    private sealed class SessionFilterValidator : AbstractValidator<SessionFilterMember>
    {
        public SessionFilterValidator()
        {
            RuleFor(f => f.Key).Required()
                .OneOf(["InvokedAfter", "InvokedBefore", "Target", "Owner", "Status", "SessionId", "AccessType"]);
            RuleFor(f => f.Value).Required().Text(1, 400);
        }
    }
}

/// <summary>A page of sessions. Written by itself: each session's JSON is kept as long as the session is the same.</summary>
internal sealed record DescribeSessionsResponse(IReadOnlyList<Session> Sessions, string? NextToken)
{
    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        if (NextToken is not null)
            writer.WriteString("NextToken"u8, NextToken);
        writer.WriteStartArray("Sessions"u8);
        foreach (var session in Sessions)
            writer.WriteRawValue(session.Render(SessionMember.Render), skipInputValidation: true);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}

/// <summary>
/// Lists the sessions of the caller's account and region, newest first (spec/ssm-control-plane.md §4.1). Decided here: 200 a page
/// where nothing is asked for; several filters must all hold; a Status of the other State matches nothing.
/// </summary>
internal sealed class DescribeSessionsHandler(SessionRepository sessions, OverdueSessions overdue, PageTokens tokens)
    : IActionHandler<DescribeSessionsRequest, DescribeSessionsResponse>
{
    private const int DefaultPage = 200;

    public async Task<DescribeSessionsResponse> HandleAsync(
        DescribeSessionsRequest request, ActionContext context, CancellationToken cancellationToken)
    {
        var state = request.State == "Active" ? SessionState.Active : SessionState.History;
        var filter = FilterOf(request.Filters ?? []);
        var binding = Binding(context.Tenant, request);
        SessionPosition? after = request.NextToken is { } token ? SessionPosition.Parse(tokens.Read(binding, token)) : null;

        await overdue.EndAsync(context.Tenant, cancellationToken);
        var page = await sessions.ListAsync(
            context.Tenant, state, filter, after, (int)(request.MaxResults ?? DefaultPage), cancellationToken);
        return new DescribeSessionsResponse(
            page.Sessions,
            page.Next is { } next ? tokens.Create(binding, next.ToString()) : null);
    }

    /// <summary>What a token belongs to: the same request but for its page.</summary>
    private static string Binding(Tenant tenant, DescribeSessionsRequest request) => ListBinding.Of(
        request.State == "Active" ? "DescribeSessions\nActive" : "DescribeSessions\nHistory",
        tenant,
        request.Filters is { } filters ? filters.Select(filter => (filter.Key!, (IReadOnlyList<string>)[filter.Value!])) : []);

    private static SessionFilter FilterOf(IReadOnlyList<SessionFilterMember> members)
    {
        var filter = new SessionFilter();
        foreach (var member in members)
            Add(filter, member.Key!, member.Value!);
        return filter;
    }

    private static void Add(SessionFilter filter, string key, string value)
    {
        switch (key)
        {
            case "SessionId":
                filter.WhereSessionId(value);
                break;
            case "Target":
                filter.WhereTarget(value);
                break;
            case "Owner":
                filter.WhereOwner(value);
                break;
            case "Status":
                filter.WhereStatus(NameOf<SessionStatus>(value));
                break;
            case "AccessType":
                filter.WhereAccessType(NameOf<AccessType>(value));
                break;
            case "InvokedAfter":
                filter.WhereStartedFrom(FilterTimestamp.Parse(key, value));
                break;
            case "InvokedBefore":
                filter.WhereStartedBefore(FilterTimestamp.Parse(key, value));
                break;
            default:
                throw new RefusedException(Refusal.InvalidFilterKey, message: null);
        }
    }

    private static T? NameOf<T>(string value)
        where T : struct, Enum =>
        Enum.GetNames<T>().Contains(value, StringComparer.Ordinal) ? Enum.Parse<T>(value) : null;
}

/// <summary>A session as DescribeSessions shows it (spec/ssm-control-plane.md §4.1.3).</summary>
internal sealed record SessionMember(
    string AccessType,
    string? Details,
    string? DocumentName,
    AwsTimestamp? EndDate,
    string? MaxSessionDuration,
    SessionOutputUrl OutputUrl,
    string Owner,
    string? Reason,
    string SessionId,
    AwsTimestamp StartDate,
    string Status,
    string Target)
{
    public static byte[] Render(Session session)
    {
        using var answer = AwsJsonAnswer.Begin();
        JsonSerializer.Serialize(answer.Writer, Of(session), DescribeSessionsJson.Default.SessionMember);
        return answer.ToArray();
    }

    private static SessionMember Of(Session session)
    {
        // Active sessions were recorded with empty texts, ended ones without.
        var absent = session.State == SessionState.Active ? "" : null;
        return new SessionMember(
            session.AccessType.Name(),
            session.Details ?? absent,
            session.DocumentName,
            session.EndDate is { } end ? (AwsTimestamp)end : null,
            session.MaxSessionDuration is { } max ? ((int)max.TotalMinutes).ToString(CultureInfo.InvariantCulture) : null,
            new SessionOutputUrl(session.CloudWatchOutputUrl ?? absent, session.S3OutputUrl ?? absent),
            session.Owner,
            session.Reason,
            session.Id,
            session.StartDate,
            session.Status.Name(),
            session.Target);
    }
}

internal sealed record SessionOutputUrl(string? CloudWatchOutputUrl, string? S3OutputUrl);

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SessionMember))]
internal sealed partial class DescribeSessionsJson : JsonSerializerContext;
