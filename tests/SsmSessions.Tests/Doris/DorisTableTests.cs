using System.Text.Json.Nodes;
using SsmSessions.Storage.Sqlite;
using SsmSessions.Testing;
using SsmSessions.Testing.Store;
using SsmSessions.Tests.Admin;

namespace SsmSessions.Tests.Doris;

/// <summary>The table of the session action: the documented samples, and what sessions look like in it.</summary>
public sealed class DorisTableTests : IAsyncLifetime
{
    private const string FirstHost = "10.14.170.23";

    private readonly ManualTimeProvider _clock = new();
    private TestServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync(_clock, configure: options => options.HostName = FirstHost);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task The_documented_sample_of_one_host()
    {
        await InjectAsync("""{"sessionId":"a","target":"db1","owner":"arn:aws:iam::000000000000:root","origin":"10.81.85.89:31465","number":0,"startDate":"2026-01-02T11:56:10Z"}""");

        using var answer = await _server.DorisAsync(DorisCalls.Own);

        Assert.Equal((200, "application/json"), ((int)answer.StatusCode, answer.Content.Headers.ContentType?.ToString()));
        AssertSame(
            """
            {
              "msg": "success",
              "code": 0,
              "data": {
                "column_names": ["Id", "User", "Host", "Cluster", "Db", "Command", "Time", "State", "Info"],
                "rows": [{
                  "User": "root", "Command": "Sleep", "State": "", "Cluster": "default_cluster", "Host": "10.81.85.89:31465",
                  "Time": "230", "Id": "0", "Info": "", "Db": "db1"
                }]
              },
              "count": 2
            }
            """,
            await answer.BodyAsync());
    }

    [Fact]
    public async Task The_documented_sample_of_all_hosts()
    {
        await using var table = new SqliteTable(new SqliteTableOptions(), _clock);
        await table.OpenAsync(default);
        await using var first = await TestServer.StartAsync(_clock, new SharedTable(table), options => options.HostName = FirstHost);
        await using var second = await TestServer.StartAsync(_clock, new SharedTable(table), options => options.HostName = "10.14.170.24");
        await first.AdminAsync(
            "POST",
            "sessions",
            """
            {"sessions":[
              {"sessionId":"a","host":"10.14.170.23","target":"db1","owner":"arn:aws:iam::000000000000:root","origin":"10.81.85.89:31465","number":0,"startDate":"2026-01-02T11:56:10Z"},
              {"sessionId":"b","host":"10.14.170.24","target":"db1","owner":"arn:aws:iam::000000000000:root","origin":"10.81.85.88:61465","number":1,"startDate":"2026-01-02T11:52:20Z"}]}
            """);

        foreach (var host in new[] { first, second })
        {
            using var answer = await host.DorisAsync(DorisCalls.All);
            AssertSame(
                """
                {
                  "msg": "success",
                  "code": 0,
                  "data": {
                    "column_names": ["FE", "Id", "User", "Host", "Cluster", "Db", "Command", "Time", "State", "Info"],
                    "rows": [
                      {"FE": "10.14.170.23", "User": "root", "Command": "Sleep", "State": "", "Cluster": "default_cluster", "Host": "10.81.85.89:31465",
                       "Time": "230", "Id": "0", "Info": "", "Db": "db1"},
                      {"FE": "10.14.170.24", "User": "root", "Command": "Sleep", "State": "", "Cluster": "default_cluster", "Host": "10.81.85.88:61465",
                       "Time": "460", "Id": "1", "Info": "", "Db": "db1"}]
                  },
                  "count": 2
                }
                """,
                await answer.BodyAsync());
        }
    }

    [Fact]
    public async Task The_bytes_of_the_specification()
    {
        await InjectAsync("""{"sessionId":"ana-1","target":"node-07","owner":"arn:aws:iam::000000000000:user/ana","origin":"192.0.2.44:51822","number":17,"startDate":"2026-01-02T11:54:47.5Z"}""");

        using var answer = await _server.DorisAsync(DorisCalls.Own + "/?ignored=1");

        Assert.Equal(
            """{"msg":"success","code":0,"data":{"column_names":["Id","User","Host","Cluster","Db","Command","Time","State","Info"],"rows":[{"User":"ana","Command":"Sleep","State":"","Cluster":"default_cluster","Host":"192.0.2.44:51822","Time":"312","Id":"17","Info":"","Db":"node-07"}]},"count":2}""",
            await answer.BodyAsync());
    }

    [Theory]
    [InlineData(DorisCalls.Own, 2, "")]
    [InlineData(DorisCalls.All, 0, "\"FE\",")]
    public async Task Without_sessions_there_are_no_rows(string path, int count, string host)
    {
        using var answer = await _server.DorisAsync(path);

        Assert.Equal(
            $$"""{"msg":"success","code":0,"data":{"column_names":[{{host}}"Id","User","Host","Cluster","Db","Command","Time","State","Info"],"rows":[]},"count":{{count}}}""",
            await answer.BodyAsync());
    }

