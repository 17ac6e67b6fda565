using System.Text.Json.Nodes;
using SsmSessions.Core.Sessions;
using SsmSessions.Testing;

namespace SsmSessions.Tests.TrueNas;

/// <summary><c>auth.sessions</c>: rows, filters, options; and the end of sessions.</summary>
public sealed class AuthSessionsTests
{
    private const string ApiKey = "3f0c2a9e-51d7-4b86-9d6e-0c7be1a4f210";
    private const string Token = "b8d41c77-0a2f-4e39-8c55-6e9f2d30ab14";
    private const string Unix = "e27a9b60-7c1d-45fe-a3b2-19d84c50e6f3";

    [Fact]
    public async Task A_row_has_the_documented_members_and_in_its_data_what_is_known_here_besides()
    {
        await using var server = await TestServer.StartAsync();
        await server.InjectAsync(TrueNasSamples.OfSpec[1] with { Reason = "try", DocumentName = "My-Shell" });
        await using var client = await TrueNasClient.ConnectAsync(server);

        var answer = await client.CallAsync("auth.sessions");

        var key = JsonNode.Parse("{" + answer + "}")!["result"]![0]!["credentials_data"]!["api_key"]!["id"]!.GetValue<int>();
        Assert.Equal(
            $$$$$$"""
            "result":[{"id":"{{{{{{ApiKey}}}}}}","current":false,"internal":false,"origin":"192.0.2.44:51822","credentials":"API_KEY","credentials_data":{"api_key":{"id":{{{{{{key}}}}}},"name":"AKIAEXAMPLE"},"username":"test","session_id":"{{{{{{ApiKey}}}}}}","region":"us-east-1","target":"i-0123456789abcdef0","status":"Connected","document":"My-Shell","reason":"try","details":null,"host":"test-host","last_activity":{"$date":1719820805000}},"created_at":{"$date":1719820805000}}]
            """,
            answer);
        Assert.True(key >= 0);
    }

    [Fact]
    public async Task A_session_without_a_UUID_has_one_made_of_tenant_and_id_that_stays()
    {
        await using var server = await TestServer.StartAsync();
        var session = TrueNasSamples.Of("test-abcdefghijklmnopqrstuvwxyz", "2024-07-01T08:00:05Z", origin: null, CredentialKind.Password);
        await server.InjectAsync(session);
        await using var client = await TrueNasClient.ConnectAsync(server);

        Assert.Equal(
            "\"result\":[{\"id\":\"" + UuidOf(session) + "\",\"origin\":\"None\",\"credentials\":\"LOGIN_PASSWORD\"}]",
            await client.CallAsync("auth.sessions", """[[],{"select":["id","origin","credentials"]}]"""));
        Assert.Matches("^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$", UuidOf(session));
    }

