using System.Text.Json;
using SsmSessions.Testing;

namespace SsmSessions.Tests.AwsJson.BadRequests;

/// <summary>A NextToken is good for the list that it was given for, as it was given, and for nothing else.</summary>
public sealed class PageTokenTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Start = new(2026, 11, 20, 0, 0, 0, TimeSpan.Zero);

    private TestServer? _server;
    private string _token = "";

    public async ValueTask InitializeAsync()
    {
        _server = await TestServer.StartAsync();
        await _server.InjectAsync(Enumerable.Range(1, 3).Select(i => TestServerSessions.NewSession($"test-{i}", Start.AddHours(i))));
        var first = await WireRequest.Of("DescribeSessions", """{"State":"Active","MaxResults":1}""").SendAsync(_server.Http);
        using var page = JsonDocument.Parse(first.Body);
        _token = page.RootElement.GetProperty("NextToken").GetString()!;
    }

    public ValueTask DisposeAsync() => _server!.DisposeAsync();

    [Fact]
    public async Task It_is_base64_that_begins_with_AA_and_opens_the_next_page()
    {
        Assert.StartsWith("AA", _token, StringComparison.Ordinal);
        Assert.NotEmpty(Convert.FromBase64String(_token));

        var answer = await SendAsync(_token, """{"State":"Active","MaxResults":1,"NextToken":"|"}""");

        Assert.Contains("\"SessionId\":\"test-2\"", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_flipped_bit_is_refused()
    {
        var token = Convert.FromBase64String(_token);
        for (var bit = 0; bit < token.Length * 8; bit++)
        {
            var flipped = token.ToArray();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            (await SendAsync(Convert.ToBase64String(flipped))).AssertIsError("InvalidNextToken", "The specified token is not valid.", "Message");
        }
    }

    [Fact]
    public async Task Every_changed_character_is_refused()
    {
        for (var i = 0; i < _token.Length; i++)
        {
            foreach (var character in "AB/+=9 ".Where(c => c != _token[i]))
            {
                var changed = $"{_token[..i]}{character}{_token[(i + 1)..]}";
                (await SendAsync(changed)).AssertIsError("InvalidNextToken", "The specified token is not valid.", "Message");
            }
        }
    }

    [Fact]
    public async Task Every_cut_or_longer_token_is_refused()
    {
        for (var length = 0; length < _token.Length; length++)
            (await SendAsync(_token[..length])).AssertIsError("InvalidNextToken", "The specified token is not valid.", "Message");
        foreach (var more in new[] { "A", "=", "AAAA", " ", _token, new string('A', 5_000), new string('A', 900_000) })
            (await SendAsync(_token + more)).AssertIsError("InvalidNextToken", "The specified token is not valid.", "Message");
    }

    [Theory]
    [InlineData("ListDocuments", """{"NextToken":"|"}""")]
    [InlineData("DescribeActivations", """{"NextToken":"|"}""")]
    [InlineData("DescribeInstanceInformation", """{"NextToken":"|"}""")]
    [InlineData("DescribeInstanceProperties", """{"NextToken":"|"}""")]
    [InlineData("ListDocumentVersions", """{"Name":"AWS-StartSSHSession","NextToken":"|"}""")]
    public async Task A_token_of_another_operation_is_refused(string action, string body) =>
        (await WireRequest.Of(action, body.Replace("|", _token, StringComparison.Ordinal)).SendAsync(_server!.Http))
            .AssertIsError("InvalidNextToken", "The specified token is not valid.", "Message");

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("x")]
    [InlineData("null")]
    [InlineData("AAEB")]
    [InlineData("AAEBAAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("eyJTZXNzaW9uSWQiOiJhIn0=")]
    [InlineData("ä€")]
    [InlineData("../../etc/passwd")]
    public async Task What_never_was_a_token_is_refused(string token) =>
        (await SendAsync(token)).AssertIsError("InvalidNextToken", "The specified token is not valid.", "Message");

    [Theory]
    [InlineData("test", "us-east-1", """{"State":"History","NextToken":"|"}""")]
    [InlineData("test", "us-east-1", """{"State":"Active","Filters":[{"key":"Owner","value":"arn:aws:iam::000000000000:user/test"}],"NextToken":"|"}""")]
    [InlineData("test", "us-east-1", """{"State":"Active","Filters":[{"key":"Status","value":"Connected"}],"NextToken":"|"}""")]
    [InlineData("test", "us-east-2", """{"State":"Active","NextToken":"|"}""")]
    [InlineData("111122223333", "us-east-1", """{"State":"Active","NextToken":"|"}""")]
    public async Task A_token_of_another_list_is_refused(string caller, string region, string body)
    {
        var answer = await (WireRequest.Of("DescribeSessions", body.Replace("|", _token, StringComparison.Ordinal)) with
        {
            Authorization = WireRequest.By(caller, region),
        }).SendAsync(_server!.Http);

        answer.AssertIsError("InvalidNextToken", "The specified token is not valid.", "Message");
    }

    [Fact]
    public async Task A_token_of_a_filtered_list_is_refused_without_its_filters()
    {
        const string Owner = """{"key":"Owner","value":"arn:aws:iam::000000000000:user/test"}""";
        const string Status = """{"key":"Status","value":"Connected"}""";
        var first = await SendAsync("", $$"""{"State":"Active","MaxResults":1,"Filters":[{{Owner}},{{Status}}]}""");
        using var page = JsonDocument.Parse(first.Body);
        var token = page.RootElement.GetProperty("NextToken").GetString()!;

        foreach (var filters in new[] { Owner, Status, $"{Owner},{Status},{Status}", $"{Owner},{Status.Replace("Connected", "Connecting", StringComparison.Ordinal)}" })
        {
            (await SendAsync(token, $$"""{"State":"Active","Filters":[{{filters}}],"NextToken":"|"}"""))
                .AssertIsError("InvalidNextToken", "The specified token is not valid.", "Message");
        }

        (await SendAsync(token)).AssertIsError("InvalidNextToken", "The specified token is not valid.", "Message");
        Assert.Equal(200, (await SendAsync(token, $$"""{"State":"Active","MaxResults":7,"Filters":[{{Status}},{{Owner}}],"NextToken":"|"}""")).Status);
    }

    private Task<WireAnswer> SendAsync(string token, string body = """{"State":"Active","NextToken":"|"}""") =>
        WireRequest.Of("DescribeSessions", body.Replace("|", token, StringComparison.Ordinal)).SendAsync(_server!.Http);
}
