using System.Text;
using System.Text.Json;
using SsmSessions.Fuzzing.Inputs;
using SsmSessions.Fuzzing.Runs;
using SsmSessions.Fuzzing.Wire;
using SsmSessions.Server.AwsJson;
using SsmSessions.Testing;

namespace SsmSessions.Fuzzing.Doors.Http;

/// <summary><c>POST /</c>: every action with bodies of its model, and what stands in the headers.</summary>
internal sealed class AwsJsonDoor : HttpDoor
{
    private static readonly (string Name, JsonShape Request)[] Actions =
        [.. SsmActions.All.Values.OrderBy(action => action.Name, StringComparer.Ordinal).Select(action => (action.Name, JsonShape.Of(action.GetType().GetGenericArguments()[1])))];

    private static readonly JsonMaker Json = new(AwsTexts.Any, AwsTexts.Fitting);
    private static readonly string[] KeyIds = ["test", "111122223333", "AKIAIOSFODNN7EXAMPLE", "a.b@c", "mi-0123456789abcdef0", "", "x/y", "\u00e4", new('k', 129)];
    private static readonly string[] Regions = ["us-east-0", "us-east-1", "eu-central-1"];
    private static readonly string[] BadRegions = ["x", "", "US-EAST-1", "aws-global", "us_east"];

    private readonly Mutator _mutator = new(
        [.. Corpus.Words([.. SsmActions.All.Keys.Select(name => "AmazonSSM." + name), .. AwsTexts.Any.Where(text => text.Length < 200), "AWS4-HMAC-SHA256 ", "Credential=", "SignedHeaders=", "Signature=", "\r\n"])],
        [.. Corpus.Of("aws-json").Select(kept => kept.Input)]);

    public override string Name => "aws-json";

    public override byte[] Make(FuzzRandom random)
    {
        var (action, request) = random.From(Actions);
        var body = Encoding.UTF8.GetBytes(Json.Make(request, random));
        if (random.OneIn(8))
            body = _mutator.Mutate(body, random);
        var head = HttpHeads.Begin(random.OneIn(100) ? random.Of("GET", "PUT", "HEAD", "DELETE", "OPTIONS", "PATCH", "TRACE") : "POST", random.OneIn(100) ? random.Of("/?x=y", "//", "/x", "/?X-Amz-Signature=x&X-Amz-Date=1", "http://127.0.0.1/", "*") : "/", random);
        head.Line("Content-Type", random.OneIn(40) ? random.Of("application/json", "application/x-amz-json-1.0", "text/plain", "application/x-amz-json-1.1; charset=utf-16", ";", "", "application/x-www-form-urlencoded") : "application/x-amz-json-1.1");
        head.Line("X-Amz-Target", random.OneIn(50) ? random.Of("AmazonSSM.Unknown", "AmazonSSM.", "", "DynamoDB_20120810.GetItem", "amazonssm." + action, "AmazonSSM." + new string('A', 9_000)) : "AmazonSSM." + action);
        head.Line("X-Amz-Date", random.OneIn(30) ? random.Of("20261122", "x", "", "00000000T000000Z") : "20261122T000000Z");
        var authorization = $"AWS4-HMAC-SHA256 Credential={(random.OneIn(20) ? random.From(KeyIds) : "test")}/20261122/{(random.OneIn(40) ? random.From(BadRegions) : random.From(Regions))}/ssm/aws4_request, SignedHeaders=host;x-amz-date, Signature={new string('0', 64)}";
        if (!random.OneIn(60))
            head.Line("Authorization", random.OneIn(20) ? HttpHeads.Value(_mutator.Mutate(Encoding.UTF8.GetBytes(authorization), random)) : authorization);
        return head.End(body, random, _mutator);
    }

    public override async Task OpenAsync(FailureLog failures)
    {
        await base.OpenAsync(failures);
        await InjectAsync();
    }

    public override async Task ForgetAsync()
    {
        await base.ForgetAsync();
        await InjectAsync();
    }

    /// <summary>An error of the API has a code.</summary>
    protected override string Judge(HttpAnswer answer)
    {
        var kind = base.Judge(answer);
        if (answer.Body.Length > 0 && answer.Head.Contains("\r\nContent-Type: application/x-amz-json-1.1", StringComparison.Ordinal))
        {
            using var json = JsonDocument.Parse(answer.Body);
            if (answer.Status != 200 && !(json.RootElement.TryGetProperty("__type", out var code) && code.GetString() is { Length: > 0 }))
                throw new FuzzFailure($"an error without a code: {answer}");
        }

        return kind;
    }

    private Task InjectAsync() => Server.InjectAsync(TestServerSessions.NewSession("test-1", TimeProvider.System.GetUtcNow()));
}
