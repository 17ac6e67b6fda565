using System.Text;
using System.Text.Json;
using SsmSessions.Core.Identity;
using SsmSessions.Testing;
using SsmSessions.Testing.Attacks;
using SsmSessions.Testing.DataChannels;
using SsmSessions.Tests.Doris;
using SsmSessions.Tests.TrueNas;

namespace SsmSessions.Tests.Attacks;

/// <summary>Operators' views, by somebody of another account: what Doris and TrueNAS show and end.</summary>
public sealed class OperatorAttacks
{
    private const string Accounts =
        """
        {"accounts":{
          "111122223333":{"users":[{"name":"alice","accessKeyId":"AKIAALICE","secretAccessKey":"open:sesame"}]},
          "444455556666":{"users":[{"name":"mallory","accessKeyId":"AKIAMALLORY","secretAccessKey":"open barley"}],
            "roles":[{"role":"Admin","sessionName":"carol","accessKeyId":"ASIACAROL","secretAccessKey":"open oats","sessionToken":"tok+en/1=="}]}}}
        """;

    private const string NotIn = "Not authenticated";

    [Theory]
    [InlineData("/api/current")]
    [InlineData("/websocket")]
    public async Task Sessions_of_another_account(string path)
    {
        await using var server = await StartAsync();
        var table = new AttackTable($"TrueNAS {path}, another account");
        var session = await StartSessionAsync(server);
        await using var owner = await ConnectAsync(server, path);
        Assert.Contains("true", await owner.CallAsync("auth.login", """["AKIAALICE","open:sesame"]"""), StringComparison.Ordinal);
        var row = Field(await owner.CallAsync("auth.sessions"), "id");
        await using var mallory = await ConnectAsync(server, path);
        Assert.Contains("true", await mallory.CallAsync("auth.login", """["AKIAMALLORY","open barley"]"""), StringComparison.Ordinal);

        table.Try("auth.sessions", Result(await mallory.CallAsync("auth.sessions")), "[]");
        table.Try("auth.sessions by its id", Result(await mallory.CallAsync("auth.sessions", $$"""[[["id","=","{{row}}"]]]""")), "[]");
        var right = Result(await mallory.CallAsync("auth.terminate_session", """["00000000-0000-4000-8000-000000000000"]"""));
        foreach (var id in (string[])[row, row.ToUpperInvariant(), session])
            table.Try("auth.terminate_session: as for an id that does not exist", Result(await mallory.CallAsync("auth.terminate_session", $$"""["{{id}}"]""")), right);
        table.Try("auth.terminate_other_sessions", Result(await mallory.CallAsync("auth.terminate_other_sessions")), "true");
        table.Try("what its owner sees afterwards", Field(await owner.CallAsync("auth.sessions"), "id"), row);
        await mallory.CallAsync("auth.logout");
        foreach (var (method, parameters) in Methods(session))
            table.Try("every method after logout", ErrorOf(await mallory.CallAsync(method, parameters)), NotIn);
        table.Try("auth.terminate_session by its owner (must be let in)", Result(await owner.CallAsync("auth.terminate_session", $$"""["{{row}}"]""")), "true");
        table.Verify();
    }

    [Theory]
    [InlineData("/api/current")]
    [InlineData("/websocket")]
    public async Task Strangers(string path)
    {
        await using var server = await StartAsync();
        var table = new AttackTable($"TrueNAS {path}, not logged in");
        var session = await StartSessionAsync(server);
        await using var stranger = await ConnectAsync(server, path);
        foreach (var (method, parameters) in Methods(session))
            table.Try("every method", ErrorOf(await stranger.CallAsync(method, parameters)), NotIn);
        foreach (var (user, secret) in ((string, string)[])[("AKIAALICE", ""), ("AKIAALICE", "open"), ("AKIAALICE", "open:sesamf"), ("AKIAALICE", "open:sesame "), ("AKIAALICE", "OPEN:SESAME"), ("akiaalice", "open:sesame"), ("alice", "open:sesame"), ("", ""), ("ASIACAROL", "open oats"), ("ASIACAROL", "open oatstok+en/1=="), ("root", "root"), ("test", "test"), ("111122223333", "")])
        {
            table.Try("auth.login with a wrong pair", Result(await stranger.CallAsync("auth.login", JsonSerializer.Serialize<string[]>([user, secret]))), "false");
            table.Try("auth.login_with_api_key with a wrong one", Result(await stranger.CallAsync("auth.login_with_api_key", JsonSerializer.Serialize<string[]>([$"{user}:{secret}"]))), "false");
        }

        foreach (var (method, parameters) in Methods(session))
            table.Try("every method, after that", ErrorOf(await stranger.CallAsync(method, parameters)), NotIn);
        table.Verify(fewest: 30);
    }

