using System.Text;
using SsmSessions.Fuzzing.Inputs;
using SsmSessions.Server.Consul;
using SsmSessions.Server.Consul.Go;
using SsmSessions.Server.Consul.Keys;

namespace SsmSessions.Fuzzing.Doors.Parsers;

/// <summary>The readers of what Go reads for Consul: JSON, durations, URLs, queries, numbers, base64.</summary>
internal sealed class GoDoor : ParserDoor
{
    private static readonly string[] Durations = ["10s", "1h2m3.5s", "-1.5h", "1ms", "1us", "1µs", "9223372036854775807ns", "2540400h10m10s", ".5s", "1.s", "+0", "0", "1d", "s", "", "--1s", "1e3s", "1h 2m"];
    private static readonly string[] Urls = ["/v1/kv/a%2Fb", "/v1//kv/../x", "a=b&c=d;e", "%zz", "%", "%2", "+", "/./", "/..", "?recurse&keys", "/%00", "//", "/a/../../b/", "cas=0", "%ff%FE"];

    private static readonly JsonMaker Json = new(
        [.. Durations, "set", "get", "a", "delete", "release"],
        new Dictionary<string, string[]>(StringComparer.Ordinal) { ["Verb"] = ["set", "get", "cas", "delete-tree", "x"], ["Value"] = ["aGVsbG8=", "=", "a", "aGVsbG8"], ["Session"] = ["00000000-0000-0000-0000-000000000000"] });

    private static readonly JsonShape Operations = new(JsonKind.List, JsonShape.Structure(("KV", JsonShape.Structure(
        ("Verb", new(JsonKind.Text)), ("Key", new(JsonKind.Text)), ("Value", new(JsonKind.Text)), ("Flags", new(JsonKind.Number)), ("Index", new(JsonKind.Number)), ("Session", new(JsonKind.Text)))),
        ("Node", new(JsonKind.Any)), ("Service", new(JsonKind.Any)), ("Check", new(JsonKind.Any))));

    private readonly Mutator _mutator = new(Corpus.Words([.. Durations, .. Urls, "h", "m", "ns", "\\u", "\\ud800", "null", "\"KV\":"]), [.. Corpus.Of("go").Select(kept => kept.Input)]);

    public override string Name => "go";

    public override byte[] Make(FuzzRandom random)
    {
        var text = random.Below(3) switch
        {
            0 => random.From(Durations),
            1 => random.From(Urls),
            _ => Json.Make(Operations, random),
        };
        var bytes = Encoding.UTF8.GetBytes(text);
        return random.OneIn(3) && text.Length > 40 ? bytes : _mutator.Mutate(bytes, random);
    }

    public override string Read(byte[] input)
    {
        var text = Encoding.UTF8.GetString(input);
        ReadDuration(text);
        ReadUrl(Encoding.Latin1.GetString(input));
        _ = (GoBase64.TryDecode(text, out _, out _), GoBool.Parse(text), GoText.Quote(text));
        try
        {
            if (GoNumber.TryParse(text, out var number) && GoNumber.Parse(text) != number)
                throw new FuzzFailure("A number is two.");
        }
        catch (ConsulException)
        {
            throw new FuzzFailure("A number is one and is none.");
        }

        return ReadJson(input) ? "JSON" : "no JSON";
    }

    private static void ReadDuration(string text)
    {
        var (nanoseconds, failure) = GoDuration.Parse(text);
        if (failure is not null)
            return;
        var printed = GoDuration.Format(nanoseconds);
        if (GoDuration.Parse(printed) is var (again, wrong) && (wrong is not null || again != nanoseconds))
            throw new FuzzFailure($"{nanoseconds} ns is printed as {printed} and read as {again}, {wrong}");
        _ = GoDuration.ToTimeSpan(nanoseconds);
    }

    private static void ReadUrl(string text)
    {
        if (GoUrl.TryUnescape(text, plusIsSpace: false, out var bytes) && GoUrl.TextOf(bytes) is { } path)
        {
            var clean = GoUrl.Clean(path);
            if (GoUrl.Clean(clean) != clean)
                throw new FuzzFailure($"{path} is cleaned twice: {clean}");
            if (!GoUrl.TryUnescape(GoUrl.EscapePath(path), plusIsSpace: false, out var again) || !again.AsSpan().SequenceEqual(bytes))
                throw new FuzzFailure($"{path} is escaped to what it is not.");
        }

        if (ConsulQuery.TryParse(text, out var query) && !ConsulQuery.TryParse(query.Encode(), out _))
            throw new FuzzFailure("A query that is printed cannot be read.");
    }

    private static bool ReadJson(byte[] input)
    {
        try
        {
            _ = GoJsonReader.Read(input);
        }
        catch (GoJsonException)
        {
            return false;
        }

        try
        {
            _ = SentOperation.ReadAll(input);
        }
        catch (ConsulException)
        {
            // Refused, in words.
        }

        return true;
    }
}
