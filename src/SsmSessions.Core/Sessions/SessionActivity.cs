using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using SsmSessions.Core.Hosts;
using SsmSessions.Core.Store;

namespace SsmSessions.Core.Sessions;

/// <summary>When something last happened in the sessions of a host, for the other hosts on the table: an item for each session, beside it and
/// outside the indexes, written now and then where something has happened.</summary>
/// <remarks>Key: partition <c>activity/{host}</c>, sort <c>{SessionId}</c>; the body is a number, milliseconds since 1970.</remarks>
public sealed class SessionActivity(ITable table, HostMembership self, CarriedSessions here, TimeProvider time)
{
    /// <summary>How often a host tells.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan KeptFor = TimeSpan.FromHours(25);

    private readonly ConcurrentDictionary<string, DateTimeOffset> _told = new(StringComparer.Ordinal);

    /// <summary>Tells the other hosts what has happened here since the last time; where there are none it does nothing.</summary>
    public async Task TellAsync(CancellationToken cancellationToken)
    {
        if (!table.IsShared)
            return;
        var carried = here.All.ToDictionary(session => session.SessionId, session => session.LastActivity, StringComparer.Ordinal);
        foreach (var gone in _told.Keys.Where(id => !carried.ContainsKey(id)))
        {
            await table.WriteAsync(TableWrite.Delete(new ItemKey(Partition(self.Name), gone)), cancellationToken);
            _told.TryRemove(gone, out _);
        }

        var news = carried.Where(session => _told.GetValueOrDefault(session.Key) != session.Value).ToList();
        if (news.Count == 0)
            return;
        await table.PutManyAsync([.. news.Select(session => ToItem(session.Key, session.Value))], cancellationToken);
        foreach (var (id, at) in news)
            _told[id] = at;
    }

    /// <summary>What a host has told, by SessionId.</summary>
    public async Task<IReadOnlyDictionary<string, DateTimeOffset>> ReadAsync(string host, CancellationToken cancellationToken)
    {
        var told = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        await foreach (var item in table.ReadAllAsync(new TableQuery(null, Partition(host)), cancellationToken))
            told[item.Key.Sort] = DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(Encoding.UTF8.GetString(item.Body.Span), CultureInfo.InvariantCulture));
        return told;
    }

    private Item ToItem(string sessionId, DateTimeOffset at) => new(
        new ItemKey(Partition(self.Name), sessionId),
        Encoding.UTF8.GetBytes(at.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture)))
    {
        ExpiresAt = time.GetUtcNow() + KeptFor,
    };

    private static string Partition(string host) => "activity/" + host;
}
