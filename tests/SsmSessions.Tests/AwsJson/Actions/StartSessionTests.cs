using System.Net;
using System.Text;
using System.Text.Json;
using SsmSessions.Core.Hosts;
using SsmSessions.Storage.Sqlite;
using SsmSessions.Testing;
using SsmSessions.Tests.AwsJson.BadRequests;
using SsmSessions.Tests.Identity;

namespace SsmSessions.Tests.AwsJson.Actions;

/// <summary>StartSession: its answer, and the session that it makes (spec/ssm-control-plane.md §4.2, §5.1, §5.2).</summary>
public sealed class StartSessionTests
{
    private const string Suffix = "[a-z2-9]{26}";

    [Fact]
    public async Task The_answer_has_an_id_a_URL_and_a_token()
    {
        await using var server = await TestServer.StartAsync();

        var (status, body) = await server.CallAsync("StartSession", $$"""{"Target":"{{TestServer.Node}}"}""");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Matches(
            $"^{{\"SessionId\":\"test-{Suffix}\",\"StreamUrl\":\"ws://127\\.0\\.0\\.1:{server.Url.Port}/v1/data-channel/test-{Suffix}\\?role=publish_subscribe&cell-number=[A-Za-z0-9_-]+\",\"TokenValue\":\"AAEAA[A-Za-z0-9+/]{{651}}\"}}$",
            body);
        using var answer = JsonDocument.Parse(body);
        var id = answer.RootElement.GetProperty("SessionId").GetString()!;
        Assert.Contains($"/{id}?", answer.RootElement.GetProperty("StreamUrl").GetString(), StringComparison.Ordinal);
        Assert.Equal(656, answer.RootElement.GetProperty("TokenValue").GetString()!.Length);
    }

    [Fact]
    public async Task Ids_and_tokens_are_drawn_each_time()
    {
        await using var server = await TestServer.StartAsync();
        var bodies = new HashSet<string>();
        for (var i = 0; i < 20; i++)
            bodies.Add((await server.CallAsync("StartSession", $$"""{"Target":"{{TestServer.Node}}"}""")).Body);

        using var parsed = JsonDocument.Parse($"[{string.Join(',', bodies)}]");
        foreach (var member in new[] { "SessionId", "TokenValue", "StreamUrl" })
            Assert.Equal(20, parsed.RootElement.EnumerateArray().Select(a => a.GetProperty(member).GetString()).Distinct().Count());
    }

