using System.Text;
using SsmSessions.Fuzzing.Inputs;
using SsmSessions.Fuzzing.Wire;

namespace SsmSessions.Fuzzing.Doors.Http;

/// <summary>Consul's API: every endpoint with names, queries and bodies. A 500 is its word for a bad parameter; one that nobody foresaw is logged.</summary>
internal sealed class ConsulDoor : HttpDoor
{
    private const string Nobody = "11111111-2222-3333-4444-555555555555";

    private static readonly (string Method, string Path)[] Endpoints =
    [
        ("PUT", "session/create"), ("PUT", "session/create"), ("PUT", "session/destroy/"), ("GET", "session/info/"), ("GET", "session/list"), ("GET", "session/node/"), ("PUT", "session/renew/"), ("GET", "kv/"), ("PUT", "kv/"), ("DELETE", "kv/"),
        ("PUT", "txn"), ("PUT", "catalog/register"), ("PUT", "catalog/deregister"), ("GET", "catalog/datacenters"), ("GET", "catalog/nodes"), ("GET", "catalog/node/"), ("GET", "catalog/services"), ("GET", "catalog/service/"), ("GET", "health/node/"),
        ("GET", "health/state/"), ("GET", "health/checks/"), ("GET", "health/service/"), ("GET", "agent/self"), ("GET", "agent/members"), ("GET", "agent/checks"), ("PUT", "agent/check/register"), ("PUT", "agent/check/pass/"), ("PUT", "agent/check/warn/"),
        ("PUT", "agent/check/fail/"), ("PUT", "agent/check/update/"), ("PUT", "agent/check/deregister/"), ("PUT", "agent/maintenance"), ("GET", "status/leader"), ("GET", "status/peers"), ("GET", ""), ("GET", "acl/list"),
    ];

    private static readonly string[] Names = ["a", "b", "a/b", "/", "//", "..", ".", "%2F", "%2f..", "%", "%zz", "%C3%A4", "%ff", "%00", "%20", "+", "~", "test-host", "any", "critical", Nobody, Nobody[..35] + "z", "%2e%2e%2f", ";x=y", new('n', 600), "%25", "serfHealth", "c1"];

    private static readonly string[] Queries =
    [
        "recurse", "keys", "raw", "pretty", "stale", "consistent", "cached", "separator=", "separator=/", "cas=0", "cas=18446744073709551615", "cas=-1", "cas=x", "flags=1", "flags=x", "acquire=" + Nobody, "acquire", "release=x", "dc=dc1", "dc=x", "ns=", "ns=x",
        "max_stale=1", "max_stale=10s", "token=x", "%ff=%C3", "enable=true", "reason=x", "note=%00", "passing", "tag=a", "node-meta=a:b", "near=_agent", "filter=x", "&", ";", "=", "%", "%2", "wait=1ms",
    ];

    private static readonly JsonShape Text = new(JsonKind.Text);
    private static readonly JsonShape Any = new(JsonKind.Any);
    private static readonly JsonShape Number = new(JsonKind.Number);
    private static readonly JsonShape Texts = new(JsonKind.List, Text);
    private static readonly JsonShape Check = JsonShape.Structure(("Node", Text), ("CheckID", Text), ("Name", Text), ("Status", Text), ("Notes", Text), ("Output", Text), ("ServiceID", Text), ("ServiceTags", Texts), ("ExposedPort", Number), ("Definition", Any));

    private static readonly JsonShape[] Bodies =
    [
        JsonShape.Structure(("Node", Text), ("Name", Text), ("TTL", Text), ("LockDelay", Text), ("Behavior", Text), ("Checks", Texts), ("NodeChecks", Texts), ("ServiceChecks", new(JsonKind.List, JsonShape.Structure(("ID", Text), ("Namespace", Text)))), ("ID", Text)),
        JsonShape.Structure(("LockDelay", Number), ("TTL", Text), ("nodechecks", Texts)),
        new(JsonKind.List, JsonShape.Structure(("KV", JsonShape.Structure(("Verb", Text), ("Key", Text), ("Value", Text), ("Flags", Number), ("Index", Number), ("Session", Text))), ("Service", Any))),
        JsonShape.Structure(("Datacenter", Text), ("ID", Text), ("Node", Text), ("Address", Text), ("TaggedAddresses", new(JsonKind.Map, Text)), ("NodeMeta", new(JsonKind.Map, Text)), ("Service", JsonShape.Structure(("ID", Text), ("Service", Text), ("Tags", Texts), ("Port", Number), ("Meta", new(JsonKind.Map, Text)), ("Weights", Any))), ("Check", Check), ("Checks", new(JsonKind.List, Check)), ("SkipNodeUpdate", new(JsonKind.Bool))),
        JsonShape.Structure(("Node", Text), ("CheckID", Text), ("ServiceID", Text), ("Datacenter", Text)),
        JsonShape.Structure(("ID", Text), ("Name", Text), ("TTL", Text), ("Status", Text), ("Notes", Text), ("DeregisterCriticalServiceAfter", Text), ("Interval", Text), ("Output", Text), ("ServiceID", Text), ("HTTP", Text)),
    ];

