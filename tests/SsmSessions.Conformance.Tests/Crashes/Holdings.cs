using SsmSessions.Conformance.Tests.Consul.Linearizability;

namespace SsmSessions.Conformance.Tests.Crashes;

/// <summary>A time in which a session knew that it held a lock: it had been told so, and had not begun to give it up.</summary>
/// <param name="Session">The session.</param>
/// <param name="From">When it was told.</param>
/// <param name="To">When it began to give it up.</param>
internal sealed record Holding(string Session, long From, long To);

/// <summary>Who held a lock when.</summary>
internal static class Holdings
{
    /// <summary>Any two of different sessions that have a moment in common.</summary>
    public static IEnumerable<(Holding First, Holding Second)> Overlaps(IReadOnlyCollection<Operation<KeyOperation>> history)
    {
        Holding? longest = null;
        foreach (var holding in Of(history).OrderBy(holding => holding.From))
        {
            if (longest is not null && longest.To > holding.From && longest.Session != holding.Session)
                yield return (longest, holding);
            longest = longest is null || holding.To > longest.To ? holding : longest;
        }
    }

    private static IEnumerable<Holding> Of(IReadOnlyCollection<Operation<KeyOperation>> history)
    {
        foreach (var session in history.GroupBy(operation => SessionOf(operation.What)).Where(group => group.Key is not null))
        {
            // A session does one thing at a time: until the next attempt to give it up, it has what it was told that it has.
            var operations = session.OrderBy(operation => operation.Called).ToArray();
            for (var i = 0; i < operations.Length; i++)
            {
                if (operations[i] is not { What: KeyOperation.Acquire { Done: true }, Returned: { } told })
                    continue;
                var end = operations.Skip(i + 1).FirstOrDefault(later => later.What is KeyOperation.Release or KeyOperation.Destroy)?.Called ?? long.MaxValue;
                yield return new Holding(session.Key!, told, end);
            }
        }
    }

    private static string? SessionOf(KeyOperation operation) => operation switch
    {
        KeyOperation.Acquire acquire => acquire.Session,
        KeyOperation.Release release => release.Session,
        KeyOperation.Destroy destroy => destroy.Session,
        _ => null,
    };
}