    [Theory]
    [InlineData("test", "us-east-1", "test", "arn:aws:iam::000000000000:user/test")]
    [InlineData("AKIAIOSFODNN7EXAMPLE", "eu-central-1", "AKIAIOSFODNN7EXAMPLE", "arn:aws:iam::000000000000:user/AKIAIOSFODNN7EXAMPLE")]
    [InlineData("user.name@example.com", "us-east-1", "user.name@example.com", "arn:aws:iam::000000000000:user/user.name@example.com")]
    [InlineData("a+b=c", "us-east-1", "a+b=c", "arn:aws:iam::000000000000:user/a+b=c")]
    [InlineData("111122223333", "us-east-1", "root", "arn:aws:iam::111122223333:root")]
    [InlineData("111122223333", "cn-north-1", "root", "arn:aws-cn:iam::111122223333:root")]
    [InlineData("test", "us-gov-west-1", "test", "arn:aws-us-gov:iam::000000000000:user/test")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "us-east-1", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "arn:aws:iam::000000000000:user/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public async Task Id_and_owner_tell_who_started_it(string keyId, string region, string name, string owner)
    {
        await using var server = await TestServer.StartAsync();

        var (_, body) = await server.CallAsync("StartSession", $$"""{"Target":"{{TestServer.Node}}"}""", keyId, region);
        var (_, list) = await server.CallAsync("DescribeSessions", """{"State":"Active"}""", keyId, region);

        using var started = JsonDocument.Parse(body);
        using var listed = JsonDocument.Parse(list);
        var id = started.RootElement.GetProperty("SessionId").GetString()!;
        Assert.Matches($"^{System.Text.RegularExpressions.Regex.Escape(name)}-{Suffix}$", id);
        var session = Assert.Single(listed.RootElement.GetProperty("Sessions").EnumerateArray().ToArray());
        Assert.Equal((id, owner), (session.GetProperty("SessionId").GetString(), session.GetProperty("Owner").GetString()));
    }

    [Theory]
    [InlineData("AKIDALICE", Door.UserSecret, null, "alice", "arn:aws:iam::111122223333:user/alice")]
    [InlineData("AKIDBOB", "bob's secret", null, "bob", "arn:aws:iam::111122223333:user/division/team/bob")]
    [InlineData("AKIDROOT", "root's secret", null, "root", "arn:aws:iam::111122223333:root")]
    [InlineData("ASIACAROL", "carol's secret", "carol's token", "carol@example.com", "arn:aws:sts::111122223333:assumed-role/Admin/carol@example.com")]
    public async Task With_credentials_the_file_tells_who_started_it(string keyId, string secret, string? token, string name, string owner)
    {
        await using var server = await TestServer.StartAsync(
            new StillClock { Now = Door.Noon }, configure: VerifyingServer.Configure, realTime: new StillClock { Now = Door.Noon });

        var started = await CallAsync("StartSession", $$"""{"Target":"{{TestServer.Node}}"}""");
        var listed = await CallAsync("DescribeSessions", """{"State":"Active"}""");

        Assert.Matches($"^{{\"SessionId\":\"{name}-{Suffix}\"", started.Body);
        Assert.Contains($"\"Owner\":\"{owner}\"", listed.Body, StringComparison.Ordinal);

        Task<WireAnswer> CallAsync(string action, string json)
        {
            var request = new TestRequest { ["Host"] = server.Url.Authority, ["X-Amz-Target"] = "AmazonSSM." + action, Body = Encoding.UTF8.GetBytes(json) };
            request.Sign(keyId, secret, token: token);
            return new WireRequest { Authorization = null, Date = null, Headers = request.Headers, Body = request.Body }.SendAsync(server.Http);
        }
    }

    [Fact]
    public async Task The_URL_names_the_public_address_where_one_is_given()
    {
        await using var server = await TestServer.StartAsync(configure: options => options.PublicUrl = new Uri("https://gateway.example.com/ssm/"));

        var (_, body) = await server.CallAsync("StartSession", $$"""{"Target":"{{TestServer.Node}}"}""");

        Assert.Matches("\"StreamUrl\":\"wss://gateway\\.example\\.com/ssm/v1/data-channel/test-", body);
    }

    [Fact]
    public async Task The_URL_names_the_host_by_which_it_was_called()
    {
        await using var server = await TestServer.StartAsync();

        var answer = await (WireRequest.Of("StartSession", $$"""{"Target":"{{TestServer.Node}}"}""") with { Headers = [("Host", "localhost:8080")] })
            .SendAsync(server.Http);

        Assert.Matches("\"StreamUrl\":\"ws://localhost:8080/v1/data-channel/test-", answer.Body);
    }

    [Fact]
    public async Task The_cell_number_is_safe_in_a_URL_whatever_the_host_is_called()
    {
        foreach (var name in new[] { "a", "ab", "abc", "host_1.example-2", new string('~', 64) })
        {
            await using var server = await TestServer.StartAsync(configure: options => options.HostName = name);
            var (_, body) = await server.CallAsync("StartSession", $$"""{"Target":"{{TestServer.Node}}"}""");

            Assert.Matches("&cell-number=[A-Za-z0-9_-]+\"", body);
        }
    }

    [Fact]
    public async Task Reason_is_kept()
    {
        await using var server = await TestServer.StartAsync();

        await server.CallAsync("StartSession", $$"""{"Target":"{{TestServer.Node}}","Reason":"ticket 4711: \"disk full\""}""");
        var (_, list) = await server.CallAsync("DescribeSessions", """{"State":"Active"}""");

        Assert.Contains(""","Reason":"ticket 4711: \"disk full\"",""", list, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("i-12345678", true)]
    [InlineData("i-0123456789abcdef1", true)]
    [InlineData("ecs:my-cluster_9f1c2d_9f1c2d-123", true)]
    [InlineData("i-123", false)]
    [InlineData("i-1234567g", false)]
    [InlineData("ecs:cluster", false)]
    [InlineData("*", false)]
    [InlineData("host.example.com", false)]
    public async Task A_node_of_any_id_takes_every_well_formed_target(string target, bool connected)
    {
        await using var server = await TestServer.StartAsync(configure: options => options.Nodes.Add(new HostedNode(HostedNode.Any, NodeKind.Echo)));

        var (status, body) = await server.CallAsync("StartSession", $$"""{"Target":"{{target}}"}""");

        if (connected)
            Assert.Equal(HttpStatusCode.OK, status);
        else
            Assert.Equal($$"""{"__type":"TargetNotConnected","Message":"{{target}} is not connected."}""", body);
    }

    [Fact]
    public async Task Several_sessions_to_one_node_are_several_sessions()
    {
        await using var server = await TestServer.StartAsync();

        var ids = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => server.StartSessionAsync()));
        var (_, list) = await server.CallAsync("DescribeSessions", """{"State":"Active"}""");

        using var listed = JsonDocument.Parse(list);
        Assert.Equal(
            ids.Order(StringComparer.Ordinal),
            listed.RootElement.GetProperty("Sessions").EnumerateArray().Select(s => s.GetProperty("SessionId").GetString()!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_token_is_nowhere_in_the_store()
    {
        var folder = Directory.CreateTempSubdirectory("ssm-sessions-").FullName;
        string token;
        await using (var server = await TestServer.StartAsync(table: new SqliteTable(new SqliteTableOptions { Folder = folder }, TimeProvider.System)))
        {
            var (_, body) = await server.CallAsync("StartSession", $$"""{"Target":"{{TestServer.Node}}"}""");
            using var answer = JsonDocument.Parse(body);
            token = answer.RootElement.GetProperty("TokenValue").GetString()!;
        }

        foreach (var file in Directory.GetFiles(folder))
            Assert.Equal(-1, (await File.ReadAllBytesAsync(file)).AsSpan().IndexOf(Encoding.ASCII.GetBytes(token[..40])));
        Directory.Delete(folder, recursive: true);
    }
}
