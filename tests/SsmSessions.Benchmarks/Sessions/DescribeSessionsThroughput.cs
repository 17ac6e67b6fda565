using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using SsmSessions.Benchmarks.Load;
using SsmSessions.Storage.Sqlite;
using SsmSessions.Testing;

namespace SsmSessions.Benchmarks.Sessions;

/// <summary>
/// A page of 10 over HTTP, against bare Kestrel that returns the same bytes. The callers are the same process on both sides,
/// and both servers live in this one.
/// </summary>
internal sealed class DescribeSessionsThroughput : IBenchmark
{
    private const int Callers = 16;
    private const int TokensPerList = 500;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);

    public string Name => "describe";

    public string Title => $"DescribeSessions, page of 10 on SQLite, {Callers} callers, against bare Kestrel with the same bytes";

    public async Task<IReadOnlyList<Measurement>> RunAsync(
        BenchmarkSettings settings, IBenchmarkProgress progress, CancellationToken cancellationToken)
    {
        progress.Expect(3 + settings.Rounds);
        using var folder = new TemporaryFolder();
        await using var table = new SqliteTable(new SqliteTableOptions { Folder = folder.Of("store") }, TimeProvider.System);
        await using var ours = await TestServer.StartAsync(table: table);
        progress.Step(string.Create(CultureInfo.InvariantCulture, $"storing {settings.Sessions:#,0} sessions"));
        await SampleStore.FillAsync(table, new SampleSessions(TimeProvider.System.GetUtcNow()), settings.Sessions, cancellationToken);

        progress.Step("collecting page tokens");
        var first = AwsRequest.Of(ours.Url.Port, "DescribeSessions", FirstPage("Active"));
        byte[][] pages = [.. (await TokensAsync(ours, "Active")).Concat(await TokensAsync(ours, "History"))
            .Select(body => AwsRequest.Of(ours.Url.Port, "DescribeSessions", body))];
        Random.Shared.Shuffle(pages);

        var (body, headers) = await AnswerAsync(ours);
        await using var bare = await BareServer.StartAsync(body, headers, cancellationToken);
        using var load = new LoadProcess();
        Side Calling(string what, int port, IReadOnlyList<byte[]> requests) => load.Sending(what, new LoadOrder([new LoadEnd(port, requests)], Callers, 0));
        var again = Calling("the first page, again and again", ours.Url.Port, [first]);
        var anywhere = Calling("pages from all over the lists, each by its token", ours.Url.Port, pages);
        var nothing = Calling("bare Kestrel itself", bare.Port, [AwsRequest.Of(bare.Port, "DescribeSessions", FirstPage("Active"))]);
        await Side.RunAllAsync([again, anywhere, nothing], settings, WarmUp, progress, cancellationToken);
        return [again.Against(nothing, Wanted.AtLeast(0.6)), anywhere.Against(nothing), nothing.Against(nothing)];
    }

    private static string FirstPage(string state) => $$"""{"State": "{{state}}", "MaxResults": 10}""";

    /// <summary>The bodies of requests for pages of 10 that begin all over a list.</summary>
    private static async Task<List<string>> TokensAsync(TestServer server, string state)
    {
        var bodies = new List<string>();
        var request = $$"""{"State": "{{state}}", "MaxResults": 200}""";
        while (bodies.Count < TokensPerList)
        {
            var (_, answer) = await server.CallAsync("DescribeSessions", request);
            using var json = JsonDocument.Parse(answer);
            if (!json.RootElement.TryGetProperty("NextToken", out var token))
                break;
            request = $$"""{"State": "{{state}}", "MaxResults": 200, "NextToken": "{{token.GetString()}}"}""";
            bodies.Add($$"""{"State": "{{state}}", "MaxResults": 10, "NextToken": "{{token.GetString()}}"}""");
        }

        return bodies;
    }

    private static async Task<(byte[] Body, IReadOnlyList<KeyValuePair<string, string>> Headers)> AnswerAsync(TestServer server)
    {
        var (status, body) = await server.CallAsync("DescribeSessions", FirstPage("Active"));
        if (status != HttpStatusCode.OK)
            throw new InvalidOperationException("DescribeSessions failed: " + body);
        return (
            Encoding.UTF8.GetBytes(body),
            [
                new("Content-Type", "application/x-amz-json-1.1"),
                new("Server", "Server"),
                new("Connection", "keep-alive"),
                new("x-amzn-RequestId", Guid.NewGuid().ToString()),
            ]);
    }
}
