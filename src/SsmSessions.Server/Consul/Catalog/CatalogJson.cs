using System.Collections.Immutable;
using SsmSessions.Core.Leases;
using SsmSessions.Server.Consul.Go;

namespace SsmSessions.Server.Consul.Catalog;

/// <summary>Nodes, services and checks on the wire (spec/consul-sessions.md §10). What this service does not keep of a service or a check has
/// the value that Consul gives to what was not sent.</summary>
internal static class CatalogJson
{
    private const string NoInterval = "0s";

    private static readonly ImmutableSortedDictionary<string, string> NoMeta = ImmutableSortedDictionary<string, string>.Empty;

    public static void Node(GoJsonWriter json, CatalogNode node) => json.Object(json =>
    {
        json.Name("ID").String(node.Id);
        json.Name("Node").String(node.Name);
        json.Name("Address").String(node.Address);
        json.Name("Datacenter").String(ConsulRequest.LocalDatacenter);
        json.Name("TaggedAddresses").Map(node.TaggedAddresses);
        json.Name("Meta").Map(node.Meta);
        json.Name("CreateIndex").Number(node.CreateIndex);
        json.Name("ModifyIndex").Number(node.ModifyIndex);
    });

    /// <summary>A service as its node shows it.</summary>
    public static void Service(GoJsonWriter json, CatalogService service) => json.Object(json =>
    {
        json.Name("ID").String(service.Id);
        json.Name("Service").String(service.Service);
        json.Name("Tags").Strings(service.Tags);
        json.Name("Address").String(service.Address);
        json.Name("Meta").Map(service.Meta);
        if (service.Port != 0)
            json.Name("Port").Number(service.Port);
        Weights(json.Name("Weights"));
        json.Name("EnableTagOverride").Bool(value: false);
        Proxy(json.Name("Proxy"));
        Nothing(json.Name("Connect"));
        json.Name("CreateIndex").Number(service.CreateIndex);
        json.Name("ModifyIndex").Number(service.ModifyIndex);
    });

    /// <summary>A service together with its node.</summary>
    public static void ServiceNode(GoJsonWriter json, CatalogNode node, CatalogService service) => json.Object(json =>
    {
        json.Name("ID").String(node.Id);
        json.Name("Node").String(node.Name);
        json.Name("Address").String(node.Address);
        json.Name("Datacenter").String(ConsulRequest.LocalDatacenter);
        json.Name("TaggedAddresses").Map(node.TaggedAddresses);
        json.Name("NodeMeta").Map(node.Meta);
        json.Name("ServiceKind").String("");
        json.Name("ServiceID").String(service.Id);
        json.Name("ServiceName").String(service.Service);
        json.Name("ServiceTags").Strings(service.Tags);
        json.Name("ServiceAddress").String(service.Address);
        Weights(json.Name("ServiceWeights"));
        json.Name("ServiceMeta").Map(service.Meta ?? NoMeta);
        json.Name("ServicePort").Number(service.Port);
        json.Name("ServiceSocketPath").String("");
        json.Name("ServiceEnableTagOverride").Bool(value: false);
        Proxy(json.Name("ServiceProxy"));
        Nothing(json.Name("ServiceConnect"));
        json.Name("CreateIndex").Number(service.CreateIndex);
        json.Name("ModifyIndex").Number(service.ModifyIndex);
    });

    public static void Check(GoJsonWriter json, CatalogNode node, CatalogCheck check) => json.Object(json =>
    {
        var interval = check.Ttl.Length > 0 ? NoInterval : "";
        json.Name("Node").String(node.Name);
        json.Name("CheckID").String(check.CheckId);
        json.Name("Name").String(check.Name);
        json.Name("Status").String(check.Status);
        json.Name("Notes").String(check.Notes);
        json.Name("Output").String(check.Output);
        json.Name("ServiceID").String(check.ServiceId);
        json.Name("ServiceName").String(check.ServiceName);
        json.Name("ServiceTags").Strings(check.ServiceTags);
        json.Name("Type").String(check.Type);
        json.Name("Interval").String(interval);
        json.Name("Timeout").String(interval);
        json.Name("ExposedPort").Number(0L);
        Nothing(json.Name("Definition"));
        json.Name("CreateIndex").Number(check.CreateIndex);
        json.Name("ModifyIndex").Number(check.ModifyIndex);
    });

    private static void Weights(GoJsonWriter json) => json.Object(json => json.Name("Passing").Number(1L).Name("Warning").Number(1L));

    private static void Proxy(GoJsonWriter json) => json.Object(json =>
    {
        json.Name("Mode").String("");
        Nothing(json.Name("MeshGateway"));
        Nothing(json.Name("Expose"));
    });

    private static void Nothing(GoJsonWriter json) => json.Object(static _ => { });
}
