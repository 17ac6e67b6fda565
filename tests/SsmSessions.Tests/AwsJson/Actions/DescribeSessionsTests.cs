using System.Net;
using SsmSessions.Core.Sessions;
using SsmSessions.Testing;

namespace SsmSessions.Tests.AwsJson.Actions;

/// <summary>How DescribeSessions writes sessions (spec/ssm-control-plane.md §4.1.3). Which ones it lists: <see cref="SessionListInMemoryTests"/>.</summary>
public sealed class DescribeSessionsTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 11, 0, 0, 123, TimeSpan.Zero);

    private readonly ManualTimeProvider _clock = new();
    private TestServer? _server;

    private TestServer Server => _server!;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync(_clock);

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    [Theory]
    [InlineData("Active")]
    [InlineData("History")]
    public async Task Without_sessions_the_list_is_empty_and_there(string state)
    {
        var answer = await Server.CallAsync("DescribeSessions", $$"""{"State":"{{state}}"}""");

        Assert.Equal((HttpStatusCode.OK, """{"Sessions":[]}"""), answer);
    }

    [Theory]
    [InlineData(SessionStatus.Connecting)]
    [InlineData(SessionStatus.Connected)]
    [InlineData(SessionStatus.Disconnected)]
    public async Task An_active_session_has_empty_texts_where_nothing_is_known(SessionStatus status)
    {
        await Server.InjectAsync(TestServerSessions.NewSession("test-1", Start, status));

        var answer = await Server.CallAsync("DescribeSessions", """{"State":"Active"}""");

        Assert.Equal(
            $$$"""{"Sessions":[{"AccessType":"Standard","Details":"","OutputUrl":{"CloudWatchOutputUrl":"","S3OutputUrl":""},"Owner":"arn:aws:iam::000000000000:user/test","SessionId":"test-1","StartDate":1.767351600123E9,"Status":"{{{status}}}","Target":"i-0123456789abcdef0"}]}""",
            answer.Body);
    }

    [Theory]
    [InlineData(SessionStatus.Terminating)]
    [InlineData(SessionStatus.Terminated)]
    [InlineData(SessionStatus.Failed)]
    public async Task An_ended_session_has_an_end_and_leaves_out_what_is_not_known(SessionStatus status)
    {
        await Server.InjectAsync(TestServerSessions.NewSession("test-1", Start, status, Start.AddSeconds(2.5)));

        var answer = await Server.CallAsync("DescribeSessions", """{"State":"History"}""");

        Assert.Equal(
            $$$"""{"Sessions":[{"AccessType":"Standard","EndDate":1.767351602623E9,"OutputUrl":{},"Owner":"arn:aws:iam::000000000000:user/test","SessionId":"test-1","StartDate":1.767351600123E9,"Status":"{{{status}}}","Target":"i-0123456789abcdef0"}]}""",
            answer.Body);
    }

    [Fact]
    public async Task Everything_that_is_known_is_shown()
    {
        await Server.InjectAsync(TestServerSessions.NewSession("test-1", Start, SessionStatus.Terminated, Start.AddHours(1)) with
        {
            DocumentName = "arn:aws:ssm:us-east-1:000000000000:document/My-Shell",
            Reason = "\"why\" <ä€😀>",
            Details = "the shell ended",
            S3OutputUrl = "https://us-east-1.console.aws.amazon.com/s3/object/bucket/prefix/test-1.log",
            CloudWatchOutputUrl = "https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1#group",
            MaxSessionDuration = TimeSpan.FromMinutes(90),
            AccessType = AccessType.JustInTime,
        });

        var answer = await Server.CallAsync("DescribeSessions", """{"State":"History"}""");

        Assert.Equal(
            """{"Sessions":[{"AccessType":"JustInTime","Details":"the shell ended","DocumentName":"arn:aws:ssm:us-east-1:000000000000:document/My-Shell","EndDate":1.767355200123E9,"MaxSessionDuration":"90","OutputUrl":{"CloudWatchOutputUrl":"https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1#group","S3OutputUrl":"https://us-east-1.console.aws.amazon.com/s3/object/bucket/prefix/test-1.log"},"Owner":"arn:aws:iam::000000000000:user/test","Reason":"\"why\" <ä€\uD83D\uDE00>","SessionId":"test-1","StartDate":1.767351600123E9,"Status":"Terminated","Target":"i-0123456789abcdef0"}]}""",
            answer.Body);
    }

    [Fact]
    public async Task A_session_that_was_started_is_shown_as_it_was_started()
    {
        var id = await Server.StartSessionAsync();

        var answer = await Server.CallAsync("DescribeSessions", """{"State":"Active"}""");

        Assert.Equal(
            $$$"""{"Sessions":[{"AccessType":"Standard","Details":"","OutputUrl":{"CloudWatchOutputUrl":"","S3OutputUrl":""},"Owner":"arn:aws:iam::000000000000:user/test","SessionId":"{{{id}}}","StartDate":1.7673552E9,"Status":"Connecting","Target":"i-0123456789abcdef0"}]}""",
            answer.Body);
    }

    [Fact]
    public async Task A_changed_session_is_not_shown_as_it_was()
    {
        await Server.InjectAsync(TestServerSessions.NewSession("test-1", Start, SessionStatus.Connecting));
        await Server.CallAsync("DescribeSessions", """{"State":"Active"}""");
        await Server.InjectAsync(TestServerSessions.NewSession("test-1", Start));

        var answer = await Server.CallAsync("DescribeSessions", """{"State":"Active"}""");

        Assert.Contains("\"Status\":\"Connected\"", answer.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2026-01-02T12:00:00Z", "1.7673552E9")]
    [InlineData("2026-01-02T12:00:00.1Z", "1.7673552001E9")]
    [InlineData("2026-01-02T12:00:00.123Z", "1.767355200123E9")]
    [InlineData("2026-01-02T12:00:00.009Z", "1.767355200009E9")]
    [InlineData("2026-01-02T12:00:01Z", "1.767355201E9")]
    [InlineData("2001-09-09T01:46:40Z", "1.0E9")]
    [InlineData("2033-05-18T03:33:20Z", "2.0E9")]
    [InlineData("1970-01-01T00:00:00.5Z", "0.5")]
    [InlineData("1970-01-02T00:00:00Z", "86400.0")]
    [InlineData("1970-04-26T17:46:39.999Z", "9999999.999")]
    [InlineData("1970-04-26T17:46:40Z", "1.0E7")]
    public async Task Dates_are_printed_as_a_Java_double(string date, string number)
    {
        await Server.InjectAsync(TestServerSessions.NewSession("test-1", DateTimeOffset.Parse(date, null)));

        var answer = await Server.CallAsync("DescribeSessions", """{"State":"Active"}""");

        Assert.Contains($"\"StartDate\":{number},", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_token_stands_before_the_sessions()
    {
        await Server.InjectAsync(TestServerSessions.NewSession("test-1", Start), TestServerSessions.NewSession("test-2", Start));

        var answer = await Server.CallAsync("DescribeSessions", """{"State":"Active","MaxResults":1}""");

        Assert.Matches("^{\"NextToken\":\"AA[A-Za-z0-9+/]+=*\",\"Sessions\":\\[{.*\"SessionId\":\"test-2\".*}\\]}$", answer.Body);
    }
}
