using System.Globalization;
using System.Net;
using SsmSessions.Core.Leases;
using SsmSessions.Server.Consul.Go;

namespace SsmSessions.Server.Consul.Catalog;

/// <summary><c>PUT /v1/catalog/register</c>: a node, with a service and checks if they are sent (spec/consul-sessions.md §10).</summary>
internal sealed class CatalogRegister(LeaseRegistry registry)
{
    private const int IdLength = 36;

    public async Task<ConsulAnswer> ServeAsync(ConsulRequest request)
    {
        request.RefuseNamespace();
        var body = new RegisterBody();
        await CatalogBody.DecodeAsync(request, body.Read);
        if (body.Datacenter.Length > 0)
            request.RequireDatacenter(body.Datacenter);
        var rights = request.Rights;
        Require(body);
        var state = await registry.ReadAsync(request.Aborted);
        var known = state.Nodes.GetValueOrDefault(body.Node);
        RequireRights(rights, body, known);
        // Who takes a node's id takes its name, and ends what is on it.
        foreach (var former in state.Nodes.Values.Where(node => body.Id.Length > 0 && string.Equals(node.Id, body.Id, StringComparison.OrdinalIgnoreCase)))
            rights.RequireWrite(ConsulResource.Node, former.Name);
        var outcome = await registry.ApplyAsync(body.ToCommand(isKnown: known is not null), request.Aborted);
        return outcome.Refusal is { } refusal ? throw new ConsulException(500, refusal) : ConsulAnswer.True;
    }

    private static void Require(RegisterBody body)
    {
        if (body.Node.Length == 0)
            throw new ConsulException(500, "Must provide node");
        if (body.Id.Length > 0 && WrongId(body.Id) is { } wrong)
            throw new ConsulException(500, "Bad node ID: " + wrong);
        if (body.Address.Length == 0 && !body.SkipNodeUpdate)
            throw new ConsulException(500, "Must provide address if SkipNodeUpdate is not set");
        if (body.Service is { Service.Length: 0 })
            throw new ConsulException(500, "Must provide service name with ID");
        if (body.Service is { Address.Length: > 0 } service && IPAddress.TryParse(service.Address, out var address)
            && (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any)))
        {
            throw new ConsulException(500, "Invalid service address");
        }

        foreach (var check in body.Checks.Where(check => check.Node.Length > 0 && check.Node != body.Node))
            throw new ConsulException(500, $"check node {GoText.Quote(check.Node)} does not match node {GoText.Quote(body.Node)}");
    }

    /// <summary>The node's right, and that of each service that is changed.</summary>
    private static void RequireRights(ConsulRights rights, RegisterBody body, CatalogNode? known)
    {
        rights.RequireWrite(ConsulResource.Node, body.Node);
        if (body.Service is { } service)
        {
            rights.RequireWrite(ConsulResource.Service, service.Service);
            if (known?.Services.GetValueOrDefault(service.Id) is { } replaced)
                rights.RequireWrite(ConsulResource.Service, replaced.Service);
        }

        foreach (var check in body.Checks)
        {
            if (known?.Services.GetValueOrDefault(check.Check.ServiceId) is { } checkedService)
                rights.RequireWrite(ConsulResource.Service, checkedService.Service);
        }
    }

    private static string? WrongId(string id)
    {
        if (id.Length != IdLength)
            return "uuid string is wrong length";
        if (id[8] != '-' || id[13] != '-' || id[18] != '-' || id[23] != '-')
            return "uuid is improperly formatted";
        foreach (var c in id.Where((c, at) => at is not (8 or 13 or 18 or 23) && !char.IsAsciiHexDigit(c)))
            return string.Create(CultureInfo.InvariantCulture, $"encoding/hex: invalid byte: U+{(int)c:X4} '{c}'");
        return null;
    }
}
