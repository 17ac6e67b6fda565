using SsmSessions.Core.Leases;

namespace SsmSessions.Server.Consul.Sessions;

/// <summary><c>GET /v1/session/node/:node</c>: the sessions of a node, by its name or its id (spec/consul-sessions.md §3.2).</summary>
internal sealed class SessionNode(BlockingQueries queries)
{
    private readonly LastMade<ReadOnlyMemory<byte>> _rendered = new();

    public Task<ConsulAnswer> ServeAsync(ConsulRequest request)
    {
        var options = ReadOptions.Of(request);
        request.RefuseNamespace();
        var node = request.RequireName("node name");
        return queries.AnswerAsync(
            request, options, LeaseTopic.Leases, static state => state.LeasesIndex, state => ConsulAnswer.Json(Render(state, node, request.Rights)));
    }

    private ReadOnlyMemory<byte> Render(LeaseState state, string node, ConsulRights rights)
    {
        var name = state.Nodes.ContainsKey(node) ? node : NameOf(state, node);
        return rights.MayReadAll(ConsulResource.Session)
            ? _rendered.Of(state.Leases, name, () => SessionJson.Render(state.LeasesOn(name)))
            : SessionJson.Render(state.LeasesOn(name).Where(lease => rights.MayRead(ConsulResource.Session, lease.Node)));
    }

    /// <summary>The name of the node with an id; what was sent, when there is none.</summary>
    private static string NameOf(LeaseState state, string id) =>
        state.Nodes.Values.FirstOrDefault(node => node.Id.Equals(id, StringComparison.OrdinalIgnoreCase))?.Name ?? id;
}
