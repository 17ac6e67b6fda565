using SsmSessions.Core.Leases;
using SsmSessions.Server.Consul.Agent;
using SsmSessions.Storage.Sqlite;
using SsmSessions.Testing;
using SsmSessions.Testing.Store;

namespace SsmSessions.Tests.Consul;

/// <summary>The agent's endpoints: itself, the members, and the checks that are reported (spec/consul-sessions.md §10).</summary>
public sealed class CatalogAgentTests : IAsyncLifetime
{
    private readonly ManualTimeProvider _clock = new();
    private TestServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync(_clock);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task The_agent_tells_about_itself()
    {
        var id = MemberNodes.IdOf(CatalogCalls.Host);
        Assert.Equal(
            $$$"""{"Config":{"Datacenter":"dc1","PrimaryDatacenter":"dc1","NodeName":"test-host","NodeID":"{{{id}}}","Revision":"","Server":true,"Version":"1.10.12"},"DebugConfig":{"Datacenter":"dc1","NodeID":"{{{id}}}","NodeName":"test-host","ServerMode":true,"Version":"1.10.12"},"Coord":null,"Member":{{{Server(1)}}},"Stats":{"agent":{"check_monitors":"0","check_ttls":"0","checks":"0","services":"0"},"build":{"prerelease":"","revision":"","version":"1.10.12"},"consul":{"known_datacenters":"1","leader_addr":"127.0.0.1:8300","server":"true"}},"Meta":{"consul-network-segment":""}}""",
            await _server.GetAsync("/v1/agent/self"));
    }

    [Fact]
    public async Task Members_are_the_host_and_its_nodes()
    {
        await _server.PutAsync("/v1/catalog/register", """{"Node":"external","Address":"a"}""");
        var node = Server(1)
            .Replace("test-host", TestServer.Node, StringComparison.Ordinal)
            .Replace(MemberNodes.IdOf(CatalogCalls.Host), MemberNodes.IdOf(TestServer.Node), StringComparison.Ordinal)
            .Replace("\"port\":\"8300\",", "", StringComparison.Ordinal)
            .Replace("\"role\":\"consul\"", "\"role\":\"node\"", StringComparison.Ordinal);
        Assert.Equal($"[{node},{Server(1)}]", await _server.GetAsync("/v1/agent/members"));
        Assert.Equal(
            $"[{Server(1).Replace("test-host", "test-host.dc1", StringComparison.Ordinal)}]", await _server.GetAsync("/v1/agent/members?wan=1"));
    }

    [Theory]
    [InlineData("", "Request decode failed: EOF")]
    [InlineData("""{"Foo":1}""", "Request decode failed: json: unknown field \"Foo\"")]
    [InlineData("""{"Name":1}""", "Request decode failed: json: cannot unmarshal number into Go struct field .Name of type string")]
    [InlineData("""{"Name":"c","TTL":"abc"}""", "Request decode failed: time: invalid duration \"abc\"")]
    [InlineData("{}", "Missing check name")]
    [InlineData("""{"TTL":"30s"}""", "Missing check name")]
    [InlineData("""{"Name":"c","TTL":"30s","Status":"fine"}""", "Bad check status")]
    [InlineData("""{"Name":"c"}""", "Invalid check: TTL must be > 0 for TTL checks")]
    [InlineData("""{"Name":"c","TTL":"30s","Interval":"10s"}""", "Invalid check: Interval and TTL cannot both be specified")]
    [InlineData("""{"Name":"c","HTTP":"http://x"}""", "Invalid check: Interval must be > 0 for Script, HTTP, or TCP checks")]
    [InlineData("""{"Name":"c","HTTP":"http://x","Interval":"10s"}""", "Invalid check: only TTL checks are supported")]
    [InlineData("""{"Name":"c","TTL":"30s","ServiceID":"x"}""", "ServiceID \"x\" does not exist", 500)]
    public async Task A_check_that_makes_no_sense_is_refused(string body, string text, int status = 400)
    {
        var reply = await _server.ConsulAsync("PUT", "/v1/agent/check/register", body);
        Assert.Equal((status, text), (reply.Status, reply.Body));
        Assert.Equal("{}", await _server.GetAsync("/v1/agent/checks"));
    }

