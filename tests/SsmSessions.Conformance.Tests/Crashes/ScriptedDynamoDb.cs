using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace SsmSessions.Conformance.Tests.Crashes;

/// <summary>Stands between a service and DynamoDB, and lets a request fail in one of the ways in which they fail.</summary>
internal sealed class ScriptedDynamoDb : IAsyncDisposable
{
    private static readonly TimeSpan Slowness = TimeSpan.FromMilliseconds(300);

    private readonly WebApplication _app;
    private readonly Uri _target;
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });
    private readonly ConcurrentDictionary<DynamoDbFault, int> _faults = [];
    private volatile Func<string, DynamoDbFault?> _script = _ => null;
    private int _never;

    private ScriptedDynamoDb(WebApplication app, Uri target)
    {
        _app = app;
        _target = target;
    }

    /// <summary>Where it listens.</summary>
    public Uri Url => new(_app.Urls.Single());

    /// <summary>Says for each request, by its operation, what becomes of it; null for what DynamoDB makes of it.</summary>
    public Func<string, DynamoDbFault?> Script
    {
        get => _script;
        set => _script = value;
    }

    /// <summary>How often it did what.</summary>
    public int Count(DynamoDbFault fault) => _faults.GetValueOrDefault(fault);

    /// <summary>Begins to listen on a loopback port.</summary>
    public static async Task<ScriptedDynamoDb> StartAsync(Uri target)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var proxy = new ScriptedDynamoDb(app, target);
        app.Run(proxy.HandleAsync);
        await app.StartAsync();
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        // Who waits for an answer that never comes goes first.
        using var atOnce = new CancellationTokenSource(TimeSpan.Zero);
        await _app.StopAsync(atOnce.Token);
        await _app.DisposeAsync();
        _http.Dispose();
    }

    private async Task HandleAsync(HttpContext http)
    {
        var operation = http.Request.Headers["X-Amz-Target"].ToString().Split('.')[^1];
        using var read = new MemoryStream();
        await http.Request.Body.CopyToAsync(read);
        var body = read.ToArray();
        var fault = _script(operation);
        if (fault is { } done && Happens(done, operation))
            _faults.AddOrUpdate(done, 1, (_, count) => count + 1);
        try
        {
            await AnswerAsync(http, operation, body, fault);
        }
        catch (Exception gone) when (gone is HttpRequestException or OperationCanceledException)
        {
            http.Abort();
        }
    }

    /// <summary>Some faults happen to some operations only; to others nothing does then.</summary>
    private static bool Happens(DynamoDbFault fault, string operation) => fault switch
    {
        DynamoDbFault.TransactionConflict => operation is "TransactWriteItems" or "PutItem" or "UpdateItem" or "DeleteItem",
        DynamoDbFault.PartOfABatch => operation == "BatchWriteItem",
        _ => true,
    };

    private async Task AnswerAsync(HttpContext http, string operation, byte[] body, DynamoDbFault? fault)
    {
        switch (fault)
        {
            case DynamoDbFault.ProvisionedThroughputExceeded:
                await RefuseAsync(http, 400, "ProvisionedThroughputExceededException");
                break;
            case DynamoDbFault.Throttling:
                await RefuseAsync(http, 400, "ThrottlingException");
                break;
            case DynamoDbFault.InternalError:
                await RefuseAsync(http, 500, "InternalServerError");
                break;
            case DynamoDbFault.TransactionConflict when operation == "TransactWriteItems":
                await RefuseAsync(http, 400, "TransactionCanceledException", Reasons(body));
                break;
            case DynamoDbFault.TransactionConflict when operation is "PutItem" or "UpdateItem" or "DeleteItem":
                await RefuseAsync(http, 400, "TransactionConflictException");
                break;
            case DynamoDbFault.PartOfABatch when operation == "BatchWriteItem":
                await DoPartAsync(http, body);
                break;
            case DynamoDbFault.NeverAnswered:
                // Every other one was carried out.
                if (Interlocked.Increment(ref _never) % 2 == 0)
                    (await SendAsync(http, body)).Dispose();
                await Task.Delay(Timeout.InfiniteTimeSpan, http.RequestAborted);
                break;
            case DynamoDbFault.CutOff:
                await Task.Delay(Timeout.InfiniteTimeSpan, http.RequestAborted);
                break;
            case DynamoDbFault.AnswerLost:
                (await SendAsync(http, body)).Dispose();
                Reset(http);
                break;
            case DynamoDbFault.Reset:
                Reset(http);
                break;
            case DynamoDbFault.Slow:
                await Task.Delay(Slowness * Random.Shared.NextDouble(), http.RequestAborted);
                await PassAsync(http, body);
                break;
            default:
                await PassAsync(http, body);
                break;
        }
    }

    private async Task PassAsync(HttpContext http, byte[] body)
    {
        using var answer = await SendAsync(http, body);
        http.Response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers).Where(header => header.Key != "Transfer-Encoding"))
            http.Response.Headers[name] = values.ToArray();
        await answer.Content.CopyToAsync(http.Response.Body);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpContext http, byte[] body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _target) { Content = new ByteArrayContent(body) };
        foreach (var (name, values) in http.Request.Headers.Where(header => header.Key is not ("Host" or "Connection" or "Content-Length")))
        {
            if (!request.Headers.TryAddWithoutValidation(name, [.. values]))
                request.Content.Headers.TryAddWithoutValidation(name, [.. values]);
        }

        // What was sent DynamoDB does, whether its caller still waits or not.
        return await _http.SendAsync(request, CancellationToken.None);
    }

    /// <summary>Writes half of the items, and gives the others back.</summary>
    private async Task DoPartAsync(HttpContext http, byte[] body)
    {
        var request = JsonNode.Parse(body)!;
        var (table, items) = request["RequestItems"]!.AsObject().Single();
        var all = items!.AsArray();
        var done = all.Count / 2;
        var rest = new JsonArray([.. all.Skip(done).Select(item => item!.DeepClone())]);
        while (all.Count > done)
            all.RemoveAt(done);
        if (all.Count > 0)
            (await SendAsync(http, Encoding.UTF8.GetBytes(request.ToJsonString()))).Dispose();
        await WriteAsync(http, 200, new JsonObject { ["UnprocessedItems"] = new JsonObject { [table] = rest } });
    }

    private static string Reasons(byte[] body)
    {
        var writes = JsonNode.Parse(body)!["TransactItems"]!.AsArray().Count;
        return $"[TransactionConflict{string.Concat(Enumerable.Repeat(", None", writes - 1))}]";
    }

    private static Task RefuseAsync(HttpContext http, int status, string code, string? reasons = null)
    {
        var error = new JsonObject { ["__type"] = "com.amazonaws.dynamodb.v20120810#" + code, ["message"] = "as the script says " + reasons };
        if (reasons is not null)
        {
            error["CancellationReasons"] = new JsonArray(
                [.. reasons.Trim('[', ']').Split(", ").Select(reason => new JsonObject { ["Code"] = reason })]);
        }

        return WriteAsync(http, status, error);
    }

    private static Task WriteAsync(HttpContext http, int status, JsonObject answer)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/x-amz-json-1.0";
        return http.Response.WriteAsync(answer.ToJsonString());
    }

    private static void Reset(HttpContext http) => http.Abort();
}

/// <summary>Ways in which a request to DynamoDB fails.</summary>
internal enum DynamoDbFault
{
    /// <summary>Throttled by the table.</summary>
    ProvisionedThroughputExceeded,

    /// <summary>Throttled by the account.</summary>
    Throttling,

    /// <summary>HTTP 500, not done.</summary>
    InternalError,

    /// <summary>No answer ever; done or not.</summary>
    NeverAnswered,

    /// <summary>No answer ever, and nothing done: the network is cut.</summary>
    CutOff,

    /// <summary>Done, and the connection is reset in place of the answer.</summary>
    AnswerLost,

    /// <summary>The connection is reset, nothing done.</summary>
    Reset,

    /// <summary>In conflict with another transaction.</summary>
    TransactionConflict,

    /// <summary>Half of the items of a BatchWriteItem, the others are given back.</summary>
    PartOfABatch,

    /// <summary>Late.</summary>
    Slow,
}
