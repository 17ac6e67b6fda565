using System.Text.Json.Nodes;
using SsmSessions.Core.Identity;
using SsmSessions.Core.Sessions;

namespace SsmSessions.Server.TrueNas;

/// <summary>The live sessions of an account as rows, and how they are ended.</summary>
internal sealed class SessionRows(LiveSessions live, SessionChannels channels, SessionRegistry sessions)
{
    /// <summary>Rows by the date of their start, then by id.</summary>
    public async Task<IReadOnlyList<SessionRow>> AllAsync(string account, CancellationToken cancellationToken) =>
    [
        .. (await live.AllAsync(account, cancellationToken)).Select(session => new SessionRow(session))
            .OrderBy(row => row.Live.Session.StartDate).ThenBy(row => row.Id.ToString(), StringComparer.Ordinal),
    ];

    /// <summary>Rows as the answer has them: at most one is current.</summary>
    public async Task<IReadOnlyList<JsonObject>> AllAsJsonAsync(string account, CancellationToken cancellationToken)
    {
        var rows = await AllAsync(account, cancellationToken);
        var current = rows.FirstOrDefault(row => row.IsMarkedCurrent);
        return [.. rows.Select(row => row.ToJson(isCurrent: row == current))];
    }

    /// <summary>Ends a session; false when there is none of this id, or it has ended.</summary>
    /// <param name="caller">Whose account is looked at.</param>
    /// <param name="id">The id of its row, or the session's own.</param>
    /// <param name="cancellationToken">Gives up waiting for the store.</param>
    public async Task<bool> TerminateAsync(Caller caller, string id, CancellationToken cancellationToken)
    {
        // By its own id it is found at once, however many there are and however late lists may be.
        if (await channels.FindAsync(id, cancellationToken) is { } session)
        {
            return session.Tenant.Account == caller.Tenant.Account
                && await sessions.TerminateAsync(session.Tenant, session.Id, cancellationToken) == Termination.Ended;
        }

        var row = (await AllAsync(caller.Tenant.Account, cancellationToken)).FirstOrDefault(row => row.IsNamed(id));
        return row is not null && await TerminateAsync(row, cancellationToken);
    }

    /// <summary>Ends all but the current one and the service's own.</summary>
    public async Task TerminateOthersAsync(Caller caller, CancellationToken cancellationToken)
    {
        foreach (var row in await AllAsync(caller.Tenant.Account, cancellationToken))
        {
            if (row is { IsInternal: false, IsMarkedCurrent: false })
                await TerminateAsync(row, cancellationToken);
        }
    }

    private async Task<bool> TerminateAsync(SessionRow row, CancellationToken cancellationToken) =>
        await sessions.TerminateAsync(row.Live.Session.Tenant, row.Live.Session.Id, cancellationToken) == Termination.Ended;
}