    [Fact]
    public async Task A_check_is_registered_and_reported()
    {
        Assert.Equal("", await _server.PutAsync("/v1/agent/check/register", """{"Name":"c","TTL":"30s","Notes":"n"}"""));
        Assert.StartsWith($"[{Check("critical", "", 4, 4)},", await _server.GetAsync("/v1/health/node/test-host"), StringComparison.Ordinal);
        Assert.Equal($$$"""{"c":{{{Check("critical", "", 0, 0)}}}}""", await _server.GetAsync("/v1/agent/checks"));

        Assert.Equal("", await _server.PutAsync("/v1/agent/check/pass/c?note=well%20done"));
        Assert.Equal($"[{Check("passing", "well done", 4, 5)},", (await _server.GetAsync("/v1/health/node/test-host"))[..(Check("passing", "well done", 4, 5).Length + 2)]);
        await _server.PutAsync("/v1/agent/check/warn/C");
        Assert.Equal($"[{Check("warning", "", 4, 6)}]", await _server.GetAsync("/v1/health/state/warning"));
        await _server.PutAsync("/v1/agent/check/fail/c?note=bad");
        Assert.Equal($"[{Check("critical", "bad", 4, 7)}]", await _server.GetAsync("/v1/health/state/critical"));
        await _server.PutAsync("/v1/agent/check/update/c", """{"Status":"passing","Output":"out"}""");
        Assert.Equal($$$"""{"c":{{{Check("passing", "out", 0, 0)}}}}""", await _server.GetAsync("/v1/agent/checks"));

        Assert.Equal("", await _server.PutAsync("/v1/agent/check/deregister/c"));
        Assert.Equal("{}", await _server.GetAsync("/v1/agent/checks"));
        Assert.Equal("", await _server.PutAsync("/v1/agent/check/deregister/c"));
    }

