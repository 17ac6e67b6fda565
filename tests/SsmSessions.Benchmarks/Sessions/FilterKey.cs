using System.Globalization;
using SsmSessions.Core.Sessions;

namespace SsmSessions.Benchmarks.Sessions;

/// <summary>A list with one filter key, or none, and a value of it for each number: other values each time, dates anywhere in the list.</summary>
/// <param name="Name">The key on the wire.</param>
/// <param name="State">The list to ask for.</param>
/// <param name="Value">The value on the wire, or null without filter.</param>
/// <param name="Add">Adds the same condition to a filter.</param>
internal sealed record FilterKey(
    string Name,
    Func<int, SessionState> State,
    Func<SampleSessions, int, string?> Value,
    Action<SessionFilter, string> Add)
{
    /// <summary>All keys, and none.</summary>
    public static IReadOnlyList<FilterKey> All { get; } =
    [
        Of("no filter", (_, _) => null, (_, _) => { }),
        new(
            "SessionId",
            number => number % 10 == 0 ? SessionState.Active : SessionState.History,
            (_, number) => SampleSessions.Id(number),
            (filter, value) => filter.WhereSessionId(value)),
        Of("Target", (_, number) => SampleSessions.Target(number), (filter, value) => filter.WhereTarget(value)),
        Of("Owner", (_, number) => SampleSessions.Owner(number), (filter, value) => filter.WhereOwner(value)),
        Of(
            "Status",
            (_, number) => number % 2 == 0 ? "Terminated" : "Failed",
            (filter, value) => filter.WhereStatus(Enum.Parse<SessionStatus>(value))),
        Of(
            "AccessType",
            (_, number) => number % 2 == 0 ? "Standard" : "JustInTime",
            (filter, value) => filter.WhereAccessType(Enum.Parse<AccessType>(value))),
        Of("InvokedAfter", (samples, number) => Date(samples.StartOf(number)), (filter, value) => filter.WhereStartedFrom(Parse(value))),
        Of("InvokedBefore", (samples, number) => Date(samples.StartOf(number)), (filter, value) => filter.WhereStartedBefore(Parse(value))),
    ];

    /// <summary>The body of DescribeSessions that asks for a page.</summary>
    public string Request(SampleSessions samples, int number, int page)
    {
        var filters = Value(samples, number) is { } value ? $$""", "Filters": [{"key": "{{Name}}", "value": "{{value}}"}]""" : "";
        return $$"""{"State": "{{State(number)}}", "MaxResults": {{page}}{{filters}}}""";
    }

    /// <summary>The same as a filter of Core.</summary>
    public SessionFilter Filter(SampleSessions samples, int number)
    {
        var filter = new SessionFilter();
        if (Value(samples, number) is { } value)
            Add(filter, value);
        return filter;
    }

    private static FilterKey Of(string name, Func<SampleSessions, int, string?> value, Action<SessionFilter, string> add) =>
        new(name, _ => SessionState.History, value, add);

    private static string Date(DateTimeOffset date) => date.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    private static DateTimeOffset Parse(string date) => DateTimeOffset.Parse(date, CultureInfo.InvariantCulture);
}
