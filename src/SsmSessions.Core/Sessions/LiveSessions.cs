using SsmSessions.Core.Hosts;
using SsmSessions.Core.Store;

namespace SsmSessions.Core.Sessions;

/// <summary>The sessions of an account that have not ended, in every region, by the hosts that carry them or are to carry them.</summary>
public sealed class LiveSessions(ITable table, HostDirectory hosts, HostMembership self, CarriedSessions here, SessionActivity activity)
{
    /// <summary>The most sessions of one host that a view shows.</summary>
    public const int MostPerHost = 10_000;

    /// <summary>Those of this host, in the order of their numbers.</summary>
    public Task<IReadOnlyList<LiveSession>> HereAsync(string account, CancellationToken cancellationToken) => OnAsync(self.Name, account, cancellationToken);

    /// <summary>Those of every live host, by host and number. What a dead host carried is left out.</summary>
    public async Task<IReadOnlyList<LiveSession>> AllAsync(string account, CancellationToken cancellationToken)
    {
        var all = new List<LiveSession>();
        foreach (var host in (await hosts.LiveAsync(fresh: true, cancellationToken)).Select(host => host.Name).Order(StringComparer.Ordinal))
            all.AddRange(await OnAsync(host, account, cancellationToken));
        return all;
    }

    private async Task<IReadOnlyList<LiveSession>> OnAsync(string host, string account, CancellationToken cancellationToken)
    {
        var found = await table.ReadAllAsync(new TableQuery(TableIndex.ByHost, SessionItem.ByHost(host)), cancellationToken)
            .Select(item => item.Read(SessionItem.FromItem))
            .Where(session => session.Tenant.Account == account && !session.HasEnded)
            .Take(MostPerHost)
            .ToListAsync(cancellationToken);
        if (found.Count == 0)
            return [];
        var last = host == self.Name ? null : await activity.ReadAsync(host, cancellationToken);
        return
        [
            .. found.OrderBy(session => session.Origin?.Number ?? long.MaxValue).ThenBy(session => session.Id, StringComparer.Ordinal)
                .Select(session => new LiveSession(session, host, LastActivity(session))),
        ];

        DateTimeOffset LastActivity(Session session) =>
            last is not null ? last.GetValueOrDefault(session.Id, session.StartDate)
            : here.TryFind(session.Id, out var carried) ? carried.LastActivity
            : session.StartDate;
    }
}

/// <summary>A session that has not ended.</summary>
/// <param name="Session">The session.</param>
/// <param name="Host">The host that carries it, or is to carry it.</param>
/// <param name="LastActivity">When somebody last typed or something was last shown, as far as this host knows.</param>
public sealed record LiveSession(Session Session, string Host, DateTimeOffset LastActivity);
