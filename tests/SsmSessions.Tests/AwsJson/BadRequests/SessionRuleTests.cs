using SsmSessions.Testing;

namespace SsmSessions.Tests.AwsJson.BadRequests;

/// <summary>Well-formed requests that break a rule of the session actions (spec/ssm-control-plane.md §4).</summary>
public sealed class SessionRuleTests(OpenServer server) : IClassFixture<OpenServer>
{
    [Theory]
    [InlineData("i-0123456789abcdef1")]
    [InlineData("i-12345678")]
    [InlineData("I-0123456789ABCDEF0")]
    [InlineData("ecs:cluster_0123456789abcdef_0123456789abcdef-1")]
    [InlineData("i-0123456789abcdef0 ")]
    [InlineData("*")]
    [InlineData("%")]
    [InlineData("nobody's \"node\"")]
    [InlineData("000000000000/us-east-1")]
    public async Task A_target_that_nobody_carries_is_not_connected(string target)
    {
        var answer = await server.SendAsync(WireRequest.Of("StartSession", $$"""{"Target":"{{target.Replace("\"", "\\\"", StringComparison.Ordinal)}}"}"""));

        answer.AssertIsError("TargetNotConnected", $"{target} is not connected.", "Message");
    }

    [Fact]
    public async Task A_hybrid_target_needs_the_advanced_tier()
    {
        var answer = await server.SendAsync(WireRequest.Of("StartSession", """{"Target":"mi-0123456789abcdef0"}"""));

        answer.AssertIsError("BadRequest", "Enable advanced-instances tier to use Session Manager with your on-premises instances", "Message");
    }

    [Fact]
    public async Task A_target_of_400_wide_characters_is_not_connected()
    {
        var target = new string('€', 400);

        var answer = await server.SendAsync(WireRequest.Of("StartSession", $$"""{"Target":"{{target}}"}"""));

        answer.AssertIsError("TargetNotConnected", $"{target} is not connected.", "Message");
    }

    [Theory]
    [InlineData(TestServer.Node, "No-Such-Document")]
    [InlineData(TestServer.Node, "arn:aws:ssm:us-east-1:000000000000:document/No-Such-Document")]
    [InlineData("i-0123456789abcdef1", "No-Such-Document")]
    public async Task A_document_is_looked_for_before_the_target(string target, string name)
    {
        var answer = await server.SendAsync(WireRequest.Of("StartSession", $$"""{"Target":"{{target}}","DocumentName":"{{name}}"}"""));

        answer.AssertIsError("InvalidDocument", $"Document with name {name} does not exist.", "Message");
    }

    [Theory]
    [InlineData("nobody-0123456789abcdef0")]
    [InlineData("x")]
    [InlineData("'; DROP TABLE items; --")]
    [InlineData("a/b/../c")]
    [InlineData("#")]
    [InlineData("\\u0000")]
    public async Task A_session_that_never_was_cannot_be_resumed(string id)
    {
        var answer = await server.SendAsync(WireRequest.Of("ResumeSession", $$"""{"SessionId":"{{id}}"}"""));

        answer.AssertIs(400, $$"""{"__type":"DoesNotExistException","Message":"Session {{id}} does not exist."}""");
    }

    [Theory]
    [InlineData("nobody-0123456789abcdef0")]
    [InlineData("x")]
    [InlineData("'; DROP TABLE items; --")]
    [InlineData("a/b/../c")]
    [InlineData("\\u0000")]
    public async Task A_session_that_never_was_cannot_be_ended(string id)
    {
        var answer = await server.SendAsync(WireRequest.Of("TerminateSession", $$"""{"SessionId":"{{id}}"}"""));

        answer.AssertIsError("ValidationException", "Session is not in a valid state");
    }

    [Theory]
    [InlineData("111122223333", "us-east-1")]
    [InlineData("test", "eu-central-1")]
    public async Task A_session_of_another_account_or_region_is_not_seen(string caller, string region)
    {
        var id = await server.Server.StartSessionAsync();

        var resume = await server.SendAsync(
            WireRequest.Of("ResumeSession", $$"""{"SessionId":"{{id}}"}""") with { Authorization = WireRequest.By(caller, region) });
        var terminate = await server.SendAsync(
            WireRequest.Of("TerminateSession", $$"""{"SessionId":"{{id}}"}""") with { Authorization = WireRequest.By(caller, region) });

        resume.AssertIsError("DoesNotExistException", $"Session {id} does not exist.", "Message");
        terminate.AssertIsError("ValidationException", "Session is not in a valid state");
    }

    [Theory]
    [InlineData("yesterday")]
    [InlineData("2026-11-20 00:00:00Z")]
    [InlineData("2026-13-20T00:00:00Z")]
    [InlineData("2026-02-30T00:00:00Z")]
    [InlineData("2026-11-20T25:00:00Z")]
    [InlineData("2026-11-20T00:00:00+25:00")]
    [InlineData("20261120T000000Z")]
    [InlineData("1763596800")]
    [InlineData("Fri, 20 Nov 2026 00:00:00 GMT")]
    [InlineData("10000-01-01T00:00:00Z")]
    [InlineData(" 2026-11-20T00:00:00Z")]
    [InlineData("2026-11-20T00:00:00.12345678Z")]
    [InlineData("٢٠٢٦-11-20T00:00:00Z")]
    public async Task A_filter_by_date_needs_a_date(string value)
    {
        foreach (var key in new[] { "InvokedAfter", "InvokedBefore" })
        {
            var answer = await server.SendAsync(
                WireRequest.Of("DescribeSessions", $$$"""{"State":"Active","Filters":[{"key":"{{{key}}}","value":"{{{value}}}"}]}"""));

            answer.AssertIsError(
                "ValidationException",
                $"The value of the filter {key} is not a valid timestamp. Use ISO 8601 format, for example 2024-08-29T00:00:00Z.");
        }
    }

    [Theory]
    [InlineData("Owner")]
    [InlineData("Target")]
    [InlineData("SessionId")]
    [InlineData("Status")]
    [InlineData("AccessType")]
    public async Task A_filter_of_400_wide_characters_finds_nothing(string key)
    {
        var value = new string('€', 400);

        var answer = await server.SendAsync(
            WireRequest.Of("DescribeSessions", $$$"""{"State":"Active","Filters":[{"key":"{{{key}}}","value":"{{{value}}}"}]}"""));

        answer.AssertIs(200, """{"Sessions":[]}""");
    }
}