    [Fact]
    public async Task Python_s_lower_case_members_and_numbers_do()
    {
        await _server.PutAsync("/v1/agent/check/register", """{"name":"c","id":"my","ttl":30000000000,"status":"passing"}""");
        Assert.Contains("\"CheckID\":\"my\",\"Name\":\"c\",\"Status\":\"passing\"", await _server.GetAsync("/v1/agent/checks"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_check_that_is_registered_again_stands_as_it_stood()
    {
        await _server.PutAsync("/v1/agent/check/register", """{"Name":"c","TTL":"30s"}""");
        await _server.PutAsync("/v1/agent/check/pass/c?note=x");
        var session = await _server.CreateSessionAsync("""{"NodeChecks":["c"]}""");
        await _server.PutAsync("/v1/agent/check/register", """{"Name":"c","TTL":"40s","Status":"critical"}""");
        Assert.Contains("\"Status\":\"passing\",\"Notes\":\"\",\"Output\":\"x\"", await _server.GetAsync("/v1/agent/checks"), StringComparison.Ordinal);
        Assert.True(await _server.LivesAsync(session));
    }

    [Fact]
    public async Task What_is_known_already_is_not_written_again()
    {
        await _server.PutAsync("/v1/agent/check/register", """{"Name":"c","TTL":"30s","Status":"passing"}""");
        var before = await _server.ConsulAsync("GET", "/v1/health/state/any");
        await _server.PutAsync("/v1/agent/check/pass/c");
        Assert.Equal(before.Index, (await _server.ConsulAsync("GET", "/v1/health/state/any")).Index);
        await _server.CreateSessionAsync();
        Assert.Equal((ulong.Parse(before.Index) + 1).ToString(), (await _server.ConsulAsync("GET", "/v1/session/list")).Index);
    }

    [Theory]
    [InlineData("pass/none", "", 500, "CheckID \"none\" does not have associated TTL")]
    [InlineData("warn/serfHealth", "", 500, "CheckID \"serfHealth\" does not have associated TTL")]
    [InlineData("fail/", "", 500, "CheckID \"\" does not have associated TTL")]
    [InlineData("update/none", "", 400, "Request decode failed: EOF")]
    [InlineData("update/none", """{"Status":"fine"}""", 400, "Invalid check status: 'fine'")]
    [InlineData("update/none", """{"Status":"passing"}""", 500, "CheckID \"none\" does not have associated TTL")]
    [InlineData("deregister/", "", 500, "CheckID missing")]
    [InlineData("deregister/serfHealth", "", 200, "")]
    public async Task Checks_that_nobody_reports_are_not_touched(string path, string body, int status, string text)
    {
        var reply = await _server.ConsulAsync("PUT", "/v1/agent/check/" + path, body);
        Assert.Equal((status, text), (reply.Status, reply.Body));
        Assert.Contains("serfHealth", await _server.GetAsync("/v1/health/state/passing"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_check_that_is_not_reported_in_time_turns_critical_and_ends_its_sessions()
    {
        await _server.PutAsync("/v1/agent/check/register", """{"Name":"c","TTL":"30s"}""");
        await _server.PutAsync("/v1/agent/check/pass/c?note=x");
        var session = await _server.CreateSessionAsync("""{"NodeChecks":["c"]}""");
        foreach (var _ in Enumerable.Range(0, 3))
        {
            await AdvanceAsync(TimeSpan.FromSeconds(29));
            await _server.PutAsync("/v1/agent/check/pass/c?note=x");
        }

        Assert.True(await _server.LivesAsync(session));
        await AdvanceAsync(TimeSpan.FromSeconds(30));
        Assert.False(await _server.LivesAsync(session));
        Assert.Contains(
            "\"Output\":\"TTL expired (last output before timeout follows): x\"", await _server.GetAsync("/v1/agent/checks"), StringComparison.Ordinal);

        // Once is enough; and a word brings it back.
        var index = (await _server.ConsulAsync("GET", "/v1/health/state/any")).Index;
        await AdvanceAsync(TimeSpan.FromHours(1));
        Assert.Equal(index, (await _server.ConsulAsync("GET", "/v1/health/state/any")).Index);
        await _server.PutAsync("/v1/agent/check/pass/c?note=x");
        Assert.Contains("\"Status\":\"passing\"", await _server.GetAsync("/v1/agent/checks"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_turns_critical_by_itself()
    {
        await using var server = await TestServer.StartAsync();
        await server.PutAsync("/v1/agent/check/register", """{"Name":"c","TTL":"200ms","Status":"passing"}""");
        var session = await server.CreateSessionAsync("""{"NodeChecks":["c"]}""");
        await Eventually.IsTrueAsync(async () => !await server.LivesAsync(session), TimeSpan.FromSeconds(20));
        Assert.Contains("\"Output\":\"TTL expired\"", await server.GetAsync("/v1/agent/checks"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_a_restart_a_check_has_its_time_again()
    {
        await using var table = new SqliteTable(new SqliteTableOptions(), TimeProvider.System);
        await table.OpenAsync(default);
        string session;
        await using (var first = await TestServer.StartAsync(_clock, new SharedTable(table)))
        {
            await first.PutAsync("/v1/agent/check/register", """{"Name":"c","TTL":"30s","Status":"passing"}""");
            session = await first.CreateSessionAsync("""{"NodeChecks":["c","serfHealth"]}""");
            _clock.Advance(TimeSpan.FromSeconds(20));
        }

        await using var second = await TestServer.StartAsync(_clock, new SharedTable(table));
        _clock.Advance(TimeSpan.FromSeconds(29));
        await second.Service<TtlChecks>().EndOverdueAsync(default);
        Assert.True(await second.LivesAsync(session));
        _clock.Advance(TimeSpan.FromSeconds(1));
        await second.Service<TtlChecks>().EndOverdueAsync(default);
        Assert.False(await second.LivesAsync(session));
        Assert.Contains("\"Output\":\"TTL expired\"", await second.GetAsync("/v1/agent/checks"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_check_that_the_catalog_lost_is_forgotten()
    {
        await _server.PutAsync("/v1/agent/check/register", """{"Name":"c","TTL":"30s"}""");
        await _server.PutAsync("/v1/catalog/deregister", """{"Node":"test-host","CheckID":"c"}""");
        await AdvanceAsync(TimeSpan.FromMinutes(1));
        Assert.Equal("{}", await _server.GetAsync("/v1/agent/checks"));
        Assert.Equal(500, (await _server.ConsulAsync("PUT", "/v1/agent/check/pass/c")).Status);
    }

    [Fact]
    public async Task A_long_note_is_cut()
    {
        await _server.PutAsync("/v1/agent/check/register", """{"Name":"c","TTL":"30s"}""");
        await _server.PutAsync("/v1/agent/check/update/c", $$"""{"Status":"passing","Output":"{{new string('x', 5000)}}"}""");
        Assert.Contains(
            $"\"Output\":\"{new string('x', 4096)} ... (captured 4096 of 5000 bytes)\"", await _server.GetAsync("/v1/agent/checks"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", 400, "Missing value for enable")]
    [InlineData("?enable", 400, "Invalid value for enable: \"\"")]
    [InlineData("?enable=maybe", 400, "Invalid value for enable: \"maybe\"")]
    [InlineData("?enable=false", 200, "")]
    public async Task Maintenance_wants_to_know_whether(string query, int status, string text)
    {
        var reply = await _server.ConsulAsync("PUT", "/v1/agent/maintenance" + query);
        Assert.Equal((status, text), (reply.Status, reply.Body));
    }

    [Fact]
    public async Task Maintenance_adds_a_critical_check_and_ends_no_session()
    {
        var session = await _server.CreateSessionAsync();
        Assert.Equal("", await _server.PutAsync("/v1/agent/maintenance?enable=true&reason=disk"));
        await _server.PutAsync("/v1/agent/maintenance?enable=1");
        Assert.Equal(
            """[{"Node":"test-host","CheckID":"_node_maintenance","Name":"Node Maintenance Mode","Status":"critical","Notes":"disk","Output":"","ServiceID":"","ServiceName":"","ServiceTags":[],"Type":"maintenance","Interval":"","Timeout":"","ExposedPort":0,"Definition":{},"CreateIndex":5,"ModifyIndex":5}]""",
            await _server.GetAsync("/v1/health/state/critical"));
        Assert.True(await _server.LivesAsync(session));
        await _server.PutAsync("/v1/agent/maintenance?enable=false");
        Assert.Equal("[]", await _server.GetAsync("/v1/health/state/critical"));

        await _server.PutAsync("/v1/agent/maintenance?enable=true");
        Assert.Contains(
            "\"Notes\":\"Maintenance mode is enabled for this node, but no reason was provided. This is a default message.\"",
            await _server.GetAsync("/v1/agent/checks"),
            StringComparison.Ordinal);
    }

    private static string Server(int status) =>
        $$"""{"Name":"test-host","Addr":"127.0.0.1","Port":8301,"Tags":{"build":"1.10.12","dc":"dc1","id":"{{MemberNodes.IdOf(CatalogCalls.Host)}}","port":"8300","role":"consul","segment":"","vsn":"2","vsn_max":"3","vsn_min":"2"},"Status":{{status}},"ProtocolMin":1,"ProtocolMax":5,"ProtocolCur":2,"DelegateMin":2,"DelegateMax":5,"DelegateCur":4}""";

    private static string Check(string status, string output, int created, int modified) =>
        $$$"""{"Node":"test-host","CheckID":"c","Name":"c","Status":"{{{status}}}","Notes":"n","Output":"{{{output}}}","ServiceID":"","ServiceName":"","ServiceTags":[],"Type":"ttl","Interval":"0s","Timeout":"0s","ExposedPort":0,"Definition":{},"CreateIndex":{{{created}}},"ModifyIndex":{{{modified}}}}""";

    private async Task AdvanceAsync(TimeSpan time)
    {
        _clock.Advance(time);
        await _server.Service<TtlChecks>().EndOverdueAsync(default);
    }
}
