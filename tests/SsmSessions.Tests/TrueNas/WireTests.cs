using System.Net;
using System.Text.Json.Nodes;
using SsmSessions.Core.Identity;
using SsmSessions.Core.Sessions;
using SsmSessions.Testing;

namespace SsmSessions.Tests.TrueNas;

/// <summary>Both forms of the wire: exchanges, errors, logins, limits.</summary>
public sealed class WireTests
{
    private const string NotAuthenticated =
        """{"jsonrpc":"2.0","error":{"code":-32001,"message":"Method call error","data":{"error":207,"errname":"ENOTAUTHENTICATED","reason":"[ENOTAUTHENTICATED] Not authenticated","trace":{"class":"CallError","frames":[],"formatted":"CallError: [ENOTAUTHENTICATED] Not authenticated\n","repr":"CallError('Not authenticated')"},"extra":null}},"id":1}""";

    private static readonly CredentialsFile Alice = CredentialsFile.Parse(
        """{"accounts":{"111122223333":{"users":[{"name":"alice","accessKeyId":"AKIAALICE","secretAccessKey":"secret"}]}}}"""u8, "test");

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":"a","method":"core.ping"}""", """{"jsonrpc":"2.0","result":"pong","id":"a"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"core.set_options","params":[{"py_exceptions":false}]}""", """{"jsonrpc":"2.0","result":null,"id":1}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"auth.bogus","params":[]}""", """{"jsonrpc":"2.0","error":{"code":-32601,"message":"Method does not exist"},"id":1}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"core.ping","params":{}}""", """{"jsonrpc":"2.0","error":{"code":-32600,"message":"Invalid request"},"id":null}""")]
    [InlineData("""{"id":1,"method":"core.ping"}""", """{"jsonrpc":"2.0","error":{"code":-32600,"message":"Invalid request"},"id":null}""")]
    [InlineData("[]", """{"jsonrpc":"2.0","error":{"code":-32600,"message":"Invalid request"},"id":null}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"system.hostname"}""", """{"jsonrpc":"2.0","result":"test-host","id":1}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"auth.sessions"}""", """{"jsonrpc":"2.0","result":[],"id":1}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"auth.me"}""", """{"jsonrpc":"2.0","result":{"pw_name":"test","pw_gecos":"arn:aws:iam::000000000000:user/test","attributes":{"account":"000000000000","access_key_id":"test"}},"id":1}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"auth.login_with_api_key","params":["444455556666:x"]}""", """{"jsonrpc":"2.0","result":true,"id":1}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"auth.login_with_api_key","params":["nocolon"]}""", """{"jsonrpc":"2.0","result":false,"id":1}""")]
    public async Task JsonRpc_is_answered_so(string request, string answer)
    {
        await using var server = await TestServer.StartAsync();
        await using var client = await TrueNasClient.ConnectAsync(server, "/api/v25.04.0");

        Assert.Equal(answer, await client.AskAsync(request));
    }

    [Fact]
    public async Task A_notification_is_carried_out_and_not_answered()
    {
        await using var server = await TestServer.StartAsync();
        await using var client = await TrueNasClient.ConnectAsync(server);

        await client.SendAsync("""{"jsonrpc":"2.0","method":"core.ping"}""");

        Assert.Equal("""{"jsonrpc":"2.0","result":"pong","id":2}""", await client.AskAsync("""{"jsonrpc":"2.0","id":2,"method":"core.ping"}"""));
    }

    [Fact]
    public async Task Who_does_not_log_in_has_to_go_whatever_he_sends()
    {
        var clock = new ManualTimeProvider();
        await using var server = await TestServer.StartAsync(realTime: clock, configure: options => options.Credentials = Alice);
        await using var client = await TrueNasClient.ConnectAsync(server);
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal("\"result\":\"pong\"", await client.CallAsync("core.ping"));
            clock.Advance(TimeSpan.FromSeconds(14));
        }

        clock.Advance(TimeSpan.FromSeconds(2));

        await Assert.ThrowsAnyAsync<System.Net.WebSockets.WebSocketException>(() => client.AskAsync("{}"));
    }

    [Fact]
    public async Task Who_has_logged_in_may_be_silent_for_ten_minutes_and_longer_while_he_waits_for_events()
    {
        var clock = new ManualTimeProvider();
        await using var server = await TestServer.StartAsync(realTime: clock, configure: options => options.Credentials = Alice);
        await using var client = await TrueNasClient.ConnectAsync(server);
        Assert.Equal("\"result\":true", await client.CallAsync("auth.login", """["AKIAALICE","secret"]"""));
        clock.Advance(TimeSpan.FromSeconds(599));
        Assert.StartsWith("\"result\":", await client.CallAsync("core.subscribe", """["auth.sessions"]"""), StringComparison.Ordinal);
        clock.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal("\"result\":true", await client.CallAsync("auth.login", """["AKIAALICE","secret"]"""));

        clock.Advance(TimeSpan.FromMinutes(10.1));

        await Assert.ThrowsAnyAsync<System.Net.WebSockets.WebSocketException>(() => client.AskAsync("{}"));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("""{"a":1,"a":2}""")]
    [InlineData("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]")]
    public async Task What_is_no_JSON_for_us_is_told_so(string request)
    {
        await using var server = await TestServer.StartAsync();
        await using var client = await TrueNasClient.ConnectAsync(server);

        var answer = JsonNode.Parse(await client.AskAsync(request))!;

        Assert.Equal(-32700, answer["error"]!["code"]!.GetValue<int>());
        Assert.Null(answer["id"]);
    }

    [Theory]
    [InlineData("""{"msg":"ping","id":"p"}""", """{"msg":"pong","id":"p"}""")]
    [InlineData("""{"id":"1","msg":"method","method":"auth.sessions","params":[[],{"count":true}]}""", """{"id":"1","msg":"result","result":0}""")]
    [InlineData("""{"id":"1","msg":"method","method":"auth.bogus","params":[]}""", """{"msg":"result","id":"1","error":{"error":201,"errname":"ENOMETHOD","type":null,"reason":"[ENOMETHOD] Method 'bogus' not found in 'auth'","trace":{"class":"CallError","frames":[],"formatted":"CallError: [ENOMETHOD] Method 'bogus' not found in 'auth'\n","repr":"CallError('Method 'bogus' not found in 'auth'')"},"extra":null}}""")]
    [InlineData("""{"id":"1","msg":"method","method":"auth.sessions","params":[[["AND",[]]]]}""", """{"msg":"result","id":"1","error":{"error":11,"errname":"EAGAIN","type":"VALIDATION","reason":"[EINVAL] query-filters: Invalid operation: AND\n","trace":{"class":"ValidationErrors","frames":[],"formatted":"ValidationErrors: [EINVAL] query-filters: Invalid operation: AND\n\n","repr":"ValidationErrors([('query-filters', 'Invalid operation: AND', 22)])"},"extra":[["query-filters","Invalid operation: AND",22]]}}""")]
    [InlineData("""{"id":"s","msg":"sub","name":"auth.sessions"}""", """{"msg":"ready","subs":["s"]}""")]
    [InlineData("{", "closed: 1007 Expected depth to be zero at the end of the JSON payload. There is an open JSON object or array that")]
    public async Task The_older_form_is_answered_so(string request, string answer)
    {
        await using var server = await TestServer.StartAsync();
        await using var client = await TrueNasClient.ConnectDdpAsync(server);

        Assert.Equal(answer, await client.AskAsync(request));
    }

    [Fact]
    public async Task The_older_form_begins_with_connect()
    {
        await using var server = await TestServer.StartAsync();
        await using var client = await TrueNasClient.ConnectAsync(server, "/websocket");

        Assert.Equal("""{"msg":"failed","version":"1"}""", await client.AskAsync("""{"id":"1","msg":"method","method":"core.ping","params":[]}"""));
        Assert.Equal("""{"msg":"failed","version":"1"}""", await client.AskAsync("""{"msg":"connect","version":"2","support":["2"]}"""));
    }

    [Fact]
    public async Task With_credentials_nobody_is_in_before_he_has_logged_in()
    {
        await using var server = await TestServer.StartAsync(configure: options => options.Credentials = Alice);
        await using var client = await TrueNasClient.ConnectAsync(server);
        await using var older = await TrueNasClient.ConnectDdpAsync(server);

        Assert.Equal(NotAuthenticated, await client.AskAsync("""{"jsonrpc":"2.0","id":1,"method":"auth.sessions","params":[]}"""));
        Assert.Equal(
            """{"msg":"result","id":"1","error":{"error":207,"errname":"ENOTAUTHENTICATED","type":null,"reason":"Not authenticated","trace":null,"extra":null}}""",
            await older.AskAsync("""{"id":"1","msg":"method","method":"auth.sessions","params":[]}"""));
        Assert.Equal("\"result\":false", await client.CallAsync("auth.login", """["AKIAALICE","wrong"]"""));
        Assert.Equal("\"result\":true", await client.CallAsync("auth.login", """["AKIAALICE","secret"]"""));
        Assert.Contains("\"pw_name\":\"alice\"", await client.CallAsync("auth.me"), StringComparison.Ordinal);
        Assert.Equal("\"result\":true", await client.CallAsync("auth.logout"));
        Assert.Equal(NotAuthenticated, await client.AskAsync("""{"jsonrpc":"2.0","id":1,"method":"auth.sessions","params":[]}"""));
    }

    [Theory]
    [InlineData("""{"mechanism":"PASSWORD_PLAIN","username":"AKIAALICE","password":"secret","login_options":{"user_info":false}}""", """
        "result":{"response_type":"SUCCESS","user_info":null,"authenticator":"LEVEL_1"}
        """)]
    [InlineData("""{"mechanism":"API_KEY_PLAIN","username":"alice","api_key":"AKIAALICE:secret"}""", """
        "result":{"response_type":"SUCCESS","user_info":{"pw_name":"alice","pw_gecos":"arn:aws:iam::111122223333:user/alice","attributes":{"account":"111122223333","access_key_id":"AKIAALICE"}},"authenticator":"LEVEL_1"}
        """)]
    [InlineData("""{"mechanism":"PASSWORD_PLAIN","username":"AKIAALICE","password":"wrong"}""", """
        "result":{"response_type":"AUTH_ERR"}
        """)]
    public async Task A_login_by_mechanism_says_how_it_went(string login, string answer)
    {
        await using var server = await TestServer.StartAsync(configure: options => options.Credentials = Alice);
        await using var client = await TrueNasClient.ConnectAsync(server);

        Assert.Equal(answer.Trim(), await client.CallAsync("auth.login_ex", $"[{login}]"));
    }

    [Fact]
    public async Task A_message_that_is_too_long_ends_the_connection()
    {
        await using var server = await TestServer.StartAsync();
        await using var client = await TrueNasClient.ConnectAsync(server);

        Assert.Equal("closed: 1009 Max message length exceeded", await client.AskAsync(new string(' ', 65 * 1024)));
    }

    [Fact]
    public async Task Calls_that_pile_up_are_refused_beyond_twenty()
    {
        await using var server = await TestServer.StartAsync();
        await server.InjectAsync(Enumerable.Range(0, 3_000).Select(i =>
            TrueNasSamples.Of($"s{i}", "2024-07-01T08:00:05Z", "192.0.2.44:1", CredentialKind.LongTermKey) with { Reason = new string('r', 256) }));
        await using var client = await TrueNasClient.ConnectAsync(server);

        // Nobody reads the answers, of about two megabytes each: the first calls cannot end.
        for (var i = 0; i < 60; i++)
            await client.SendAsync($$"""{"jsonrpc":"2.0","id":{{i}},"method":"auth.sessions"}""");
        var answers = new List<string>();
        for (var i = 0; i < 60; i++)
            answers.Add(await client.ReceiveAsync());

        Assert.Contains(answers, answer => answer.Contains("""{"code":-32000,"message":"Maximum number of concurrent calls (20) has exceeded"}""", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Sessions_that_appear_and_vanish_are_told_in_both_forms()
    {
        await using var server = await TestServer.StartAsync();
        await using var client = await TrueNasClient.ConnectAsync(server);
        await using var older = await TrueNasClient.ConnectDdpAsync(server);
        Assert.Matches("\"result\":\"[0-9a-f-]{36}\"", await client.CallAsync("core.subscribe", """["auth.sessions"]"""));
        await older.AskAsync("""{"id":"s","msg":"sub","name":"auth.sessions"}""");

        var id = await server.StartSessionAsync();
        var added = JsonNode.Parse(await client.ReceiveAsync())!;
        var addedOlder = JsonNode.Parse(await older.ReceiveAsync())!;
        await server.CallAsync("TerminateSession", $$"""{"SessionId":"{{id}}"}""");
        var removed = JsonNode.Parse(await client.ReceiveAsync())!;

        Assert.Equal("collection_update", added["method"]!.GetValue<string>());
        Assert.Equal("added", added["params"]!["msg"]!.GetValue<string>());
        Assert.Equal(["id", "origin", "credentials", "credentials_data", "created_at"], added["params"]!["fields"]!.AsObject().Select(field => field.Key));
        Assert.Equal(added["params"]!.ToJsonString(), addedOlder.ToJsonString());
        Assert.Equal(
            $$$$$$"""{"jsonrpc":"2.0","method":"collection_update","params":{"msg":"removed","collection":"auth.sessions","extra":{"fields":{"id":"{{{{{{added["params"]!["fields"]!["id"]}}}}}}"}}}}""",
            removed.ToJsonString());
    }

    [Fact]
    public async Task What_is_no_websocket_is_refused()
    {
        await using var server = await TestServer.StartAsync();

        Assert.Equal(HttpStatusCode.BadRequest, (await server.Http.GetAsync("/api/current")).StatusCode);
    }

    [Fact]
    public async Task Without_credentials_a_proxys_peer_is_no_process_on_this_machine()
    {
        await using var server = await TestServer.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/current") { Headers = { { "X-Forwarded-For", "192.0.2.1" } } };

        Assert.Equal(HttpStatusCode.Forbidden, (await server.Http.SendAsync(request)).StatusCode);
    }
}
