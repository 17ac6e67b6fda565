using SsmSessions.Core.Leases;

namespace SsmSessions.Server.Consul.Sessions;

/// <summary><c>GET /v1/session/info/:uuid</c>: an array of none or one.</summary>
internal sealed class SessionInfo(BlockingQueries queries)
{
    public Task<ConsulAnswer> ServeAsync(ConsulRequest request)
    {
        var options = ReadOptions.Of(request);
        request.RefuseNamespace();
        var id = request.RequireName("session");
        return queries.AnswerAsync(
            request,
            options,
            LeaseTopic.Lease(id),
            state =>
            {
                SessionId.Check(id);
                return state.LeasesIndex;
            },
            state => ConsulAnswer.Json(SessionJson.Render(Find(state, id, request.Rights))));
    }

    private static IEnumerable<Lease> Find(LeaseState state, string id, ConsulRights rights) =>
        state.FindLease(id) is { } lease && rights.MayRead(ConsulResource.Session, lease.Node) ? [lease] : [];
}
