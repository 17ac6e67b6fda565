using System.Diagnostics;
using SsmSessions.Testing;
using SsmSessions.Testing.DataChannels;

namespace SsmSessions.Conformance.Tests.Crashes;

/// <summary>What a caller has in its hands when the host is killed: a token of the next page, and a session that it has not connected to yet.</summary>
internal sealed class BeforeKill
{
    private const int PageSize = 7;

    /// <summary>A token lives 2 minutes: on a machine that is too busy for that there is nothing to be seen.</summary>
    private static readonly TimeSpan GoodFor = TimeSpan.FromSeconds(90);

    private readonly HashSet<string> _page;
    private readonly HashSet<string> _others;
    private readonly string? _token;
    private readonly StartedChannel _connecting;
    private readonly long _since = Stopwatch.GetTimestamp();

    private BeforeKill(HashSet<string> page, HashSet<string> others, string? token, StartedChannel connecting)
    {
        _page = page;
        _others = others;
        _token = token;
        _connecting = connecting;
    }

    public static async Task<BeforeKill> ReadAsync(Uri host, Journal journal, string target)
    {
        using var api = new ApiClient(host);
        var (status, body) = await api.CallAsync("StartSession", $$"""{"Target":"{{target}}"}""");
        var (page, token) = await StateCheck.PageAsync(api, "Active", PageSize, token: null);
        var first = page.Select(session => session.Id).ToHashSet(StringComparer.Ordinal);
        var others = journal.Sessions.Values.Where(session => !session.MayHaveEnded && !first.Contains(session.Id)).Select(session => session.Id);
        return new BeforeKill(first, others.ToHashSet(StringComparer.Ordinal), token, StartedChannel.Read(status, body));
    }

    /// <summary>The token still leads to the other sessions, each once; the session can still be connected to.</summary>
    public async Task CheckAsync(Uri host, Journal journal)
    {
        using var api = new ApiClient(host);
        if (_token is not null)
        {
            var rest = (await StateCheck.ListAsync(api, "Active", _token)).ConvertAll(session => session.Id);
            if (rest.Exists(_page.Contains) || rest.Distinct(StringComparer.Ordinal).Count() != rest.Count)
                journal.Violations.Enqueue(new Violation(ViolationKind.Twice, "a session came on two pages"));
            foreach (var id in _others.Except(rest).Where(id => !journal.Sessions[id].MayHaveEnded))
                journal.Violations.Enqueue(new Violation(ViolationKind.Lost, $"{id} is on no page"));
        }

        if (Stopwatch.GetElapsedTime(_since) > GoodFor)
            return;
        await using var client = await DataChannelClient.ConnectAsync(_connecting.StreamUrl, _connecting.Token);
        await client.WaitUntilReadyAsync();
        await client.SendInputAsync("still here\r");
        await client.ReadUntilAsync("still here\r");
    }
}
