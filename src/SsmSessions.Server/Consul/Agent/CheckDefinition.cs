using System.Globalization;
using SsmSessions.Core.Leases;
using SsmSessions.Server.Consul.Catalog;
using SsmSessions.Server.Consul.Go;

namespace SsmSessions.Server.Consul.Agent;

/// <summary>The body of a check that is registered with the agent.</summary>
internal sealed class CheckDefinition
{
    private const string GoType = "struct { *structs.Alias }";
    private const string Failure = "Request decode failed: ";

    private string _id = "";
    private string _name = "";
    private string _notes = "";
    private string _status = "";
    private GoJsonValue _ttl = GoJsonValue.Null;
    private GoJsonValue _interval = GoJsonValue.Null;
    private bool _isMadeByAgent;
    private bool _isAlias;

    /// <summary>The service that it is of; empty for the node.</summary>
    public string ServiceId { get; private set; } = "";

    /// <summary>Refuses what makes no sense, in Consul's order.</summary>
    /// <exception cref="ConsulException">It makes none.</exception>
    public void Require()
    {
        var (interval, ttl) = (Nanoseconds(_interval), Nanoseconds(_ttl));
        if (_name.Length == 0)
            throw new ConsulException(400, "Missing check name");
        if (_status is not ("" or CatalogCheck.Passing or CatalogCheck.Warning or CatalogCheck.Critical))
            throw new ConsulException(400, "Bad check status");
        if (interval > 0 && ttl > 0)
            throw new ConsulException(400, "Invalid check: Interval and TTL cannot both be specified");
        if (_isMadeByAgent && interval <= 0)
            throw new ConsulException(400, "Invalid check: Interval must be > 0 for Script, HTTP, or TCP checks");
        if (!_isMadeByAgent && !_isAlias && ttl <= 0)
            throw new ConsulException(400, "Invalid check: TTL must be > 0 for TTL checks");
        if (_isMadeByAgent || _isAlias)
            throw new ConsulException(400, "Invalid check: only TTL checks are supported");
    }

    public CatalogCheck ToCheck() => new()
    {
        CheckId = _id.Length > 0 ? _id : _name,
        Name = _name,
        Notes = _notes,
        Status = _status.Length > 0 ? _status : CatalogCheck.Critical,
        ServiceId = ServiceId,
        Type = TtlChecks.Kind,
        Ttl = GoDuration.Format(Nanoseconds(_ttl)),
    };

    public void Read(GoMember check) => check.Object(GoType, new Dictionary<string, Action<GoMember>>(StringComparer.Ordinal)
    {
        ["ID"] = id => _id = id.String(_id, "types.CheckID"),
        ["Name"] = name => _name = name.String(_name),
        ["Notes"] = notes => _notes = notes.String(_notes),
        ["ServiceID"] = id => ServiceId = id.String(ServiceId),
        ["service_id"] = id => ServiceId = ServiceId.Length > 0 ? ServiceId : id.String(""),
        ["Token"] = token => token.String(""),
        ["Status"] = status => _status = status.String(_status),
        ["TTL"] = ttl => _ttl = ttl.Value,
        ["Interval"] = interval => _interval = interval.Value,
        ["ScriptArgs"] = ReadArguments,
        ["Args"] = ReadArguments,
        ["script_args"] = ReadArguments,
        ["HTTP"] = ReadTarget,
        ["H2PING"] = ReadTarget,
        ["TCP"] = ReadTarget,
        ["GRPC"] = ReadTarget,
        ["AliasNode"] = alias => _isAlias |= alias.String("").Length > 0,
        ["AliasService"] = alias => _isAlias |= alias.String("").Length > 0,
        ["Header"] = CatalogBody.Skip,
        ["Method"] = method => method.String(""),
        ["Body"] = body => body.String(""),
        ["DockerContainerID"] = id => id.String(""),
        ["docker_container_id"] = id => id.String(""),
        ["Shell"] = shell => shell.String(""),
        ["H2PingUseTLS"] = use => use.Bool(before: false),
        ["h2ping_use_tls"] = use => use.Bool(before: false),
        ["GRPCUseTLS"] = use => use.Bool(before: false),
        ["grpc_use_tls"] = use => use.Bool(before: false),
        ["TLSServerName"] = name => name.String(""),
        ["tls_server_name"] = name => name.String(""),
        ["TLSSkipVerify"] = skip => skip.Bool(before: false),
        ["tls_skip_verify"] = skip => skip.Bool(before: false),
        ["Timeout"] = CatalogBody.Skip,
        ["SuccessBeforePassing"] = count => count.Int(0),
        ["FailuresBeforeWarning"] = count => count.Int(0),
        ["FailuresBeforeCritical"] = count => count.Int(0),
        ["DeregisterCriticalServiceAfter"] = CatalogBody.Skip,
        ["deregister_critical_service_after"] = CatalogBody.Skip,
        ["OutputMaxSize"] = size => size.Int(0),
    });

    private void ReadArguments(GoMember arguments) => _isMadeByAgent |= arguments.Strings(null) is { Count: > 0 };

    private void ReadTarget(GoMember target) => _isMadeByAgent |= target.String("").Length > 0;

    /// <summary>A duration as text, or nanoseconds as a number; anything else is none.</summary>
    private static long Nanoseconds(GoJsonValue sent)
    {
        if (sent.Kind == GoJsonKind.Number)
            return (long)double.Parse(sent.Text, NumberStyles.Float, CultureInfo.InvariantCulture);
        if (sent.Kind != GoJsonKind.String)
            return 0;
        var (nanoseconds, failure) = GoDuration.Parse(sent.Text);
        return failure is null ? nanoseconds : throw new ConsulException(400, Failure + failure);
    }
}
