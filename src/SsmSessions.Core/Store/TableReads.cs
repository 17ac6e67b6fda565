using System.Runtime.CompilerServices;

namespace SsmSessions.Core.Store;

/// <summary>Reads that take more than one query.</summary>
public static class TableReads
{
    /// <summary>Every item of a query's range, ascending, page by page: the query's limit is that of a page.</summary>
    /// <exception cref="StoreUnavailableException">The store did not answer.</exception>
    public static async IAsyncEnumerable<Item> ReadAllAsync(
        this ITable table, TableQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            var page = await table.QueryAsync(query, cancellationToken);
            foreach (var item in page)
                yield return item;
            if (page.Count < query.Limit)
                yield break;
            // The least text that is greater.
            query = query with { From = SortOf(page[^1], query.Index) + "\0" };
        }
    }

    private static string SortOf(Item item, TableIndex? index) => index switch
    {
        null => item.Key.Sort,
        TableIndex.ByDeadline => item.Indexes!.DeadlineSort!,
        _ => item.Indexes!.Sort!,
    };
}
