using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using SsmSessions.Channel.Payloads;
using SsmSessions.Core;
using SsmSessions.Server;
using SsmSessions.Testing;
using SsmSessions.Testing.Attacks;

namespace SsmSessions.Conformance.Tests.Attacks;

/// <summary>A web page in a real browser on this machine wants in (DESIGN §7). Nothing stands between: no credentials, a loopback peer.</summary>
public sealed class BrowserAttacks
{
    private const string EvilName = "evil.example";
    private const string Secret = "window.secret = 'the secret'";

    private static readonly string[] Views =
        ["/_ssm-sessions/health", "/_ssm-sessions/nodes", "/v1/session/list", "/v1/kv/?recurse", "/v1/catalog/nodes", "/v1/agent/checks"];

    /// <summary>Requests that came past the guard.</summary>
    private readonly ConcurrentQueue<string> _letIn = [];

    [Theory]
    [InlineData(EvilName, "a web page of another site")]
    [InlineData("localhost", "a web page of localhost, another port")]
    [InlineData("127.0.0.1", "a web page of 127.0.0.1, another port")]
    public async Task A_page_elsewhere(string name, string who)
    {
        await using var server = await StartAsync();
        await using var pages = await PageServer.StartAsync();
        var before = await SettleAsync(server);

        var seen = await AttackAsync(pages, new UriBuilder(pages.Url) { Host = name }.Uri, server, before.Session);

        var table = new AttackTable(who);
        foreach (var (attempt, saw) in seen)
            table.Try(attempt, saw, RightFor(attempt));
        table.Try("what came past the guard", _letIn.IsEmpty ? "nothing" : string.Join(", ", _letIn.Distinct(StringComparer.Ordinal).Take(10)), "nothing");
        table.Try("what there is to be seen afterwards", await ShowAsync(server) == before.Shown ? "the same" : "changed", "the same");
        table.Verify(fewest: 180);
    }

    /// <summary>The name led to the attacker's server first and leads to ours now: to the browser the page and the service are one origin.</summary>
    [Fact]
    public async Task A_page_whose_name_was_rebound()
    {
        var (seen, isSame) = await RebindAsync(_ => { });

        var table = new AttackTable("a web page whose name was rebound to this machine");
        foreach (var (attempt, saw) in seen)
        {
            // Of its own origin a page may read whatever comes: it must be the refusal.
            table.Try(attempt, saw, [.. RightFor(attempt), "^(403|sent;|loaded) This Host is not allowed here[.] The server's option --allow-host allows it[.]\\s*$", "403 ", "basic: nothing can be read"]);
        }

        table.Try("what came past the guard", _letIn.IsEmpty ? "nothing" : string.Join(", ", _letIn.Distinct(StringComparer.Ordinal).Take(10)), "nothing");
        table.Try("what there is to be seen afterwards", isSame ? "the same" : "changed", "the same");
        table.Verify(fewest: 180);
    }

    /// <summary>The same pages do get in where they are allowed to: what the others did not see was there to be seen.</summary>
    [Fact]
    public async Task An_allowed_page_gets_in()
    {
        await using var pages = await PageServer.StartAsync();
        await using var server = await StartAsync(options => options.AllowedOrigins.Add(pages.Url.GetLeftPart(UriPartial.Authority)));
        var before = await SettleAsync(server);

        var seen = await AttackAsync(pages, pages.Url, server, before.Session);

        var table = new AttackTable("a web page that --allow-origin names (must get in)");
        foreach (var (attempt, saw) in seen.Where(s => s.Attempt.StartsWith("WebSocket, /api", StringComparison.Ordinal) || s.Attempt.StartsWith("WebSocket, data", StringComparison.Ordinal)))
            table.Try(attempt, saw, "^open, told: ");
        table.Try("what came past the guard", _letIn.Any(request => request == "POST /_ssm-sessions/reset") ? "POST /_ssm-sessions/reset" : "no reset", "POST /_ssm-sessions/reset");
        table.Try("what there is to be seen afterwards", await ShowAsync(server) == before.Shown ? "the same" : "changed", "changed");
        table.Verify();
    }

    [Fact]
    public async Task An_allowed_name_gets_in()
    {
        var (seen, isSame) = await RebindAsync(options => options.AllowedHosts.Add(EvilName));

        var table = new AttackTable("a rebound name that --allow-host names (must get in)");
        foreach (var (attempt, saw) in seen.Where(s => s.Attempt == "fetch, GET" && s.Saw.Contains(Secret, StringComparison.Ordinal)))
            table.Try(attempt, saw, "200 " + Secret);
        table.Try("what came past the guard", _letIn.Contains("GET /_ssm-sessions/nodes", StringComparer.Ordinal) ? "GET /_ssm-sessions/nodes" : "nothing", "GET /_ssm-sessions/nodes");
        Assert.True(isSame, "Its origin is not allowed: it may read, and change nothing.");
        table.Verify();
    }