    [Theory]
    [InlineData("""{"status":"Connecting","documentName":"My-Shell","reason":"to look"}""", "Command", "Connect")]
    [InlineData("""{"status":"Connecting","documentName":"My-Shell","reason":"to look"}""", "Info", "My-Shell to look")]
    [InlineData("""{"status":"Connected","documentName":"My-Shell"}""", "Command", "Sleep")]
    [InlineData("""{"status":"Connected","documentName":"My-Shell"}""", "Info", "")]
    [InlineData("""{"status":"Disconnected"}""", "Command", "Sleep")]
    [InlineData("""{"status":"Terminating"}""", "Command", "Kill")]
    [InlineData("""{"origin":"[2001:db8::5]:50123"}""", "Host", "[2001:db8::5]:50123")]
    [InlineData("""{"origin":"UNIX socket (pid=1 uid=0 gid=0)"}""", "Host", "0.0.0.0:0")]
    [InlineData("""{}""", "Host", "0.0.0.0:0")]
    [InlineData("""{"owner":"arn:aws:sts::000000000000:assumed-role/R/Mary"}""", "User", "Mary")]
    public async Task A_session_in_its_columns(string members, string column, string text)
    {
        var session = JsonNode.Parse(members)!.AsObject();
        session["sessionId"] = "s";
        session["target"] = "i-1";
        session["startDate"] = "2026-01-02T11:00:00Z";
        await InjectAsync(session.ToJsonString());

        var row = Assert.Single(await RowsAsync(DorisCalls.Own));

        Assert.Equal(text, row[column]);
    }

    [Fact]
    public async Task What_has_ended_and_what_is_of_others_is_not_there()
    {
        await InjectAsync(
            """{"sessionId":"ended","target":"i-1","status":"Terminated"}""",
            """{"sessionId":"failed","target":"i-1","status":"Failed"}""",
            """{"sessionId":"elsewhere","target":"i-2","region":"eu-west-1"}""",
            """{"sessionId":"other account","target":"i-3","account":"111122223333"}""",
            """{"sessionId":"other host","target":"i-4","host":"gone"}""");

        Assert.Equal(["i-2"], (await RowsAsync(DorisCalls.Own)).Select(row => row["Db"]));
        Assert.Equal([("i-2", FirstHost)], (await RowsAsync(DorisCalls.All)).Select(row => (row["Db"], row["FE"])));
    }

    [Fact]
    public async Task Rows_come_in_the_order_of_their_numbers()
    {
        await InjectAsync("""{"sessionId":"b","target":"i-b","number":7}""", """{"sessionId":"a","target":"i-a","number":12}""", """{"sessionId":"c","target":"i-c","number":2}""");

        Assert.Equal(["2", "7", "12"], (await RowsAsync(DorisCalls.Own)).Select(row => row["Id"]));
    }

    [Fact]
    public async Task A_session_that_is_started_is_there_with_its_origin_and_goes_with_its_end()
    {
        var numbers = new List<string>();
        for (var i = 0; i < 2; i++)
        {
            var started = (await _server.CallAsync("StartSession", $$"""{"Target":"{{TestServer.Node}}"}""")).Body;
            var row = Assert.Single(await RowsAsync(DorisCalls.All));
            numbers.Add(row["Id"]);
            Assert.StartsWith("127.0.0.1:", row["Host"], StringComparison.Ordinal);
            Assert.Equal(("test", TestServer.Node, "Connect", FirstHost), (row["User"], row["Db"], row["Command"], row["FE"]));

            await _server.CallAsync("TerminateSession", $$"""{"SessionId":"{{(string)JsonNode.Parse(started)!["SessionId"]!}}"}""");
            Assert.Empty(await RowsAsync(DorisCalls.Own));
        }

        Assert.Equal(["0", "1"], numbers);
    }

    [Fact]
    public async Task The_newer_columns()
    {
        await using var server = await TestServer.StartAsync(_clock, configure: options => options.DorisColumns = SsmSessions.Server.DorisForm.Fourteen);
        await server.AdminAsync("POST", "sessions", """{"sessions":[{"sessionId":"a","target":"i-1","startDate":"2026-01-02T11:59:00Z","number":3}]}""");

        using var answer = await server.DorisAsync(DorisCalls.Own);

        Assert.Equal(
            """{"msg":"success","code":0,"data":{"column_names":["CurrentConnected","Id","User","Host","LoginTime","Catalog","Db","Command","Time","State","QueryId","Info","FE","CloudCluster"],"rows":[{"LoginTime":"2026-01-02 11:59:00","User":"test","CloudCluster":"NULL","QueryId":"","Host":"0.0.0.0:0","Time":"60","Info":"","Catalog":"internal","CurrentConnected":"No","Command":"Sleep","State":"OK","Id":"3","Db":"i-1","FE":"test-host"}]},"count":2}""",
            await answer.BodyAsync());
    }

    private async Task InjectAsync(params string[] sessions) =>
        Assert.Equal(200, (await _server.AdminAsync("POST", "sessions", $$"""{"sessions":[{{string.Join(',', sessions)}}]}""")).Status);

    private async Task<List<Dictionary<string, string>>> RowsAsync(string path)
    {
        using var answer = await _server.DorisAsync(path);
        var rows = JsonNode.Parse(await answer.BodyAsync())!["data"]!["rows"]!.AsArray();
        return [.. rows.Select(row => row!.AsObject().ToDictionary(cell => cell.Key, cell => (string)cell.Value!, StringComparer.Ordinal))];
    }

    private static void AssertSame(string expected, string actual) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(actual)), actual);
}