    private static readonly JsonMaker Json = new(
        ["10s", "release", "delete", "set", "serfHealth", "n1", "passing", Nobody],
        new Dictionary<string, string[]>(StringComparer.Ordinal)
        {
            ["Node"] = ["test-host", "n1", "n2"],
            ["TTL"] = ["10s", "86400s", "1h", "9s", "x"],
            ["LockDelay"] = ["0s", "15s", "1", "60s", "61s", "-1s"],
            ["Behavior"] = ["release", "delete", ""],
            ["Checks"] = ["serfHealth"],
            ["NodeChecks"] = ["serfHealth", "c1"],
            ["Verb"] = ["set", "cas", "lock", "unlock", "get", "get-tree", "check-index", "check-session", "check-not-exists", "delete", "delete-tree", "delete-cas"],
            ["Key"] = ["a", "a/b", "b"],
            ["Value"] = ["eA==", "x", ""],
            ["Session"] = [Nobody],
            ["Address"] = ["127.0.0.1"],
            ["Datacenter"] = ["dc1", ""],
            ["Status"] = ["passing", "warning", "critical"],
            ["CheckID"] = ["c1", "serfHealth"],
            ["ID"] = ["", "c1", Nobody],
            ["Service"] = ["web"],
            ["Name"] = ["c1", "lock"],
        });

    private readonly Mutator _mutator = new(Corpus.Words([.. Names.Where(name => name.Length < 100), .. Queries, "/v1/", "\"KV\":", "\"Verb\":\"set\""]), [.. Corpus.Of("consul").Select(kept => kept.Input)]);

    public override string Name => "consul";

    public override byte[] Make(FuzzRandom random)
    {
        var (method, endpoint) = random.From(Endpoints);
        if (random.OneIn(40))
            method = random.Of("GET", "PUT", "DELETE", "HEAD", "OPTIONS", "POST", "PATCH");
        var path = new StringBuilder(random.OneIn(60) ? random.Of("/V1/", "//v1/", "/v1//", "http://127.0.0.1/v1/", "/v1/../v1/", "/v1/%2e/") : "/v1/").Append(endpoint);
        for (var count = endpoint.EndsWith('/') ? 1 + random.Length(2) : random.OneIn(30) ? 1 : 0; count > 0; count--)
            path.Append(random.OneIn(3) ? random.From(Names) : random.Of("a", "b", "test-host", "n1", "c1"));
        // A wait is asked for in front, where it counts: a blocking query is answered when something changes, or late.
        path.Append("?wait=1ms");
        for (var count = random.Below(4); count > 0; count--)
            path.Append('&').Append(random.From(Queries));
        if (random.OneIn(10))
            path.Append("&index=").Append(random.OneIn(2) ? Mutator.Number(random) : "1");
        var target = random.OneIn(30) ? HttpHeads.Value(_mutator.Mutate(Encoding.UTF8.GetBytes(path.ToString()), random)).Replace(' ', '+') : path.ToString();
        byte[] body = method is "PUT" or "POST" ? endpoint == "kv/" ? random.Bytes(random.Length(2_000)) : Encoding.UTF8.GetBytes(random.OneIn(20) ? "" : Json.Make(BodyOf(endpoint, random), random)) : [];
        if (body.Length > 0 && random.OneIn(8))
            body = _mutator.Mutate(body, random);
        return HttpHeads.Begin(method, target, random).End(body, random, _mutator);
    }

    public override IDoorClient Connect() => new Client(this);

    protected override string Judge(HttpAnswer answer) => answer.Status == 500 && answer.Text != "internal error" ? "5xx foreseen" : base.Judge(answer);

    private static JsonShape BodyOf(string endpoint, FuzzRandom random) => random.OneIn(20) ? random.From(Bodies) : endpoint switch
    {
        "txn" => Bodies[2],
        "catalog/register" => Bodies[3],
        "catalog/deregister" => Bodies[4],
        "agent/check/register" or "agent/check/update/" => Bodies[5],
        _ => random.Of(Bodies[0], Bodies[0], Bodies[1]),
    };

    /// <summary>A query that waits for a change, since its wait was mutated away, is left alone after a while: that is no hang.</summary>
    private sealed class Client(ConsulDoor door) : IDoorClient
    {
        private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(200);

        private HttpConnection _connection = new(door.Address);

        public async ValueTask<string> SendAsync(byte[] input, CancellationToken late)
        {
            if (input.AsSpan().IndexOf("index="u8) < 0)
                return door.Judge(await _connection.SendAsync(input, late));
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(late);
            patience.CancelAfter(Patience);
            try
            {
                return door.Judge(await _connection.SendAsync(input, patience.Token));
            }
            catch (OperationCanceledException) when (!late.IsCancellationRequested)
            {
                await _connection.DisposeAsync();
                _connection = new HttpConnection(door.Address);
                return "waits";
            }
        }

        public ValueTask DisposeAsync() => _connection.DisposeAsync();
    }
}