    private static string UuidOf(Session session)
    {
        var hash = System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes($"000000000000/us-east-1/{session.Id}"));
        hash[6] = (byte)((hash[6] & 0x0f) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3f) | 0x80);
        return new Guid(hash.AsSpan(0, 16), bigEndian: true).ToString();
    }

    [Theory]
    [InlineData("""[["internal","=",false]]""", ApiKey, Token)]
    [InlineData("""[["internal","!=",false]]""", Unix)]
    [InlineData("""[["current","=",true]]""", Unix)]
    [InlineData("""[["credentials","in",["API_KEY","TOKEN"]]]""", ApiKey, Token)]
    [InlineData("""[["credentials","nin",["API_KEY","TOKEN"]]]""", Unix)]
    [InlineData("""[["origin","rin","2001"]]""", Token)]
    [InlineData("""[["origin","rnin","2001"]]""", ApiKey, Unix)]
    [InlineData("""[["origin","^","192."]]""", ApiKey)]
    [InlineData("""[["origin","$","3"]]""", Token)]
    [InlineData("""[["origin","!^","192."],["origin","!$","3"]]""", Unix)]
    [InlineData("""[["origin","~","[0-9]+\\.0"]]""", ApiKey)]
    [InlineData("""[["origin","~","0\\.2"]]""")]
    [InlineData("""[["created_at",">","2024-07-01T08:00:05+00:00"]]""", Token, Unix)]
    [InlineData("""[["created_at",">=",{"$date":1719820805000}]]""", ApiKey, Token, Unix)]
    [InlineData("""[["created_at.$date","<",1719821100000]]""", ApiKey)]
    [InlineData("""[["created_at","<=","2024-07-01T08:05:00Z"]]""", ApiKey, Token)]
    [InlineData("""[["created_at","=","2024-07-01T08:05:00Z"]]""", Token)]
    [InlineData("""[["credentials_data.api_key.name","=","AKIAEXAMPLE"]]""", ApiKey)]
    [InlineData("""[["bogus","=",1]]""")]
    [InlineData("""[["OR",[["credentials","=","TOKEN"],["internal","=",true]]]]""", Token, Unix)]
    [InlineData("""[["OR",[[["credentials","=","TOKEN"],["internal","=",true]],["origin","^","192"]]]]""", ApiKey)]
    [InlineData("""[["internal","=",false],["credentials","=","TOKEN"]]""", Token)]
    public async Task Filters_leave_what_they_say(string filters, params string[] ids)
    {
        await using var server = await TestServer.StartAsync();
        await server.InjectAsync(TrueNasSamples.OfSpec);
        await using var client = await TrueNasClient.ConnectAsync(server);

        Assert.Equal(
            $"\"result\":[{string.Join(',', ids.Select(id => $"{{\"id\":\"{id}\"}}"))}]",
            await client.CallAsync("auth.sessions", $$"""[{{filters}},{"select":["id"]}]"""));
    }

    [Theory]
    [InlineData("""{"count":true}""", "3")]
    [InlineData("""{"get":true,"select":["id"]}""", $$"""{"id":"{{ApiKey}}"}""")]
    [InlineData("""{"get":true,"select":["id"],"order_by":["-created_at"]}""", $$"""{"id":"{{Unix}}"}""")]
    [InlineData("""{"limit":1,"offset":1,"select":["id","bogus"]}""", $$"""[{"id":"{{Token}}"}]""")]
    [InlineData("""{"order_by":["credentials"],"select":["credentials"]}""", """[{"credentials":"API_KEY"},{"credentials":"TOKEN"},{"credentials":"UNIX_SOCKET"}]""")]
    [InlineData("""{"order_by":["internal","-created_at"],"select":["credentials"]}""", """[{"credentials":"TOKEN"},{"credentials":"API_KEY"},{"credentials":"UNIX_SOCKET"}]""")]
    [InlineData("""{"limit":1,"select":["credentials_data.username",["origin","from"]]}""", """[{"credentials_data":{"username":"test"},"from":"192.0.2.44:51822"}]""")]
    [InlineData("""{"order_by":["nulls_last:-credentials_data.reason","id"],"limit":1,"select":["id"],"extra":{}}""", $$"""[{"id":"{{ApiKey}}"}]""")]
    public async Task Options_shape_the_answer(string options, string answer)
    {
        await using var server = await TestServer.StartAsync();
        await server.InjectAsync(TrueNasSamples.OfSpec);
        await using var client = await TrueNasClient.ConnectAsync(server);

        Assert.Equal($"\"result\":{answer}", await client.CallAsync("auth.sessions", $"[[],{options}]"));
    }

    [Theory]
    [InlineData("""["x"]""", "query-filters", "Not a list")]
    [InlineData("""[[["id","=","x"],7]]""", "query-filters", "Invalid filter 7")]
    [InlineData("""[[["id","is","x"]]]""", "query-filters", "Invalid operation: is")]
    [InlineData("""[[["AND",[["id","=","x"]]]]]""", "query-filters", "Invalid operation: AND")]
    [InlineData("""[[["NOT",["id","=","x"]]]]""", "query-filters", "Invalid operation: NOT")]
    [InlineData("""[[["OR",[]]]]""", "query-filters", "OR filter requires at least one branch.")]
    [InlineData("""[[["OR",[["OR",[["OR",[["OR",[["id","=","x"]]]]]]]]]]]""", "query-filters", "query-filters max recursion depth exceeded")]
    [InlineData("""[[],[]]""", "query-options", "A dict was expected")]
    [InlineData("""[[],{"limit":-1}]""", "query-options.limit", "Should be between 0 and 10000")]
    [InlineData("""[[],{"limit":1.5}]""", "query-options.limit", "Not an integer")]
    [InlineData("""[[],{"count":1}]""", "query-options.count", "Not a boolean")]
    [InlineData("""[[],{"select":"id"}]""", "query-options.select", "Not a list")]
    [InlineData("""[[],{"bogus":1}]""", "query-options.bogus", "Field was not expected")]
    [InlineData("""[[],{},1]""", "auth.sessions", "Too many arguments (expected 2, found 3)")]
    public async Task Arguments_without_a_meaning_are_named(string parameters, string field, string text)
    {
        await using var server = await TestServer.StartAsync();
        await using var client = await TrueNasClient.ConnectAsync(server);

        Assert.Equal(
            $$$$$$"""
            "error":{"code":-32602,"message":"Invalid params","data":{"error":22,"errname":"EINVAL","reason":"[EINVAL] {{{{{{field}}}}}}: {{{{{{text}}}}}}\n","trace":{"class":"ValidationErrors","frames":[],"formatted":"ValidationErrors: [EINVAL] {{{{{{field}}}}}}: {{{{{{text}}}}}}\n\n","repr":"ValidationErrors([('{{{{{{field}}}}}}', '{{{{{{text}}}}}}', 22)])"},"extra":[["{{{{{{field}}}}}}","{{{{{{text}}}}}}",22]]}}
            """,
            await client.CallAsync("auth.sessions", parameters));
    }

    [Theory]
    [InlineData("""[[["origin",">",1]]]""", "TypeError", "'>' not supported between instances of 'str' and 'int'")]
    [InlineData("""[[["current","rin",1]]]""", "TypeError", "argument of type 'bool' is not iterable")]
    [InlineData("""[[["current","^","x"]]]""", "AttributeError", "'bool' object has no attribute 'startswith'")]
    [InlineData("""[[],{"order_by":["credentials_data"]}]""", "TypeError", "'<' not supported between instances of 'dict' and 'dict'")]
    public async Task Values_that_cannot_be_compared_fail_as_in_the_real_server(string parameters, string kind, string text)
    {
        await using var server = await TestServer.StartAsync();
        await server.InjectAsync(TrueNasSamples.OfSpec);
        await using var client = await TrueNasClient.ConnectAsync(server);

        Assert.Equal(
            $$$$$$"""
            "error":{"code":-32001,"message":"Method call error","data":{"error":22,"errname":"EINVAL","reason":"{{{{{{text}}}}}}","trace":{"class":"{{{{{{kind}}}}}}","frames":[],"formatted":"{{{{{{kind}}}}}}: {{{{{{text}}}}}}\n","repr":"{{{{{{kind}}}}}}({{{{{{(text.Contains('\'', StringComparison.Ordinal) ? $"\\\"{text}\\\"" : $"'{text}'")}}}}}})"},"extra":null}}
            """,
            await client.CallAsync("auth.sessions", parameters));
    }

    [Fact]
    public async Task A_regular_expression_that_takes_too_long_is_given_up()
    {
        await using var server = await TestServer.StartAsync();
        await server.InjectAsync(TrueNasSamples.Of("a", "2024-07-01T08:00:05Z", new string('a', 60), CredentialKind.LongTermKey));
        await using var client = await TrueNasClient.ConnectAsync(server);

        Assert.Contains(
            "\"reason\":\"[EFAULT] The regular expression takes too long\"", await client.CallAsync("auth.sessions", """[[["origin","~","(a|aa)+b$"]]]"""), StringComparison.Ordinal);
    }

    [Fact]
    public async Task To_get_a_row_where_there_is_none_fails()
    {
        await using var server = await TestServer.StartAsync();
        await using var client = await TrueNasClient.ConnectAsync(server);

        Assert.Contains("\"repr\":\"MatchNotFound()\"", await client.CallAsync("auth.sessions", """[[],{"get":true}]"""), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_is_ended_by_either_of_its_ids()
    {
        await using var server = await TestServer.StartAsync();
        await server.InjectAsync(TrueNasSamples.Of("test-abc", "2024-07-01T08:00:05Z", "192.0.2.44:1", CredentialKind.LongTermKey));
        await using var client = await TrueNasClient.ConnectAsync(server);
        var (shell, channel) = await server.OpenAsync();
        await using var _ = channel;
        var uuid = JsonNode.Parse("{" + await client.CallAsync("auth.sessions", $$"""[[["credentials_data.session_id","=","{{shell.Id}}"]],{"get":true}]""") + "}")!["result"]!["id"]!.GetValue<string>();

        Assert.Equal("\"result\":true", await client.CallAsync("auth.terminate_session", $"[\"{uuid}\"]"));
        Assert.Equal("\"result\":true", await client.CallAsync("auth.terminate_session", "[\"test-abc\"]"));

        await server.WaitForStatusAsync(shell.Id, "Terminated");
        Assert.Equal("\"result\":[]", await client.CallAsync("auth.sessions"));
        Assert.Equal("\"result\":false", await client.CallAsync("auth.terminate_session", "[\"test-abc\"]"));
        Assert.Equal("\"result\":false", await client.CallAsync("auth.terminate_session", "[\"00000000-0000-0000-0000-000000000000\"]"));
    }

    [Fact]
    public async Task All_others_are_ended_but_the_current_one_and_internal_ones()
    {
        await using var server = await TestServer.StartAsync();
        await server.InjectAsync(
        [
            .. TrueNasSamples.OfSpec,
            TrueNasSamples.Of("mine", "2024-07-01T07:00:00Z", "192.0.2.44:1", CredentialKind.LongTermKey, current: true),
            TrueNasSamples.Of("foreign", "2024-07-01T07:00:00Z", "192.0.2.44:1", CredentialKind.LongTermKey) with { Tenant = new("111122223333", "us-east-1") },
            TrueNasSamples.Of("elsewhere", "2024-07-01T07:00:00Z", "192.0.2.44:1", CredentialKind.LongTermKey) with { Tenant = new("000000000000", "eu-west-1") },
        ]);
        await using var client = await TrueNasClient.ConnectAsync(server);

        Assert.Equal("\"result\":5", await client.CallAsync("auth.sessions", """[[],{"count":true}]"""));
        Assert.Equal("\"result\":1", await client.CallAsync("auth.sessions", """[[["current","=",true]],{"count":true}]"""));
        Assert.Equal("\"result\":true", await client.CallAsync("auth.terminate_other_sessions"));

        Assert.Equal(
            "\"result\":[{\"origin\":\"192.0.2.44:1\"},{\"origin\":\"UNIX socket (pid=4242 uid=0 gid=0)\"}]",
            await client.CallAsync("auth.sessions", """[[],{"select":["origin"]}]"""));
        await client.CallAsync("auth.login", """["111122223333",""]""");
        Assert.Equal("\"result\":1", await client.CallAsync("auth.sessions", """[[],{"count":true}]"""));
    }
}
