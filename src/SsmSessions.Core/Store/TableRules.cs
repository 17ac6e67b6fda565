using System.Text;

namespace SsmSessions.Core.Store;

/// <summary>What every engine refuses, so that code which works on one works on the other.</summary>
public static class TableRules
{
    private const int PartitionBytes = 2_048;
    private const int SortBytes = 1_024;

    /// <summary>Refuses a transaction that is empty, too large, or writes an item twice.</summary>
    /// <exception cref="ArgumentException">It is.</exception>
    public static void Check(IReadOnlyList<TableWrite> writes)
    {
        if (writes.Count is 0 or > TableLimits.TransactionItems)
            throw new ArgumentException($"a transaction has 1 to {TableLimits.TransactionItems} writes, not {writes.Count}", nameof(writes));
        for (var i = 0; i < writes.Count; i++)
        {
            if (writes[i] is PutWrite put)
                Check(put.Item);
            for (var j = 0; j < i; j++)
            {
                if (writes[i].Key == writes[j].Key)
                    throw new ArgumentException($"a transaction writes {writes[i].Key} twice", nameof(writes));
            }
        }
    }

    /// <summary>Refuses an item whose body or keys are too large, or whose version is not positive.</summary>
    /// <exception cref="ArgumentException">It is.</exception>
    public static void Check(Item item)
    {
        if (item.Body.Length > TableLimits.BodyBytes)
            throw new ArgumentException($"the body of {item.Key} has {item.Body.Length} bytes, more than {TableLimits.BodyBytes}", nameof(item));
        if (item.Version < 1)
            throw new ArgumentException($"the version of {item.Key} is not positive", nameof(item));
        if (IsTooLong(item.Key.Partition, PartitionBytes) || IsTooLong(item.Key.Sort, SortBytes))
            throw new ArgumentException($"the key {item.Key} is empty or too long", nameof(item));
    }

    private static bool IsTooLong(string part, int bytes) =>
        part.Length == 0 || part.Length > bytes || (part.Length * 3 > bytes && Encoding.UTF8.GetByteCount(part) > bytes);
}
