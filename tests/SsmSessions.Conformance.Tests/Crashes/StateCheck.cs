using System.Text.Json;
using SsmSessions.Testing;

namespace SsmSessions.Conformance.Tests.Crashes;

/// <summary>Compares the state of the service with what the journal says, while nobody changes it.</summary>
internal sealed class StateCheck(Uri host, Journal journal)
{
    /// <summary>The setting that loads write: any text will do.</summary>
    public const string Setting = "/ssm/automation/customer-script-log-group-name";

    /// <summary>Reads everything. What contradicts the journal becomes a violation; what was uncertain is certain then.</summary>
    public async Task RunAsync()
    {
        using var api = new ApiClient(host);
        await CheckSessionsAsync(api);
        foreach (var (name, register) in journal.Registers)
        {
            var found = await ReadAsync(api, name);
            var expected = register.ToString();
            if (!register.IsFound(found))
                Violate(ViolationKind.Lost, $"{name}: {found ?? "nothing"} instead of {expected}");
        }
    }

    /// <summary>The description in the content of a document that GetDocument answered.</summary>
    public static string? DescriptionOf(Reply reply)
    {
        using var content = JsonDocument.Parse(reply.Json.GetProperty("Content").GetString()!);
        return content.RootElement.GetProperty("description").GetString();
    }

    /// <summary>All sessions of a state with their reasons, newest first, from a page on.</summary>
    /// <param name="api">The service.</param>
    /// <param name="state">Active or History.</param>
    /// <param name="token">Of the page before; null for the first.</param>
    public static async Task<List<(string Id, string? Reason)>> ListAsync(ApiClient api, string state, string? token = null)
    {
        var sessions = new List<(string Id, string? Reason)>();
        do
        {
            var (page, next) = await PageAsync(api, state, 200, token);
            sessions.AddRange(page);
            token = next;
        }
        while (token is not null);
        return sessions;
    }

    /// <summary>A page of them.</summary>
    public static async Task<(List<(string Id, string? Reason)> Sessions, string? Token)> PageAsync(ApiClient api, string state, int most, string? token)
    {
        var next = token is null ? "" : $$""","NextToken":"{{token}}" """;
        var (status, body) = await api.CallAsync("DescribeSessions", $$"""{"State":"{{state}}","MaxResults":{{most}}{{next}}}""");
        Assert.True((int)status == 200, body);
        using var json = JsonDocument.Parse(body);
        var sessions = json.RootElement.GetProperty("Sessions").EnumerateArray().Select(session => (
            session.GetProperty("SessionId").GetString()!,
            session.TryGetProperty("Reason", out var reason) ? reason.GetString() : null)).ToList();
        return (sessions, json.RootElement.TryGetProperty("NextToken", out var more) ? more.GetString() : null);
    }

    private async Task CheckSessionsAsync(ApiClient api)
    {
        var found = new Dictionary<string, bool>(StringComparer.Ordinal);
        foreach (var hasEnded in (bool[])[false, true])
        {
            foreach (var (id, reason) in await ListAsync(api, hasEnded ? "History" : "Active"))
            {
                if (!found.TryAdd(id, hasEnded))
                    Violate(ViolationKind.Twice, $"{id}: {(found[id] == hasEnded ? "twice in a list" : "both Active and in History")}");
                else if (!journal.Sessions.ContainsKey(id) && reason?.StartsWith("run-", StringComparison.Ordinal) == true && !journal.Found(id, reason, hasEnded))
                    Violate(ViolationKind.Phantom, $"{id}: nobody asked for it ({reason}), or it was there already");
            }
        }

        foreach (var (id, session) in journal.Sessions)
            Check(session, found.TryGetValue(id, out var hasEnded) ? hasEnded : null);
    }

    private void Check(KnownSession session, bool? hasEnded)
    {
        if (hasEnded is not { } ended)
            Violate(ViolationKind.Lost, $"{session.Id} is not there");
        else if (ended && !session.MayHaveEnded)
            Violate(ViolationKind.Ended, $"{session.Id} has ended, and nobody ended it");
        else if (!ended && !session.MayBeActive)
            Violate(ViolationKind.Revived, $"{session.Id} is active, and had ended");
        else
            (session.MayBeActive, session.MayHaveEnded) = (!ended, ended);
    }

    private static async Task<string?> ReadAsync(ApiClient api, string register)
    {
        var (kind, name) = (register.Split(' ')[0], register.Split(' ')[^1]);
        var (status, body) = kind switch
        {
            "document" => await api.CallAsync("GetDocument", $$"""{"Name":"{{name}}","DocumentVersion":"$LATEST"}"""),
            "tag" => await api.CallAsync("ListTagsForResource", """{"ResourceType":"Document","ResourceId":"crash-tagged"}"""),
            _ => await api.CallAsync("GetServiceSetting", $$"""{"SettingId":"{{Setting}}"}"""),
        };
        if (kind == "document" && (int)status == 400)
            return null;
        Assert.True((int)status == 200, body);
        using var json = JsonDocument.Parse(body);
        return kind switch
        {
            "document" => DescriptionOf(new Reply(Fate.Done, body)),
            "tag" => json.RootElement.GetProperty("TagList").EnumerateArray()
                .Where(tag => tag.GetProperty("Key").GetString() == name).Select(tag => tag.GetProperty("Value").GetString()).SingleOrDefault(),
            _ => json.RootElement.GetProperty("ServiceSetting").GetProperty("SettingValue").GetString(),
        };
    }

    private void Violate(ViolationKind kind, string what) => journal.Violations.Enqueue(new Violation(kind, what));
}
