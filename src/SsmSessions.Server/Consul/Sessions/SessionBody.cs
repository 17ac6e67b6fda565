using System.Collections.Immutable;
using System.Globalization;
using SsmSessions.Core.Leases;
using SsmSessions.Server.Consul.Go;

namespace SsmSessions.Server.Consul.Sessions;

/// <summary>The body of a create, with the defaults of what was not sent (spec/consul-sessions.md §2.1 to §2.5).</summary>
internal sealed class SessionBody
{
    private const string GoType = "struct { LockDelay interface {}; *structs.Alias }";
    private const string Failure = "Request decode failed: ";

    /// <summary>A lock delay that is less, in nanoseconds, is taken for seconds.</summary>
    private const long LeastLockDelay = 1000;

    private static readonly IReadOnlyList<string> SerfHealth = [CatalogCheck.SerfHealth];

    private GoJsonValue _lockDelay = GoJsonValue.Null;
    private IReadOnlyList<string>? _checks = SerfHealth;
    private IReadOnlyList<string>? _nodeChecks = SerfHealth;

    private SessionBody(string node) => Node = node;

    public string Name { get; private set; } = "";

    public string Node { get; private set; }

    public string Behavior { get; private set; } = "release";

    public string Ttl { get; private set; } = "";

    /// <summary>Nanoseconds.</summary>
    public long LockDelay { get; private set; } = 15 * GoDuration.Second;

    public ImmutableArray<string> Checks { get; private set; } = [];

    public ImmutableArray<string>? NodeChecks { get; private set; }

    public ImmutableArray<ServiceCheck>? ServiceChecks { get; private set; }

    /// <summary>Reads a body.</summary>
    /// <param name="json">The body; empty for all defaults.</param>
    /// <param name="node">The node of a session that names none.</param>
    /// <exception cref="ConsulException">It cannot be decoded.</exception>
    public static SessionBody Read(ReadOnlySpan<byte> json, string node)
    {
        var body = new SessionBody(node);
        if (json.Length > 0)
            ConsulRequest.Decode(json, refusesUnknown: false, body.Read, Failure);
        body.FixLockDelay();
        body.FixChecks();
        return body;
    }

    private void Read(GoMember session) => session.Object(GoType, new Dictionary<string, Action<GoMember>>(StringComparer.Ordinal)
    {
        ["LockDelay"] = ReadLockDelay,
        ["ID"] = id => id.String(""),
        ["Name"] = name => Name = name.String(Name),
        ["Node"] = node => Node = node.String(Node),
        ["Behavior"] = behavior => Behavior = behavior.String(Behavior, "structs.SessionBehavior"),
        ["TTL"] = ttl => Ttl = ttl.String(Ttl),
        ["NodeChecks"] = checks => _nodeChecks = checks.Strings(_nodeChecks),
        ["ServiceChecks"] = ReadServiceChecks,
        ["Checks"] = checks => _checks = checks.Strings(_checks, "[]types.CheckID", "types.CheckID"),
        ["CreateIndex"] = index => index.UInt64(0),
        ["ModifyIndex"] = index => index.UInt64(0),
    });

    private void ReadServiceChecks(GoMember checks) => ServiceChecks = checks.List(ServiceChecks, "[]structs.ServiceCheck", new ServiceCheck("", ""), ReadServiceCheck)?.ToImmutableArray();

    private static ServiceCheck ReadServiceCheck(GoMember sent, ServiceCheck before)
    {
        var check = before;
        sent.Object("structs.ServiceCheck", new Dictionary<string, Action<GoMember>>(StringComparer.Ordinal)
        {
            ["ID"] = id => check = check with { Id = id.String(check.Id) },
            ["Namespace"] = name => check = check with { Namespace = name.String(check.Namespace) },
        });
        return check;
    }

    /// <summary>Any type will do; but a number must be one of 64 bits.</summary>
    private void ReadLockDelay(GoMember sent)
    {
        if (sent.Value.Kind == GoJsonKind.Number && !double.IsFinite(ToDouble(sent.Value)))
            sent.Decoding.Fail($"json: cannot unmarshal number {sent.Value.Text} into Go struct field .LockDelay of type float64");
        else
            _lockDelay = sent.Value;
    }

    private void FixLockDelay()
    {
        if (_lockDelay.Kind == GoJsonKind.Null)
            return;
        var delay = _lockDelay.Kind switch
        {
            GoJsonKind.String => Parse(_lockDelay.Text),
            GoJsonKind.Number => ToNanoseconds(ToDouble(_lockDelay)),
            _ => 0,
        };
        LockDelay = delay < LeastLockDelay ? unchecked(delay * GoDuration.Second) : delay;
    }

    private static long Parse(string text)
    {
        var (nanoseconds, failure) = GoDuration.Parse(text);
        return failure is null ? nanoseconds : throw new ConsulException(400, Failure + failure);
    }

    private static double ToDouble(GoJsonValue number) => double.Parse(number.Text, NumberStyles.Float, CultureInfo.InvariantCulture);

    /// <summary>Without its fraction; what 64 bits do not hold is what the processor of a real server makes of it.</summary>
    private static long ToNanoseconds(double number) => number is >= -9.2233720368547758E+18 and < 9.2233720368547758E+18 ? (long)number : long.MinValue;

    private void FixChecks()
    {
        if (_checks is null or [])
            (_checks, _nodeChecks) = ([], []);
        else if (_checks is [CatalogCheck.SerfHealth] || _nodeChecks is null or [])
            _checks = [];
        Checks = [.. _checks];
        NodeChecks = _nodeChecks?.ToImmutableArray();
    }
}