    private static string[] RightFor(string attempt) => attempt switch
    {
        "fetch, GET, no-cors" or "fetch, HEAD, no-cors" or "fetch, POST of text, no-cors" => ["opaque: nothing can be read", "TypeError: Failed to fetch"],
        "fetch, address 0.0.0.0" => ["opaque: nothing can be read", "TypeError: Failed to fetch"],
        "sendBeacon" => ["sent: true"],
        _ when attempt.StartsWith("fetch", StringComparison.Ordinal) => ["TypeError: Failed to fetch"],
        _ when attempt.StartsWith("form", StringComparison.Ordinal) => ["sent; (foreign)"],
        _ when attempt.StartsWith("WebSocket", StringComparison.Ordinal) => ["closed 1006"],
        // A frame tells its page that something was loaded, be it an error; the page cannot read it.
        "iframe" => ["loaded (foreign)"],
        "object" => ["error", "loaded (foreign)"],
        "script with a secret: what it left behind" => ["undefined"],
        _ => ["error"],
    };

    private async Task<((string Attempt, string Saw)[] Seen, bool IsSame)> RebindAsync(Action<SsmSessionsOptions> configure)
    {
        var port = FreePort.Next();
        var target = $"http://{EvilName}:{port}";
        await using var results = await PageServer.StartAsync();
        Browser browser;
        await using (var first = await PageServer.StartAsync(port))
        {
            first.Page = PageOf(target, results, session: null, waitFor: target + "/");
            browser = Browser.Open(new Uri(target), EvilName);
            await first.ServedAsync();
        }

        await using (browser)
        {
            await using var server = await StartAsync(configure, port);
            var before = await SettleAsync(server);
            return (await results.SeenAsync(), await ShowAsync(server) == before.Shown);
        }
    }

    private static async Task<(string Attempt, string Saw)[]> AttackAsync(PageServer pages, Uri page, TestServer server, StartedChannel session)
    {
        pages.Page = PageOf(server.Url.GetLeftPart(UriPartial.Authority), pages, session, waitFor: null);
        await using var browser = Browser.Open(page, EvilName);
        return await pages.SeenAsync();
    }

    private static string PageOf(string target, PageServer results, StartedChannel? session, string? waitFor)
    {
        var open = new OpenChannel("1.0", Guid.NewGuid().ToString(), session?.Token ?? "x", null, Guid.NewGuid().ToString(), "1.2.700.0");
        var config = new JsonObject
        {
            ["target"] = target,
            ["results"] = new Uri(results.Url, "/results").ToString(),
            ["channel"] = session?.StreamUrl.PathAndQuery ?? "/v1/data-channel/x?role=publish_subscribe",
            ["open"] = Encoding.UTF8.GetString(open.ToText()),
            ["waitFor"] = waitFor,
        };
        var page = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Attacks", "pages", "attack.html"));
        return page.Replace("/*CONFIG*/{}", config.ToJsonString(), StringComparison.Ordinal);
    }

    private Task<TestServer> StartAsync(Action<SsmSessionsOptions>? configure = null, int port = 0) => TestServer.StartAsync(
        new AdjustableTimeProvider(TimeProvider.System),
        configure: configure,
        port: port,
        map: app => app.Use((http, next) =>
        {
            // The tests' own requests come by no browser.
            if (http.Request.Headers.UserAgent.Count > 0)
                _letIn.Enqueue($"{http.Request.Method} {http.Request.Path}");
            return next(http);
        }));

    /// <summary>Something to steal, and something to destroy.</summary>
    private static async Task<(StartedChannel Session, string Shown)> SettleAsync(TestServer server)
    {
        using var secret = new StringContent(Secret);
        using var stored = await server.Http.PutAsync(new Uri("/v1/kv/secret", UriKind.Relative), secret);
        Assert.Equal("true", (await stored.Content.ReadAsStringAsync()).Trim());
        using var locked = await server.Http.PutAsync(new Uri("/v1/session/create", UriKind.Relative), content: null);
        Assert.True(locked.IsSuccessStatusCode);
        var session = await server.StartChannelAsync();
        return (session, await ShowAsync(server));
    }

    private static async Task<string> ShowAsync(TestServer server)
    {
        var shown = new List<string>();
        foreach (var view in Views)
        {
            using var answer = await server.Http.GetAsync(new Uri(view, UriKind.Relative));
            shown.Add(await answer.Content.ReadAsStringAsync());
        }

        shown.Add((await server.CallAsync("DescribeSessions", """{"State":"Active"}""")).Body);
        shown.Add((await server.CallAsync("DescribeSessions", """{"State":"History"}""")).Body);
        using var clock = System.Text.Json.JsonDocument.Parse(await server.Http.GetStringAsync(new Uri("/_ssm-sessions/clock", UriKind.Relative)));
        shown.Add(clock.RootElement.TryGetProperty("offsetSeconds", out var offset) ? offset.ToString() : "");
        return string.Join('\n', shown);
    }
}
