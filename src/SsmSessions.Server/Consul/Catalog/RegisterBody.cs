using System.Collections.Immutable;
using SsmSessions.Core.Leases;
using SsmSessions.Core.Leases.Commands;
using SsmSessions.Server.Consul.Go;

namespace SsmSessions.Server.Consul.Catalog;

/// <summary>The body of a registration. Members that only service meshes use are taken and not kept.</summary>
internal sealed class RegisterBody
{
    private IReadOnlyDictionary<string, string>? _taggedAddresses;
    private IReadOnlyDictionary<string, string>? _meta;
    private CatalogService? _service;
    private IReadOnlyList<CheckBody>? _checks;
    private CheckBody? _check;

    public string Datacenter { get; private set; } = "";

    public string Id { get; private set; } = "";

    public string Node { get; private set; } = "";

    public string Address { get; private set; } = "";

    /// <summary>Leaves a node that is registered as it is.</summary>
    public bool SkipNodeUpdate { get; private set; }

    /// <summary>The service. Its id is its name where none was sent.</summary>
    public CatalogService? Service => _service is { Id: "" } ? _service with { Id = _service.Service } : _service;

    /// <summary>The checks.</summary>
    public IEnumerable<CheckBody> Checks => (_check is null ? _checks ?? [] : [.. _checks ?? [], _check]).Where(check => !check.IsNull);

    public RegisterNode ToCommand(bool isKnown)
    {
        var node = new CatalogNode
        {
            Name = Node,
            Id = Id,
            Address = Address,
            TaggedAddresses = Sorted(_taggedAddresses),
            Meta = Sorted(_meta),
        };
        return new RegisterNode(Node, SkipNodeUpdate && isKnown ? null : node)
        {
            Service = Service,
            Checks = [.. Checks.Select(check => check.Named)],
        };
    }

    public void Read(GoMember request) => request.Object("structs.RegisterRequest", new Dictionary<string, Action<GoMember>>(StringComparer.Ordinal)
    {
        ["Datacenter"] = name => Datacenter = name.String(Datacenter),
        ["ID"] = id => Id = id.String(Id, "types.NodeID"),
        ["Node"] = node => Node = node.String(Node),
        ["Address"] = address => Address = address.String(Address),
        ["TaggedAddresses"] = addresses => _taggedAddresses = addresses.Map(_taggedAddresses),
        ["NodeMeta"] = meta => _meta = meta.Map(_meta),
        ["Service"] = service => _service = service.IsNull ? null : ReadService(service, _service ?? new CatalogService { Id = "", Service = "" }),
        ["Check"] = check => _check = check.IsNull ? null : CheckBody.Read(check, _check ?? new CheckBody()),
        ["Checks"] = checks => _checks = checks.List(_checks, "structs.HealthChecks", CheckBody.Null, CheckBody.Read),
        ["SkipNodeUpdate"] = skip => SkipNodeUpdate = skip.Bool(SkipNodeUpdate),
        ["Token"] = token => token.String(""),
    });

    private static CatalogService ReadService(GoMember sent, CatalogService before)
    {
        var service = before;
        sent.Object("structs.NodeService", new Dictionary<string, Action<GoMember>>(StringComparer.Ordinal)
        {
            ["Kind"] = kind => kind.String("", "structs.ServiceKind"),
            ["ID"] = id => service = service with { Id = id.String(service.Id) },
            ["Service"] = name => service = service with { Service = name.String(service.Service) },
            ["Tags"] = tags => service = service with { Tags = tags.Strings(service.Tags)?.ToImmutableArray() ?? [] },
            ["Address"] = address => service = service with { Address = address.String(service.Address) },
            ["TaggedAddresses"] = CatalogBody.Skip,
            ["Meta"] = meta => service = service with { Meta = Sorted(meta.Map(service.Meta)) },
            ["Port"] = port => service = service with { Port = (int)Math.Clamp(port.Int(service.Port), int.MinValue, int.MaxValue) },
            ["SocketPath"] = path => path.String(""),
            ["Weights"] = CatalogBody.Skip,
            ["EnableTagOverride"] = enable => enable.Bool(before: false),
            ["Proxy"] = CatalogBody.Skip,
            ["Connect"] = CatalogBody.Skip,
            ["CreateIndex"] = index => index.UInt64(0),
            ["ModifyIndex"] = index => index.UInt64(0),
        });
        return service;
    }

    private static ImmutableSortedDictionary<string, string>? Sorted(IReadOnlyDictionary<string, string>? map) =>
        map?.ToImmutableSortedDictionary(StringComparer.Ordinal);
}

/// <summary>A check of a registration.</summary>
internal sealed record CheckBody
{
    /// <summary>The element of a list that was <c>null</c>.</summary>
    public static CheckBody Null { get; } = new() { IsNull = true };

    public bool IsNull { get; private init; }

    /// <summary>The node that it says it belongs to; empty for none.</summary>
    public string Node { get; private init; } = "";

    public CatalogCheck Check { get; private init; } = new() { CheckId = "" };

    /// <summary>The check with its name for an id, where none was sent.</summary>
    public CatalogCheck Named => Check.CheckId.Length > 0 ? Check : Check with { CheckId = Check.Name };

    public static CheckBody Read(GoMember sent, CheckBody before)
    {
        if (sent.IsNull)
            return before;
        var (node, check) = (before.Node, before.Check);
        sent.Object("structs.HealthCheck", new Dictionary<string, Action<GoMember>>(StringComparer.Ordinal)
        {
            ["Node"] = name => node = name.String(node),
            ["CheckID"] = id => check = check with { CheckId = id.String(check.CheckId, "types.CheckID") },
            ["Name"] = name => check = check with { Name = name.String(check.Name) },
            ["Status"] = status => check = check with { Status = status.String(check.Status) },
            ["Notes"] = notes => check = check with { Notes = notes.String(check.Notes) },
            ["Output"] = output => check = check with { Output = output.String(check.Output) },
            ["ServiceID"] = id => check = check with { ServiceId = id.String(check.ServiceId) },
            ["ServiceName"] = name => check = check with { ServiceName = name.String(check.ServiceName) },
            ["ServiceTags"] = tags => check = check with { ServiceTags = tags.Strings(check.ServiceTags)?.ToImmutableArray() ?? [] },
            ["Type"] = type => check = check with { Type = type.String(check.Type) },
            ["Interval"] = interval => interval.String(""),
            ["Timeout"] = timeout => timeout.String(""),
            ["ExposedPort"] = port => port.Int(0),
            ["Definition"] = CatalogBody.Skip,
            ["CreateIndex"] = index => index.UInt64(0),
            ["ModifyIndex"] = index => index.UInt64(0),
        });
        return new CheckBody { Node = node, Check = check };
    }
}
