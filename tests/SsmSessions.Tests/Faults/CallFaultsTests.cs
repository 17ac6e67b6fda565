using System.Text;
using SsmSessions.Core.Faults;
using SsmSessions.Testing;
using SsmSessions.Tests.Admin;
using SsmSessions.Tests.TrueNas;

namespace SsmSessions.Tests.Faults;

/// <summary>What rules do to calls of each front end, to the byte.</summary>
public sealed class CallFaultsTests : IAsyncLifetime
{
    private const string Active = """{"State":"Active"}""";

    private TestServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    public static TheoryData<FaultRule, int, string> AwsAnswers => new()
    {
        { new() { Effect = FaultEffect.Throttle }, 400, """{"__type":"ThrottlingException","message":"Rate exceeded"}""" },
        { new() { Effect = FaultEffect.InternalError }, 500, """{"__type":"InternalServerError","Message":"An error occurred on the server side."}""" },
        { new() { Effect = FaultEffect.Error, Error = "InvalidFilterKey" }, 400, """{"__type":"InvalidFilterKey"}""" },
        { new() { Effect = FaultEffect.Error, Error = "InternalServerError", Message = "no" }, 500, """{"__type":"InternalServerError","Message":"no"}""" },
        { new() { Effect = FaultEffect.Error, Error = "Busy", Message = "later", Status = 503 }, 503, """{"__type":"Busy","Message":"later"}""" },
    };

    [Theory]
    [MemberData(nameof(AwsAnswers))]
    public async Task An_AWS_call_fails_as_the_rule_says_and_the_next_does_not(FaultRule rule, int status, string body)
    {
        await _server.Faults.AddAsync(rule with { Action = "DescribeSessions", Count = 1 });

        var other = await _server.CallAsync("GetConnectionStatus", $$"""{"Target":"{{TestServer.Node}}"}""");
        var failed = await _server.CallAsync("DescribeSessions", Active);
        var next = await _server.CallAsync("DescribeSessions", Active);

        Assert.Equal((200, status, body, 200), ((int)other.Status, (int)failed.Status, failed.Body, (int)next.Status));
    }

    [Fact]
    public async Task A_call_that_is_dropped_is_not_carried_out()
    {
        await _server.Faults.AddAsync(new FaultRule { Effect = FaultEffect.DropConnection, Action = "StartSession", Count = 1 });

        await Assert.ThrowsAsync<HttpRequestException>(() => _server.StartSessionAsync());

        Assert.Equal("""{"Sessions":[]}""", (await _server.CallAsync("DescribeSessions", Active)).Body);
    }

