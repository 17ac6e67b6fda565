using SsmSessions.Core.Hosts;
using SsmSessions.Core.Store;

namespace SsmSessions.Core.Sessions;

/// <summary>Where the node's ends of sessions live, and how they are ended there: in this process, or on another host on the table.</summary>
public sealed class SessionCarriers(
    ITable table,
    SessionRepository sessions,
    CarriedSessions here,
    HostMembership self,
    HostDirectory hosts,
    HostMailbox mailbox,
    TimeProvider time)
{
    /// <summary>Who carries a session.</summary>
    public async ValueTask<Carrier> OfAsync(Session session, CancellationToken cancellationToken)
    {
        if (session.HostRun is not { } run || session.Host is not { } host)
            return Carrier.None;
        if (run == self.RunId)
            return here.TryFind(session.Id, out var carried) ? new Carrier(carried, IsElsewhere: false, IsLost: false) : Carrier.Lost;
        if (!table.IsShared)
            return Carrier.Lost;
        var record = await hosts.FindAsync(host, cancellationToken);
        return record is not null && record.RunId == run && !hosts.IsDead(record) ? Carrier.Elsewhere : Carrier.Lost;
    }

    /// <summary>
    /// Ends an active session if nobody changed it since it was read: Terminating where a live host carries it, which is told to close the
    /// channel, else Terminated.
    /// </summary>
    /// <param name="stored">The session.</param>
    /// <param name="output">What its user is told; empty for an ordinary end.</param>
    /// <param name="cancellationToken">Gives up waiting for the store.</param>
    /// <returns>The session as it is now; null when somebody else changed it first.</returns>
    public async Task<StoredSession?> TryEndAsync(StoredSession stored, string output, CancellationToken cancellationToken)
    {
        var session = stored.Session;
        var carrier = await OfAsync(session, cancellationToken);
        var isCarried = carrier.Here is not null || carrier.IsElsewhere;
        var ended = session.End(isCarried ? SessionStatus.Terminating : SessionStatus.Terminated, time.GetUtcNow());
        if (!carrier.IsElsewhere)
        {
            if (!await sessions.TryUpdateAsync(stored, ended, cancellationToken))
                return null;
            carrier.Here?.End(output);
            return new StoredSession(ended, stored.Version + 1);
        }

        TableWrite[] writes =
        [
            SessionRepository.Update(stored, ended),
            mailbox.EndSession(session.Host!, session.Tenant, session.Id, output),
        ];
        if (!await table.WriteAsync(writes, cancellationToken))
            return null;
        await WakeAsync(session.Host!, cancellationToken);
        return new StoredSession(ended, stored.Version + 1);
    }

    /// <summary>Ends what a host carried in runs that are over (DESIGN §8): sessions that are still Connecting stay.</summary>
    /// <param name="host">The host.</param>
    /// <param name="isOver">Which of its runs are over.</param>
    /// <param name="cancellationToken">Gives up waiting for the store.</param>
    public async Task EndLostAsync(string host, Func<string, bool> isOver, CancellationToken cancellationToken)
    {
        await foreach (var item in table.ReadAllAsync(new TableQuery(TableIndex.ByHost, SessionItem.ByHost(host)), cancellationToken))
        {
            var session = SessionItem.FromItem(item);
            if (session.HostRun is { } run && isOver(run))
                await EndLostAsync(session, cancellationToken);
        }
    }

    /// <summary>Ends here what others have ended while they took this host for dead.</summary>
    public async Task EndDisownedAsync(CancellationToken cancellationToken)
    {
        foreach (var carried in here.All)
        {
            if (await sessions.FindAsync(carried.Tenant, carried.SessionId, cancellationToken) is not { Session.HasEnded: false })
                carried.End(SessionEndTexts.Disowned);
        }
    }

    private async Task EndLostAsync(Session listed, CancellationToken cancellationToken)
    {
        // Lists may be late: the session itself says whether it is still so.
        while (await sessions.FindAsync(listed.Tenant, listed.Id, cancellationToken) is { } stored
            && !stored.Session.HasEnded && stored.Session.HostRun == listed.HostRun)
        {
            // Should the host live after all, it reads that it must let go.
            TableWrite[] writes =
            [
                SessionRepository.Update(stored, stored.Session.End(SessionStatus.Terminated, time.GetUtcNow())),
                mailbox.EndSession(listed.Host!, listed.Tenant, listed.Id, SessionEndTexts.Disowned),
            ];
            if (await table.WriteAsync(writes, cancellationToken))
                return;
        }
    }

    private async Task WakeAsync(string host, CancellationToken cancellationToken)
    {
        try
        {
            await mailbox.WakeAsync(host, cancellationToken);
        }
        catch (StoreUnavailableException)
        {
            // The message is there, and is looked for every few seconds.
        }
    }
}

/// <summary>Who carries a session.</summary>
/// <param name="Here">The node's end, when it lives in this process.</param>
/// <param name="IsElsewhere">True when it lives in another live host.</param>
/// <param name="IsLost">True when it lived in a run that is over.</param>
public readonly record struct Carrier(ICarriedSession? Here, bool IsElsewhere, bool IsLost)
{
    internal static Carrier None => default;

    internal static Carrier Elsewhere => new(Here: null, IsElsewhere: true, IsLost: false);

    internal static Carrier Lost => new(Here: null, IsElsewhere: false, IsLost: true);
}
