using SsmSessions.Core.Leases;

namespace SsmSessions.Server.Consul.Sessions;

/// <summary><c>GET /v1/session/list</c>: all sessions, by id.</summary>
internal sealed class SessionList(BlockingQueries queries)
{
    private readonly LastMade<ReadOnlyMemory<byte>> _rendered = new();

    public Task<ConsulAnswer> ServeAsync(ConsulRequest request)
    {
        var options = ReadOptions.Of(request);
        request.RefuseNamespace();
        return queries.AnswerAsync(
            request, options, LeaseTopic.Leases, static state => state.LeasesIndex, state => ConsulAnswer.Json(Render(state, request.Rights)));
    }

    private ReadOnlyMemory<byte> Render(LeaseState state, ConsulRights rights) => rights.MayReadAll(ConsulResource.Session)
        ? _rendered.Of(state.Leases, "", () => SessionJson.Render(state.Leases.Values))
        : SessionJson.Render(state.Leases.Values.Where(lease => rights.MayRead(ConsulResource.Session, lease.Node)));
}
