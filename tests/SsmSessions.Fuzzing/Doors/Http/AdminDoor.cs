using System.Text;
using SsmSessions.Fuzzing.Inputs;
using SsmSessions.Server.Admin;

namespace SsmSessions.Fuzzing.Doors.Http;

/// <summary>Admin: its paths, queries and bodies, on a server whose clock can be moved.</summary>
internal sealed class AdminDoor : HttpDoor
{
    private static readonly JsonShape Sessions = JsonShape.Structure(("Sessions", new(JsonKind.List, JsonShape.Of(typeof(AdminSession)))));

    private static readonly (string Method, string Path, JsonShape? Body)[] Endpoints =
    [
        ("GET", "health", null),
        ("POST", "reset", null),
        ("GET", "nodes", null),
        ("POST", "nodes", JsonShape.Of(typeof(AdminNode))),
        ("DELETE", "nodes/", null),
        ("POST", "sessions", Sessions),
        ("POST", "sessions", Sessions),
        ("POST", "access-requests/", JsonShape.Of(typeof(AdminDecision))),
        ("GET", "clock", null),
        ("POST", "clock", JsonShape.Of(typeof(AdminClockMove))),
    ];

    private static readonly string[] Names = ["i-0123456789abcdef0", "i-12345678", "mi-0123456789abcdef0", "x", "..", "%2e%2e", "%00", "a%2Fb", "%ff", "ecs:c_1_1", "*", "oi-0123456789ab", new('i', 500)];
    private static readonly string[] Queries = ["", "", "?account=111122223333", "?account=x&region=", "?region=us-east-1&region=x", "?%", "?account=%00"];

    private static readonly JsonMaker Json = new(
        ["Connected", "Terminated", "2026-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "2199-12-31T00:00:00Z", "1970-01-01T00:00:00Z", "approved"],
        new Dictionary<string, string[]>(StringComparer.Ordinal)
        {
            ["Id"] = ["i-12345678", "mi-0123456789abcdef0", "ecs:c_1_1"],
            ["id"] = ["i-12345678"],
            ["Kind"] = ["echo"],
            ["kind"] = ["echo"],
            ["Account"] = ["111122223333", "000000000000"],
            ["Region"] = ["us-east-1"],
            ["SessionId"] = ["s-1", "s-2"],
            ["Target"] = ["i-12345678"],
            ["Status"] = ["Connected", "Terminated", "Failed"],
            ["StartDate"] = ["2026-01-01T00:00:00Z", "1970-01-01T00:00:00Z"],
            ["EndDate"] = ["2026-01-02T00:00:00Z"],
            ["Now"] = ["2026-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"],
            ["Status "] = ["Approved"],
        });

    private readonly Mutator _mutator = new(Corpus.Words(["advanceSeconds", "sessions", "sessionId", "startDate", "1e300", "-1e300", "2026-13-01", "null"]), [.. Corpus.Of("admin").Select(kept => kept.Input)]);

    public override string Name => "admin";

    public override byte[] Make(FuzzRandom random)
    {
        var (method, path, shape) = random.From(Endpoints);
        if (path == "reset" && !random.OneIn(10))
            (method, path) = ("GET", "health");
        var target = $"/_ssm-sessions/{path}{(path.EndsWith('/') || random.OneIn(50) ? random.From(Names) : "")}{random.From(Queries)}";
        if (random.OneIn(30))
            target = HttpHeads.Value(_mutator.Mutate(Encoding.UTF8.GetBytes(target), random)).Replace(' ', '+');
        // The wire has camelCase; with another case or kind a member is refused.
        var body = Encoding.UTF8.GetBytes(shape is null ? "" : CamelCase(Json.Make(shape, random), random));
        if (shape is not null && random.OneIn(8))
            body = _mutator.Mutate(body, random);
        var head = HttpHeads.Begin(random.OneIn(40) ? random.Of("GET", "PUT", "DELETE", "HEAD", "OPTIONS") : method, target, random);
        if (shape is not null)
            head.Line("Content-Type", random.OneIn(20) ? random.Of("text/plain", "application/json; charset=utf-16", "") : "application/json");
        if (random.OneIn(30))
            head.Line("Authorization", "Bearer x");
        return head.End(body, random, _mutator);
    }

    private static string CamelCase(string json, FuzzRandom random)
    {
        if (random.OneIn(10))
            return json;
        var text = new StringBuilder(json);
        for (var i = 0; i + 1 < text.Length; i++)
        {
            if (text[i] is '{' or ',' && text[i + 1] == '"' && i + 2 < text.Length)
                text[i + 2] = char.ToLowerInvariant(text[i + 2]);
        }

        return text.ToString();
    }
}
