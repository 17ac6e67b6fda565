using System.Globalization;
using System.Text;
using SsmSessions.Core.Identity;
using SsmSessions.Core.Store;

namespace SsmSessions.Core.Sessions;

/// <summary>Sessions in the table: by id, and listed newest first.</summary>
public sealed class SessionRepository(ITable table)
{
    /// <summary>The most rows that one list looks at; what a filter leaves over may then be less than a page.</summary>
    public const int ScanLimit = 1_000;

    /// <summary>The session of an id as last acknowledged by any host, or null.</summary>
    public async ValueTask<StoredSession?> FindAsync(Tenant tenant, string sessionId, CancellationToken cancellationToken)
    {
        var item = await table.GetAsync(SessionItem.Key(tenant, sessionId), consistent: true, cancellationToken);
        return item is null ? null : new StoredSession(SessionItem.FromItem(item), item.Version);
    }

    /// <summary>Replaces a session if nobody changed it since it was read; false if somebody did.</summary>
    public Task<bool> TryUpdateAsync(StoredSession read, Session changed, CancellationToken cancellationToken) =>
        table.WriteAsync(Update(read, changed), cancellationToken);

    /// <summary>The write of <see cref="TryUpdateAsync"/>, for a transaction.</summary>
    internal static TableWrite Update(StoredSession read, Session changed) =>
        TableWrite.Put(SessionItem.ToItem(changed, read.Version + 1), Precondition.VersionIs(read.Version));

    /// <summary>Stores sessions as they are, over any of the same id (for Admin's injection).</summary>
    public Task PutManyAsync(IEnumerable<Session> sessions, CancellationToken cancellationToken) =>
        table.PutManyAsync([.. sessions.Select(s => SessionItem.ToItem(s, version: 1))], cancellationToken);

    /// <summary>A page of a tenant's sessions, newest first.</summary>
    /// <param name="tenant">Whose.</param>
    /// <param name="state">Which list.</param>
    /// <param name="filter">What it is limited to.</param>
    /// <param name="after">The last one seen, or null to begin.</param>
    /// <param name="limit">The most sessions, 1 to 200.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<SessionPage> ListAsync(
        Tenant tenant, SessionState state, SessionFilter filter, SessionPosition? after, int limit, CancellationToken cancellationToken)
    {
        if (filter.MatchesNothing || (filter.Status is { } status && status.State() != state))
            return SessionPage.Empty;
        if (filter.SessionId is { } id)
            return await FindOneAsync(tenant, state, filter, after, id, cancellationToken);

        var partitions = Partitions(tenant, state, filter);
        // What no session could be stored with, no session has.
        if (partitions.Any(p => Encoding.UTF8.GetByteCount(p.Partition) > TableLimits.PartitionBytes))
            return SessionPage.Empty;
        var rows = new NewestFirst(table, partitions, Bounds(filter, after), limit + 1);
        var found = new List<Session>(limit);
        for (var scanned = 0; await rows.NextAsync(cancellationToken) is { } item; scanned++)
        {
            if (scanned == ScanLimit)
                return new SessionPage(found, rows.Previous is { } last ? SessionPosition.Of(Read(last)) : null);
            var session = Read(item);
            if (session.State != state || !filter.Matches(session))
                continue;
            if (found.Count == limit)
                return new SessionPage(found, SessionPosition.Of(found[^1]));
            found.Add(session);
        }

        return new SessionPage(found, Next: null);
    }

    private async Task<SessionPage> FindOneAsync(
        Tenant tenant, SessionState state, SessionFilter filter, SessionPosition? after, string id, CancellationToken cancellationToken)
    {
        var session = (await FindAsync(tenant, id, cancellationToken))?.Session;
        var isNext = session is not null && session.State == state && filter.Matches(session)
            && (after is not { } position || string.CompareOrdinal(SessionPosition.Of(session).Sort, position.Sort) < 0);
        return isNext ? new SessionPage([session!], Next: null) : SessionPage.Empty;
    }

    /// <summary>The partitions that together hold every match: the narrowest index that the filter allows.</summary>
    private static IReadOnlyList<(TableIndex Index, string Partition)> Partitions(Tenant tenant, SessionState state, SessionFilter filter)
    {
        if (filter.Target is { } target)
            return [(TableIndex.ByTarget, SessionItem.ByTarget(tenant, state, target))];
        if (filter.Owner is { } owner)
            return [(TableIndex.ByOwner, SessionItem.ByOwner(tenant, state, owner))];
        if (filter.Status is null && filter.AccessType is null)
            return [(TableIndex.ByState, SessionItem.ByState(tenant, state))];

        IReadOnlyList<SessionStatus> statuses = filter.Status is { } status ? [status] : state.Statuses();
        IReadOnlyList<AccessType> types = filter.AccessType is { } type ? [type] : [AccessType.Standard, AccessType.JustInTime];
        return [.. from s in statuses from t in types select (TableIndex.ByStatus, SessionItem.ByStatus(tenant, s, t))];
    }

    private static (string? From, string? To) Bounds(SessionFilter filter, SessionPosition? after)
    {
        var from = filter.StartedFrom is { } start ? SessionItem.SortDate(CeilingToMilliseconds(start)) : null;
        var to = filter.StartedBefore is { } end ? SessionItem.SortDate(CeilingToMilliseconds(end)) : null;
        if (after is { } position && (to is null || string.CompareOrdinal(position.Sort, to) < 0))
            to = position.Sort;
        return (from, to);
    }

    private static DateTimeOffset CeilingToMilliseconds(DateTimeOffset date)
    {
        var floor = date.ToMilliseconds();
        return floor < date && date < DateTimeOffset.MaxValue.AddMilliseconds(-1) ? floor.AddMilliseconds(1) : floor;
    }

    private static Session Read(Item item) => item.Read(SessionItem.FromItem);
}

/// <summary>A session and the version under which it was read.</summary>
public sealed record StoredSession(Session Session, long Version);

/// <summary>A page of sessions, and where the next one begins (null when this was the last).</summary>
public sealed record SessionPage(IReadOnlyList<Session> Sessions, SessionPosition? Next)
{
    /// <summary>The page of a list that holds nothing.</summary>
    public static SessionPage Empty { get; } = new([], Next: null);
}

/// <summary>A place in a list: after the session that started at this date and has this id.</summary>
public readonly record struct SessionPosition(DateTimeOffset StartDate, string SessionId)
{
    internal string Sort => SessionItem.Sort(StartDate, SessionId);

    internal static SessionPosition Of(Session session) => new(session.StartDate, session.Id);

    /// <summary>The place as text for a page token: <c>{milliseconds}#{SessionId}</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{StartDate.ToUnixTimeMilliseconds()}#{SessionId}");

    /// <summary>The place of a text that <see cref="ToString"/> made (its authenticity is the page token's business).</summary>
    /// <exception cref="RefusedException">InvalidNextToken.</exception>
    public static SessionPosition Parse(string text)
    {
        var hash = text.IndexOf('#', StringComparison.Ordinal);
        if (hash < 0 || !long.TryParse(text.AsSpan(0, hash), NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds))
            throw PageTokens.Invalid();
        return new SessionPosition(DateTimeOffset.FromUnixTimeMilliseconds(milliseconds), text[(hash + 1)..]);
    }
}
