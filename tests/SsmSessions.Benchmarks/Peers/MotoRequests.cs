using System.Globalization;
using System.Net;
using SsmSessions.Benchmarks.Load;
using SsmSessions.Testing;

namespace SsmSessions.Benchmarks.Peers;

/// <summary>
/// The actions that moto_server has too: the same requests to both, which keep everything in memory. moto does not know sessions; documents and
/// tags it does. It ends the connection after each answer, and the callers open another one.
/// </summary>
internal sealed class MotoRequests : IBenchmark
{
    private const string Program = "moto_server";
    private const int MostCallers = 8;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);

    /// <summary>Each caller has a document of its own: AWS refuses two changes of one at a time, and so does this service.</summary>
    private static readonly (string Action, Func<string, string> Body)[] Requests =
    [
        ("GetDocument", document => $$"""{"Name": "{{document}}"}"""),
        ("DescribeDocument", document => $$"""{"Name": "{{document}}"}"""),
        ("ListDocuments", _ => """{"Filters": [{"Key": "Owner", "Values": ["Self"]}], "MaxResults": 10}"""),
        ("AddTagsToResource", document => $$"""{"ResourceType": "Document", "ResourceId": "{{document}}", "Tags": [{"Key": "team", "Value": "build"}]}"""),
        ("ListTagsForResource", document => $$"""{"ResourceType": "Document", "ResourceId": "{{document}}"}"""),
    ];

    public string Name => "moto";

    public string Title => "documents and tags, requests/s, store in memory, against moto_server as it comes (one Python process, a thread a connection)";

    public async Task<IReadOnlyList<Measurement>> RunAsync(
        BenchmarkSettings settings, IBenchmarkProgress progress, CancellationToken cancellationToken)
    {
        if (PeerProcess.Find(Program) is null)
            return [Measurement.LeftOut($"there is no {Program} on this machine (pip: moto[server])")];
        int[] callers = [1, MostCallers];
        progress.Expect(Requests.Length * callers.Length * (1 + settings.Rounds));
        var port = FreePort.Next();
        using var moto = PeerProcess.Start(Program, "-H", "127.0.0.1", "-p", port.ToString(CultureInfo.InvariantCulture));
        await moto.WaitForPortAsync(port, cancellationToken);
        moto.Mute();
        await using var server = await TestServer.StartAsync();
        using var theirs = new ApiClient(new Uri($"http://127.0.0.1:{port}"));
        using var ours = new ApiClient(server.Url);
        foreach (var api in (ApiClient[])[theirs, ours])
            await PrepareAsync(api, cancellationToken);

        using var load = new LoadProcess();
        var measured = new List<Measurement>();
        foreach (var (action, body) in Requests)
        {
            foreach (var count in callers)
            {
                var what = string.Create(CultureInfo.InvariantCulture, $"{action}, {count} caller{(count == 1 ? "" : "s")}");
                var (here, there) = (SideOf(server.Url.Port), SideOf(port));
                Side SideOf(int at) => load.Sending(
                    what,
                    new LoadOrder([.. Enumerable.Range(0, count).Select(caller => new LoadEnd(at, [AwsRequest.Of(at, action, body(DocumentOf(caller)))]))], count, 0));
                await Side.RunAllAsync([here, there], settings, WarmUp, progress, cancellationToken);
                measured.Add(here.Against(there));
            }
        }

        return measured;
    }

    private static string DocumentOf(int caller) => string.Create(CultureInfo.InvariantCulture, $"Benchmark-Shell-{caller}");

    /// <summary>Documents with a tag, so that every answer has something to say.</summary>
    private static async Task PrepareAsync(ApiClient api, CancellationToken cancellationToken)
    {
        var content = """{\"schemaVersion\":\"1.0\",\"sessionType\":\"Standard_Stream\",\"inputs\":{\"idleSessionTimeout\":\"10\"}}""";
        for (var caller = 0; caller < MostCallers; caller++)
        {
            var (status, answer) = await api.CallAsync(
                "CreateDocument",
                $$"""{"Name":"{{DocumentOf(caller)}}","DocumentType":"Session","DocumentFormat":"JSON","Content":"{{content}}","Tags":[{"Key":"team","Value":"build"}]}""",
                cancellationToken: cancellationToken);
            if (status != HttpStatusCode.OK)
                throw new InvalidOperationException(answer);
        }
    }
}
