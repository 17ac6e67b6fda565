using SsmSessions.Testing;

namespace SsmSessions.Tests.Admin;

/// <summary>Injected sessions.</summary>
public sealed class AdminSessionsTests : IAsyncLifetime
{
    private readonly ManualTimeProvider _clock = new();
    private TestServer? _server;

    private TestServer Server => _server!;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync(_clock);

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    [Fact]
    public async Task Id_and_target_are_enough()
    {
        Assert.Equal((200, """{"sessions":1}"""), await Server.AdminAsync("POST", "sessions", """{"sessions":[{"sessionId":"a-1","target":"i-1"}]}"""));

        Assert.Equal(
            """{"Sessions":[{"AccessType":"Standard","Details":"","OutputUrl":{"CloudWatchOutputUrl":"","S3OutputUrl":""},"Owner":"arn:aws:iam::000000000000:user/test","SessionId":"a-1","StartDate":1.7673552E9,"Status":"Connected","Target":"i-1"}]}""",
            (await Server.CallAsync("DescribeSessions", """{"State":"Active"}""")).Body);
    }

    [Fact]
    public async Task Everything_can_be_given()
    {
        await Server.AdminAsync(
            "POST",
            "sessions",
            """
            {"sessions":[{"sessionId":"a-1","target":"i-1","owner":"arn:aws:sts::111122223333:assumed-role/R/bob","status":"Failed",
              "startDate":"2026-01-01T10:00:00Z","endDate":"2026-01-01T12:30:00+02:00","documentName":"My-Shell","reason":"why",
              "details":"d","s3OutputUrl":"https://s3/x","cloudWatchOutputUrl":"https://cw/y","accessType":"JustInTime",
              "maxSessionDurationMinutes":60,"account":"111122223333","region":"eu-west-1"}]}
            """);

        Assert.Equal(
            """{"Sessions":[{"AccessType":"JustInTime","Details":"d","DocumentName":"My-Shell","EndDate":1.7672634E9,"MaxSessionDuration":"60","OutputUrl":{"CloudWatchOutputUrl":"https://cw/y","S3OutputUrl":"https://s3/x"},"Owner":"arn:aws:sts::111122223333:assumed-role/R/bob","Reason":"why","SessionId":"a-1","StartDate":1.7672616E9,"Status":"Failed","Target":"i-1"}]}""",
            (await Server.CallAsync("DescribeSessions", """{"State":"History"}""", "111122223333", "eu-west-1")).Body);
    }

    [Fact]
    public async Task An_injected_session_has_no_deadline_and_ends_by_request()
    {
        await Server.AdminAsync("POST", "sessions", """{"sessions":[{"sessionId":"a-1","target":"i-1"}]}""");
        _clock.Advance(TimeSpan.FromDays(400));

        Assert.Contains("a-1", (await Server.CallAsync("DescribeSessions", """{"State":"Active"}""")).Body, StringComparison.Ordinal);
        Assert.Equal("""{"SessionId":"a-1"}""", (await Server.CallAsync("TerminateSession", """{"SessionId":"a-1"}""")).Body);
    }

