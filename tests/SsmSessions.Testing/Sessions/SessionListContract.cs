using System.Text.Json;
using SsmSessions.Core.Sessions;
using SsmSessions.Core.Store;

namespace SsmSessions.Testing.Sessions;

/// <summary>What DescribeSessions promises, over HTTP, whatever engine keeps the sessions. Each engine subclasses this.</summary>
public abstract partial class SessionListContract : IAsyncLifetime
{
    private TestServer? _server;

    /// <summary>The service's time; signatures and heartbeats run on real time.</summary>
    protected ManualTimeProvider Clock { get; } = new();

    /// <summary>The server under test, without sessions.</summary>
    protected TestServer Server => _server ?? throw new InvalidOperationException("The server is not started.");

    /// <summary>How many random cases a property is tried with.</summary>
    protected virtual int Cases => 100;

    /// <summary>A table that is not open yet: at every call with the data of the call before.</summary>
    protected abstract Task<ITable> NewTableAsync();

    /// <inheritdoc/>
    public async ValueTask InitializeAsync() => _server = await StartServerAsync("host-1");

    /// <inheritdoc/>
    public virtual async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>A server on the same data.</summary>
    protected async Task<TestServer> StartServerAsync(string hostName) =>
        await TestServer.StartAsync(Clock, await NewTableAsync(), options => options.HostName = hostName);

    /// <summary>Ends the server and starts another one on the same data.</summary>
    protected async Task RestartAsync()
    {
        await Server.DisposeAsync();
        _server = await StartServerAsync("host-1");
    }

    /// <summary>One page: the ids in their order, and the token of the next one.</summary>
    protected async Task<(IReadOnlyList<string> Ids, string? NextToken)> ListPageAsync(
        SessionQuery query, string? token = null, TestServer? server = null)
    {
        var (status, body) = await (server ?? Server).CallAsync("DescribeSessions", query.ToJson(token), query.Account, query.Region);
        Assert.True((int)status == 200, body);
        using var page = JsonDocument.Parse(body);
        var ids = page.RootElement.GetProperty("Sessions").EnumerateArray().Select(s => s.GetProperty("SessionId").GetString()!).ToArray();
        return (ids, page.RootElement.TryGetProperty("NextToken", out var next) ? next.GetString() : null);
    }

    /// <summary>Every page, to the one without a token.</summary>
    protected async Task<IReadOnlyList<IReadOnlyList<string>>> ListPagesAsync(SessionQuery query)
    {
        var pages = new List<IReadOnlyList<string>>();
        string? token = null;
        do
        {
            (var ids, token) = await ListPageAsync(query, token);
            pages.Add(ids);
        }
        while (token is not null);
        return pages;
    }

    /// <summary>The ids of all pages.</summary>
    protected async Task<IReadOnlyList<string>> ListAllAsync(SessionQuery query) => [.. (await ListPagesAsync(query)).SelectMany(page => page)];

    private Task TerminateAsync(string id) => Server.CallAsync("TerminateSession", $$"""{"SessionId":"{{id}}"}""");

    /// <summary>Active sessions of the user <c>test</c>, an hour apart, the last one an hour ago.</summary>
    private IReadOnlyList<Session> Hourly(int count) =>
    [
        .. Enumerable.Range(1, count).Select(i => TestServerSessions.NewSession($"s-{i:D4}", Clock.GetUtcNow().AddHours(i - count - 1))),
    ];
}

/// <summary>What also holds where the data outlives the server.</summary>
public abstract class DurableSessionListContract : SessionListContract
{
    [Fact]
    public async Task A_token_survives_a_restart()
    {
        var sessions = Enumerable.Range(1, 30).Select(i => TestServerSessions.NewSession($"s-{i:D2}", Clock.GetUtcNow().AddMinutes(-i))).ToArray();
        await Server.InjectAsync(sessions);
        var query = new SessionQuery(SessionState.Active) { MaxResults = 7 };
        var seen = new List<string>();
        string? token = null;
        do
        {
            (var ids, token) = await ListPageAsync(query, token);
            seen.AddRange(ids);
            await RestartAsync();
        }
        while (token is not null);

        Assert.Equal(sessions.Select(s => s.Id), seen);
    }
}

/// <summary>What also holds where several servers have the data at once.</summary>
public abstract class SharedSessionListContract : DurableSessionListContract
{
    [Fact]
    public async Task A_token_works_on_another_host()
    {
        await Server.InjectAsync(Enumerable.Range(1, 30).Select(i => TestServerSessions.NewSession($"s-{i:D2}", Clock.GetUtcNow().AddMinutes(-i))));
        await using var other = await StartServerAsync("host-2");
        var query = new SessionQuery(SessionState.Active) { MaxResults = 7 };
        var seen = new List<string>();
        string? token = null;
        do
        {
            (var ids, token) = await ListPageAsync(query, token, seen.Count % 2 == 0 ? Server : other);
            seen.AddRange(ids);
        }
        while (token is not null);

        Assert.Equal(Enumerable.Range(1, 30).Select(i => $"s-{i:D2}"), seen);
    }
}

/// <summary>A call of DescribeSessions.</summary>
/// <param name="State">Which list.</param>
/// <param name="Filters">Keys and values, in order.</param>
public sealed record SessionQuery(SessionState State, params IReadOnlyList<(string Key, string Value)> Filters)
{
    /// <summary>The size of a page, or null for the default.</summary>
    public int? MaxResults { get; init; }

    /// <summary>The key id of the caller: <c>test</c>, or an account.</summary>
    public string Account { get; init; } = "test";

    /// <summary>The caller's region.</summary>
    public string Region { get; init; } = "us-east-1";

    /// <summary>The body of the request.</summary>
    public string ToJson(string? token = null)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString(nameof(State), State.Name());
            if (MaxResults is { } max)
                json.WriteNumber(nameof(MaxResults), max);
            if (token is not null)
                json.WriteString("NextToken", token);
            if (Filters.Count > 0)
            {
                json.WriteStartArray(nameof(Filters));
                foreach (var (key, value) in Filters)
                {
                    json.WriteStartObject();
                    json.WriteString("key", key);
                    json.WriteString("value", value);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>What the whole list has to be: filtered and sorted one by one, without any index.</summary>
    public IReadOnlyList<string> Expected(IEnumerable<Session> sessions) =>
    [
        .. sessions.Where(session => session.State == State && Filters.All(filter => Holds(filter.Key, filter.Value, session)))
            .OrderByDescending(session => session.StartDate)
            .ThenByDescending(session => session.Id, StringComparer.Ordinal)
            .Select(session => session.Id),
    ];

    /// <inheritdoc/>
    public override string ToString() => $"{ToJson()} by {Account} in {Region}";

    private static bool Holds(string key, string value, Session session) => key switch
    {
        "InvokedAfter" => session.StartDate >= DateTimeOffset.Parse(value, System.Globalization.CultureInfo.InvariantCulture),
        "InvokedBefore" => session.StartDate < DateTimeOffset.Parse(value, System.Globalization.CultureInfo.InvariantCulture),
        "Target" => session.Target == value,
        "Owner" => session.Owner == value,
        "Status" => session.Status.ToString() == value,
        "SessionId" => session.Id == value,
        "AccessType" => session.AccessType.ToString() == value,
        _ => throw new ArgumentOutOfRangeException(nameof(key), key, message: null),
    };
}
