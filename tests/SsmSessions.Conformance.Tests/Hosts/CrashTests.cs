using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json;
using SsmSessions.Testing;

namespace SsmSessions.Conformance.Tests.Hosts;

/// <summary>What was acknowledged is true after the host was killed (SIGKILL) in the middle of its work.</summary>
public sealed class CrashTests : IDisposable
{
    private const int Callers = 8;

    private readonly string _folder = Directory.CreateTempSubdirectory("ssm-sessions-").FullName;

    /// <summary>How often the host is killed; <c>SSMSESSIONS_TEST_KILLS</c> says it for a longer run.</summary>
    private static int Kills =>
        int.TryParse(Environment.GetEnvironmentVariable("SSMSESSIONS_TEST_KILLS"), CultureInfo.InvariantCulture, out var kills) ? kills : 5;

    [Fact]
    public async Task Every_acknowledged_answer_is_still_true()
    {
        var known = new ConcurrentDictionary<string, Fate>(StringComparer.Ordinal);
        for (var round = 0; round < Kills; round++)
        {
            await using var host = await ServiceProcess.StartAsync("--data", _folder, "--node", "*=echo");
            await CheckAsync(host, known);
            var before = known.Count;
            using var stop = new CancellationTokenSource();
            var callers = Enumerable.Range(0, Callers).Select(i => CallAsync(host, i, known, stop.Token)).ToList();
            await Eventually.IsTrueAsync(() => known.Count >= before + 40 + (round * 17 % 60), TimeSpan.FromMinutes(1));
            await host.KillAsync();
            await stop.CancelAsync();
            await Task.WhenAll(callers);
        }

        await using var last = await ServiceProcess.StartAsync("--data", _folder, "--node", "*=echo");
        await CheckAsync(last, known);
        TestContext.Current.SendDiagnosticMessage($"{known.Count} sessions over {Kills} kills, {known.Values.Count(f => f == Fate.Ended)} of them ended");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Starts sessions and ends every other one, until the host is gone. Only what was answered is written down as certain.</summary>
    private static async Task CallAsync(ServiceProcess host, int caller, ConcurrentDictionary<string, Fate> known, CancellationToken stop)
    {
        using var client = new ApiClient(host.Url);
        try
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                var (_, body) = await client.CallAsync("StartSession", $$"""{"Target":"i-{{caller:D17}}"}""", cancellationToken: stop);
                using var started = JsonDocument.Parse(body);
                var id = started.RootElement.GetProperty("SessionId").GetString()!;
                known[id] = Fate.Active;
                if (i % 2 == 1)
                    continue;
                known[id] = Fate.Unknown;
                var (status, _) = await client.CallAsync("TerminateSession", $$"""{"SessionId":"{{id}}"}""", cancellationToken: stop);
                Assert.Equal(HttpStatusCode.OK, status);
                known[id] = Fate.Ended;
            }
        }
        catch (Exception gone) when (gone is HttpRequestException or OperationCanceledException or IOException)
        {
            // The host was killed; what it had not answered is uncertain.
        }
    }

    private static async Task CheckAsync(ServiceProcess host, ConcurrentDictionary<string, Fate> known)
    {
        using var client = new ApiClient(host.Url);
        var active = await ListAsync(client, "Active");
        var history = await ListAsync(client, "History");
        Assert.Empty(active.Intersect(history));
        foreach (var (id, fate) in known)
        {
            Assert.True(fate == Fate.Ended || active.Contains(id) || history.Contains(id), $"{id} is lost");
            Assert.True(fate != Fate.Active || active.Contains(id), $"{id} was never ended, and is not active");
            Assert.True(fate != Fate.Ended || history.Contains(id), $"{id} was ended, and is active again");
        }
    }

    private static async Task<HashSet<string>> ListAsync(ApiClient client, string state)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        string? token = null;
        do
        {
            var next = token is null ? "" : $$""","NextToken":"{{token}}" """;
            var (_, body) = await client.CallAsync("DescribeSessions", $$"""{"State":"{{state}}"{{next}}}""");
            using var page = JsonDocument.Parse(body);
            foreach (var session in page.RootElement.GetProperty("Sessions").EnumerateArray())
                Assert.True(ids.Add(session.GetProperty("SessionId").GetString()!), "a session is listed twice");
            token = page.RootElement.TryGetProperty("NextToken", out var more) ? more.GetString() : null;
        }
        while (token is not null);
        return ids;
    }

    private enum Fate
    {
        Active,
        Unknown,
        Ended,
    }
}