    [Fact]
    public async Task A_call_whose_answer_is_cut_in_half_is_carried_out()
    {
        await _server.Faults.AddAsync(new FaultRule { Effect = FaultEffect.HalfAnswer, Action = "StartSession", Count = 1 });

        await Assert.ThrowsAsync<HttpRequestException>(() => _server.StartSessionAsync());

        Assert.Contains("test-", (await _server.CallAsync("DescribeSessions", Active)).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_is_late_by_real_time()
    {
        await using var server = await TestServer.StartAsync(time: new ManualTimeProvider());
        await server.Faults.AddAsync(new FaultRule { Effect = FaultEffect.Latency, Milliseconds = 200, Count = 1 });
        var start = TimeProvider.System.GetTimestamp();

        await server.CallAsync("DescribeSessions", Active);

        // Timers count in coarse ticks, and may be some milliseconds early.
        Assert.True(TimeProvider.System.GetElapsedTime(start) >= TimeSpan.FromMilliseconds(150));
    }

    [Fact]
    public async Task Latency_and_a_failure_are_one_after_the_other()
    {
        await _server.Faults.AddAsync(new FaultRule { Effect = FaultEffect.Latency, Milliseconds = 1 });
        await _server.Faults.AddAsync(new FaultRule { Effect = FaultEffect.Throttle });

        Assert.Contains("Rate exceeded", (await _server.CallAsync("DescribeSessions", Active)).Body, StringComparison.Ordinal);
        Assert.Equal([1, 1], (await _server.Faults.ListAsync()).Select(report => report.Fired));
    }

    [Theory]
    [InlineData(FaultEffect.Throttle, 429, "Your IP is issuing too many concurrent connections, please rate limit your calls\n")]
    [InlineData(FaultEffect.InternalError, 500, "internal error")]
    public async Task A_Consul_call_fails(FaultEffect effect, int status, string body)
    {
        await _server.Faults.AddAsync(new FaultRule { Effect = effect, FrontEnd = FrontEnd.Consul, Action = "session/list", Count = 1 });

        using var other = await _server.Http.GetAsync(new Uri("/v1/status/leader", UriKind.Relative));
        using var failed = await _server.Http.GetAsync(new Uri("/v1/session/list", UriKind.Relative));

        Assert.Equal((200, status, body), ((int)other.StatusCode, (int)failed.StatusCode, await failed.Content.ReadAsStringAsync()));
    }

    [Fact]
    public async Task A_Consul_session_is_not_renewed_where_the_rule_names_it()
    {
        const string Id = "adf4238a-882b-9ddc-4a9d-5b6758e4159e";
        await _server.Faults.AddAsync(new FaultRule { Effect = FaultEffect.Error, Error = "No cluster leader", FrontEnd = FrontEnd.Consul, Session = Id });

        using var failed = await _server.Http.PutAsync(new Uri("/v1/session/renew/" + Id, UriKind.Relative), content: null);
        using var other = await _server.Http.PutAsync(new Uri("/v1/session/renew/bdf4238a-882b-9ddc-4a9d-5b6758e4159e", UriKind.Relative), content: null);

        Assert.Equal((500, "No cluster leader", 404), ((int)failed.StatusCode, await failed.Content.ReadAsStringAsync(), (int)other.StatusCode));
    }

    [Fact]
    public async Task A_Consul_answer_is_cut_in_half()
    {
        await _server.Faults.AddAsync(new FaultRule { Effect = FaultEffect.HalfAnswer, FrontEnd = FrontEnd.Consul, Count = 1 });

        await Assert.ThrowsAsync<HttpRequestException>(() => _server.Http.GetStringAsync(new Uri("/v1/agent/self", UriKind.Relative)));
    }

    [Fact]
    public async Task A_Doris_call_fails()
    {
        await _server.Faults.AddAsync(new FaultRule { Effect = FaultEffect.InternalError, FrontEnd = FrontEnd.Doris, Action = "session", Account = "000000000000" });

        Assert.Equal("""{"msg":"Internal Error","code":500,"data":"An internal error occurred.","count":0}""", await DorisAsync("/rest/v1/session"));
        Assert.Contains("\"code\":0", await DorisAsync("/rest/v1/session/all"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_TrueNAS_call_fails_and_its_connection_stays()
    {
        await using var client = await TrueNasClient.ConnectAsync(_server, "/api/current");
        await _server.Faults.AddAsync(new FaultRule { Effect = FaultEffect.Throttle, FrontEnd = FrontEnd.TrueNas, Action = "core.ping", Count = 1 });

        Assert.Contains("ETOOMANYREFS", await client.AskAsync("""{"jsonrpc":"2.0","id":1,"method":"core.ping","params":[]}"""), StringComparison.Ordinal);
        Assert.Contains("pong", await client.AskAsync("""{"jsonrpc":"2.0","id":2,"method":"core.ping","params":[]}"""), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Admin_sets_lists_and_removes()
    {
        var (status, body) = await _server.AdminAsync("POST", "faults", """{"effect":"latency","milliseconds":1,"action":"DescribeSessions","seconds":60}""");
        Assert.Equal(201, status);
        var fault = Assert.Single(await _server.Faults.ListAsync()).Fault;
        Assert.StartsWith($$"""{"id":"{{fault.Id}}","created":""", body, StringComparison.Ordinal);
        Assert.EndsWith(
            ""","fired":0,"over":false,"rule":{"effect":"latency","action":"DescribeSessions","seconds":60,"milliseconds":1}}""", body, StringComparison.Ordinal);
        await _server.CallAsync("DescribeSessions", Active);
        Assert.Contains("\"fired\":1", (await _server.AdminAsync("GET", "faults")).Body, StringComparison.Ordinal);

        Assert.Equal((204, ""), await _server.AdminAsync("DELETE", "faults/" + fault.Id));
        Assert.Equal((404, """{"error":"There is no such fault."}"""), await _server.AdminAsync("DELETE", "faults/" + fault.Id));
        Assert.Equal((200, """{"faults":[]}"""), await _server.AdminAsync("GET", "faults"));
    }

    [Theory]
    [InlineData("DELETE", "faults")]
    [InlineData("POST", "reset")]
    public async Task All_are_removed_at_once(string method, string path)
    {
        await _server.Faults.AddAsync(new FaultRule { Effect = FaultEffect.Throttle });
        await _server.Faults.AddAsync(new FaultRule { Effect = FaultEffect.Lose });

        Assert.Equal((204, ""), await _server.AdminAsync(method, path));

        Assert.Equal((200, """{"faults":[]}"""), await _server.AdminAsync("GET", "faults"));
        Assert.Equal(200, (int)(await _server.CallAsync("DescribeSessions", Active)).Status);
    }

    [Theory]
    [InlineData("""{}""", "A fault has an effect.")]
    [InlineData("""{"effect":"throttle","count":0}""", "count is 1 or more")]
    [InlineData("""{"effect":"throttle","probability":1.5}""", "probability between 0 and 1")]
    [InlineData("""{"effect":"throttle","seed":1}""", "A seed goes with a probability.")]
    [InlineData("""{"effect":"throttle","seconds":0}""", "seconds is more than 0")]
    [InlineData("""{"effect":"throttle","action":""}""", "A text has 1 to 400 characters")]
    [InlineData("""{"effect":"throttle","closeCode":1011}""", "closeCode goes with close.")]
    [InlineData("""{"effect":"close"}""", "closeCode goes with close.")]
    [InlineData("""{"effect":"close","closeCode":1006}""", "That close code may not be sent.")]
    [InlineData("""{"effect":"latency"}""", "milliseconds goes with latency and delay.")]
    [InlineData("""{"effect":"delay","milliseconds":1e9}""", "milliseconds is more than 0")]
    [InlineData("""{"effect":"error"}""", "error and status go with the effect error")]
    [InlineData("""{"effect":"error","error":"X","status":200}""", "A status is between 400 and 599.")]
    [InlineData("""{"effect":"freeze","count":1}""", "Freeze is a state")]
    [InlineData("""{"effect":"drop","direction":"toClient"}""", "A direction goes with effects on messages.")]
    [InlineData("""{"effect":"lose","action":"StartSession"}""", "An action goes with effects on calls.")]
    [InlineData("""{"effect":"lose","frontEnd":"consul"}""", "Only effects on calls are of other front ends")]
    [InlineData("""{"effect":"lose, double"}""", "One of these is expected: throttle, error, internalError, latency")]
    [InlineData("""{"effect":7}""", "One of these is expected")]
    [InlineData("""{"effect":"lose","often":1}""", "often")]
    public async Task A_rule_that_makes_no_sense_is_refused(string rule, string why)
    {
        var (status, body) = await _server.AdminAsync("POST", "faults", rule);

        Assert.Equal(400, status);
        Assert.Contains(why, body, StringComparison.Ordinal);
    }

    private async Task<string> DorisAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        request.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes("test:test")));
        using var response = await _server.Http.SendAsync(request);
        return await response.Content.ReadAsStringAsync();
    }
}