    [Fact]
    public async Task Doris_shows_ones_own()
    {
        await using var server = await StartAsync();
        var table = new AttackTable("Doris, another account");
        var session = await StartSessionAsync(server);
        await using (var client = await DataChannelClient.ConnectAsync(_streamUrl!, _token!))
        {
            await client.WaitUntilReadyAsync();
            foreach (var path in (string[])[DorisCalls.Own, DorisCalls.All])
            {
                using var own = await server.DorisAsync(path, "AKIAALICE", "open:sesame");
                table.Try($"{path} by its owner (must be shown)", (await own.BodyAsync()).Contains("alice", StringComparison.Ordinal) ? "shown" : "not shown", "shown");
                using var other = await server.DorisAsync(path, "AKIAMALLORY", "open barley");
                table.Try($"{path} by another account", RowsOf(await other.BodyAsync()), "no rows");
                using var cookie = await server.DorisAsync(path, ("Cookie", other.Headers.GetValues("Set-Cookie").Single().Split(';')[0]));
                table.Try($"{path} by another account's cookie", RowsOf(await cookie.BodyAsync()), "no rows");
            }
        }

        Assert.NotEmpty(session);
        table.Verify();
    }

    private Uri? _streamUrl;
    private string? _token;

    private static Task<TestServer> StartAsync() => TestServer.StartAsync(
        configure: options => options.Credentials = CredentialsFile.Parse(Encoding.UTF8.GetBytes(Accounts), "the test"));

    private async Task<string> StartSessionAsync(TestServer server)
    {
        var body = await server.CallSignedAsync(new SigV4Signer("AKIAALICE", "open:sesame"), "StartSession", $$"""{"Target":"{{TestServer.Node}}"}""");
        using var json = JsonDocument.Parse(body);
        _streamUrl = new Uri(json.RootElement.GetProperty("StreamUrl").GetString()!);
        _token = json.RootElement.GetProperty("TokenValue").GetString();
        return json.RootElement.GetProperty("SessionId").GetString()!;
    }

    private static (string Method, string Parameters)[] Methods(string session) =>
    [
        ("auth.me", "[]"), ("auth.sessions", "[]"), ("auth.terminate_session", $$"""["{{session}}"]"""), ("auth.terminate_other_sessions", "[]"),
        ("core.subscribe", """["auth.sessions"]"""), ("system.hostname", "[]"), ("auth.logout", "[]"),
    ];

    private static async Task<OperatorClient> ConnectAsync(TestServer server, string path) => path == "/websocket"
        ? new OperatorClient(await TrueNasClient.ConnectDdpAsync(server), isDdp: true)
        : new OperatorClient(await TrueNasClient.ConnectAsync(server), isDdp: false);

    private static string Result(string answer)
    {
        using var json = JsonDocument.Parse(answer);
        return json.RootElement.TryGetProperty("result", out var result) ? result.GetRawText() : "error: " + ErrorOf(answer);
    }

    private static string ErrorOf(string answer) => answer.Contains(NotIn, StringComparison.Ordinal) ? NotIn : answer;

    private static string Field(string answer, string name)
    {
        using var json = JsonDocument.Parse(answer);
        return json.RootElement.GetProperty("result")[0].GetProperty(name).GetString()!;
    }

    private static string RowsOf(string answer) => answer.Contains("\"rows\":[]", StringComparison.Ordinal) || answer.Contains("\"table\":[]", StringComparison.Ordinal) ? "no rows" : answer;

    /// <summary>A client of either form of the wire.</summary>
    private sealed class OperatorClient(TrueNasClient client, bool isDdp) : IAsyncDisposable
    {
        private int _calls;

        public Task<string> CallAsync(string method, string parameters = "[]") => client.AskAsync(isDdp
            ? $$"""{"msg":"method","method":"{{method}}","id":"{{++_calls}}","params":{{parameters}}}"""
            : $$"""{"jsonrpc":"2.0","id":{{++_calls}},"method":"{{method}}","params":{{parameters}}}""");

        public ValueTask DisposeAsync() => client.DisposeAsync();
    }
}