    public static TheoryData<string, string> Wrong { get; } = new()
    {
        { """{}""", "Give 1 to 10000 sessions." },
        { """{"sessions":null}""", "Give 1 to 10000 sessions." },
        { """{"sessions":[]}""", "Give 1 to 10000 sessions." },
        { """{"sessions":[null]}""", "sessions[0]: null is no session." },
        { """{"sessions":[{}]}""", "sessions[0]: sessionId has 1 to 96 characters." },
        { """{"sessions":[{"sessionId":"a","target":"i"},{"sessionId":"","target":"i"}]}""", "sessions[1]: sessionId has 1 to 96 characters." },
        { $$"""{"sessions":[{"sessionId":"{{new string('a', 97)}}","target":"i"}]}""", "sessions[0]: sessionId has 1 to 96 characters." },
        { """{"sessions":[{"sessionId":"a"}]}""", "sessions[0]: target has 1 to 400 characters." },
        { $$"""{"sessions":[{"sessionId":"a","target":"{{new string('a', 401)}}"}]}""", "sessions[0]: target has 1 to 400 characters." },
        { """{"sessions":[{"sessionId":"a","target":"i","owner":""}]}""", "sessions[0]: owner has 1 to 256 characters." },
        { """{"sessions":[{"sessionId":"a","target":"i","reason":""}]}""", "sessions[0]: reason has 1 to 256 characters." },
        { """{"sessions":[{"sessionId":"a","target":"i","details":""}]}""", "sessions[0]: details has 1 to 1024 characters." },
        { """{"sessions":[{"sessionId":"a","target":"i","s3OutputUrl":""}]}""", "sessions[0]: s3OutputUrl has 1 to 2083 characters." },
        { """{"sessions":[{"sessionId":"a","target":"i","cloudWatchOutputUrl":""}]}""", "sessions[0]: cloudWatchOutputUrl has 1 to 2083 characters." },
        { """{"sessions":[{"sessionId":"a","target":"i","documentName":"ab"}]}""", "sessions[0]: documentName has 3 to 128 characters." },
        { """{"sessions":[{"sessionId":"a","target":"i","status":"connected"}]}""", "sessions[0]: status is one of Connecting, Connected, Disconnected, Terminating, Terminated, Failed." },
        { """{"sessions":[{"sessionId":"a","target":"i","status":"3"}]}""", "sessions[0]: status is one of Connecting, Connected, Disconnected, Terminating, Terminated, Failed." },
        { """{"sessions":[{"sessionId":"a","target":"i","accessType":"None"}]}""", "sessions[0]: accessType is one of Standard, JustInTime." },
        { """{"sessions":[{"sessionId":"a","target":"i","startDate":"1969-12-31T23:59:59Z"}]}""", "sessions[0]: startDate is from 1970 to 2199." },
        { """{"sessions":[{"sessionId":"a","target":"i","startDate":"9999-01-01T00:00:00Z"}]}""", "sessions[0]: startDate is from 1970 to 2199." },
        { """{"sessions":[{"sessionId":"a","target":"i","status":"Failed","endDate":"9999-12-31T23:59:59Z"}]}""", "sessions[0]: endDate is not after 2199." },
        { """{"sessions":[{"sessionId":"a","target":"i","status":"Failed","startDate":"2026-01-01T10:00:00Z","endDate":"2026-01-01T09:59:59Z"}]}""", "sessions[0]: endDate is not before startDate." },
        { """{"sessions":[{"sessionId":"a","target":"i","startDate":"2026-01-01T10:00:00Z","endDate":"2026-01-01T11:00:00Z"}]}""", "sessions[0]: only a session in History has an endDate." },
        { """{"sessions":[{"sessionId":"a","target":"i","maxSessionDurationMinutes":0}]}""", "sessions[0]: maxSessionDurationMinutes is 1 to 1440." },
        { """{"sessions":[{"sessionId":"a","target":"i","maxSessionDurationMinutes":1441}]}""", "sessions[0]: maxSessionDurationMinutes is 1 to 1440." },
        { """{"sessions":[{"sessionId":"a","target":"i","account":"a/b"}]}""", "An account has 12 digits, a region 1 to 32 of the characters a-z, 0-9 and \\u0027-\\u0027." },
        { $$"""{"sessions":[{"sessionId":"a","target":"{{new string('€', 400)}}"}]}""", "A session cannot be stored: the index partition has more than 1024 bytes (Parameter \\u0027part\\u0027)" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task A_session_that_makes_no_sense_is_refused(string json, string error)
    {
        Assert.Equal((400, $$"""{"error":"{{error}}"}"""), await Server.AdminAsync("POST", "sessions", json));
        Assert.Equal("""{"Sessions":[]}""", (await Server.CallAsync("DescribeSessions", """{"State":"Active"}""")).Body);
    }

    [Theory]
    [InlineData("""{"sessions":{}}""")]
    [InlineData("""{"sessions":["a"]}""")]
    [InlineData("""{"sessions":[{"sessionId":1}]}""")]
    [InlineData("""{"sessions":[{"SessionId":"a","Target":"i"}]}""")]
    [InlineData("""{"sessions":[{"sessionId":"a","target":"i","startDate":"yesterday"}]}""")]
    [InlineData("""{"sessions":[{"sessionId":"a","target":"i","maxSessionDurationMinutes":1.5}]}""")]
    public async Task A_body_that_cannot_be_read_is_refused(string json)
    {
        var (status, body) = await Server.AdminAsync("POST", "sessions", json);

        Assert.Equal(400, status);
        Assert.StartsWith("""{"error":"The body is not what is expected here: """, body, StringComparison.Ordinal);
    }
}
