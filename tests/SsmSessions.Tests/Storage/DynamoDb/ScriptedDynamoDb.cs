using System.Net;
using System.Text;
using System.Text.Json;
using Amazon.DynamoDBv2;
using Amazon.Runtime;
using SsmSessions.Storage.DynamoDb;

namespace SsmSessions.Tests.Storage.DynamoDb;

/// <summary>The far end of the SDK's connection: plays answers in their order, the last one for ever, and remembers the requests.</summary>
internal sealed class ScriptedDynamoDb : HttpMessageHandler
{
    private readonly Queue<Func<Task<HttpResponseMessage>>> _answers = new();
    private readonly List<(string Operation, JsonElement Body)> _requests = [];

    /// <summary>What was asked: the operation and its body.</summary>
    public IReadOnlyList<(string Operation, JsonElement Body)> Requests => _requests;

    /// <summary>A client whose requests come here.</summary>
    public IAmazonDynamoDB CreateClient(DynamoDbTableOptions? options = null)
    {
        var config = ClientFactory.ConfigOf(options ?? Options, _ => null);
        config.HttpClientFactory = new ToHandler(this);
        return new AmazonDynamoDBClient(new BasicAWSCredentials("local", "local"), config);
    }

    public static DynamoDbTableOptions Options { get; } = new() { ServiceUrl = new Uri("http://dynamodb.test/"), TableName = "T" };

    public ScriptedDynamoDb Then(string json, HttpStatusCode status = HttpStatusCode.OK) => Then(() => Task.FromResult(Answer(json, status)));

    /// <summary>An answer that is made when it is asked for.</summary>
    public ScriptedDynamoDb Then(Func<string> json) => Then(() => Task.FromResult(Answer(json(), HttpStatusCode.OK)));

    public ScriptedDynamoDb ThenRefuse(string code, string message = "Scripted.", string more = "", HttpStatusCode status = HttpStatusCode.BadRequest) =>
        Then($$"""{"__type":"com.amazonaws.dynamodb.v20120810#{{code}}","message":"{{message}}","Message":"{{message}}"{{more}}}""", status);

    /// <summary>The request may have been carried out; the answer never came.</summary>
    public ScriptedDynamoDb ThenLoseTheAnswer() => ThenFail(new HttpRequestException(HttpRequestError.ResponseEnded, "lost", new IOException("The response ended.")));

    /// <summary>The request never left.</summary>
    public ScriptedDynamoDb ThenRefuseTheConnection() => ThenFail(new HttpRequestException(HttpRequestError.ConnectionError, "Connection refused"));

    public ScriptedDynamoDb ThenFail(Exception failure) => Then(() => Task.FromException<HttpResponseMessage>(failure));

    public ScriptedDynamoDb ThenNeverAnswer() => Then(() => new TaskCompletionSource<HttpResponseMessage>().Task);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var target = request.Headers.GetValues("X-Amz-Target").Single();
        var body = JsonDocument.Parse(await request.Content!.ReadAsStringAsync(cancellationToken)).RootElement;
        Func<Task<HttpResponseMessage>> answer;
        lock (_answers)
        {
            _requests.Add((target[(target.IndexOf('.') + 1)..], body));
            answer = _answers.Count > 1 ? _answers.Dequeue() : _answers.Peek();
        }

        return await answer().WaitAsync(cancellationToken);
    }

    private static HttpResponseMessage Answer(string json, HttpStatusCode status) =>
        new(status) { Content = new StringContent(json, Encoding.UTF8, "application/x-amz-json-1.0") };

    private ScriptedDynamoDb Then(Func<Task<HttpResponseMessage>> answer)
    {
        _answers.Enqueue(answer);
        return this;
    }

    private sealed class ToHandler(HttpMessageHandler handler) : HttpClientFactory
    {
        /// <remarks>As the SDK does it for clients of its own.</remarks>
        public override HttpClient CreateHttpClient(IClientConfig clientConfig) =>
            new(handler, disposeHandler: false) { Timeout = clientConfig.Timeout!.Value };

        public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;
    }
}

/// <summary>Real time in a hurry: whatever is to happen later happens at once, and the clock has moved by as much.</summary>
internal sealed class HurriedTime : TimeProvider
{
    private long _elapsed;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Interlocked.Read(ref _elapsed);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime == Timeout.InfiniteTimeSpan)
            return System.CreateTimer(callback, state, dueTime, period);
        Interlocked.Add(ref _elapsed, dueTime.Ticks);
        return System.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}
