using System.Text;
using System.Text.Unicode;

namespace SsmSessions.Core.Store;

/// <summary>What every engine refuses, so that code which works on one works on the other.</summary>
public static class TableRules
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Refuses a transaction that is empty, too large, or writes an item twice.</summary>
    /// <exception cref="ArgumentException">It is.</exception>
    public static void Check(IReadOnlyList<TableWrite> writes)
    {
        if (writes.Count is 0 or > TableLimits.TransactionItems)
            throw new ArgumentException($"a transaction has 1 to {TableLimits.TransactionItems} writes, not {writes.Count}", nameof(writes));
        long bytes = 0;
        for (var i = 0; i < writes.Count; i++)
        {
            Check(writes[i]);
            bytes += writes[i] is PutWrite put ? put.Item.Body.Length : 0;
            for (var j = 0; j < i; j++)
            {
                if (writes[i].Key == writes[j].Key)
                    throw new ArgumentException($"a transaction writes {writes[i].Key} twice", nameof(writes));
            }
        }

        if (bytes > TableLimits.TransactionBytes)
            throw new ArgumentException($"the bodies of a transaction have {bytes} bytes, more than {TableLimits.TransactionBytes}", nameof(writes));
    }

    /// <summary>Refuses what <see cref="Check(Item)"/> refuses, or a key that is too large.</summary>
    /// <exception cref="ArgumentException">It is.</exception>
    public static void Check(TableWrite write)
    {
        if (write is PutWrite put)
            Check(put.Item);
        else
            Check(write.Key);
    }

    /// <summary>Refuses an item whose body or keys are empty, too large or not Unicode, that lacks the sort key of an index it is in,
    /// or whose version is not positive.</summary>
    /// <exception cref="ArgumentException">It is.</exception>
    public static void Check(Item item)
    {
        Check(item.Key);
        if (item.Body.Length is 0 or > TableLimits.BodyBytes)
            throw new ArgumentException($"the body of {item.Key} has {item.Body.Length} bytes, not 1 to {TableLimits.BodyBytes}", nameof(item));
        if (!Utf8.IsValid(item.Body.Span))
            throw new ArgumentException($"the body of {item.Key} is not UTF-8", nameof(item));
        if (item.Version < 1)
            throw new ArgumentException($"the version of {item.Key} is not positive", nameof(item));
        if (item.Indexes is not { } indexes)
            return;
        CheckIndex(indexes.State, indexes.Sort);
        CheckIndex(indexes.Owner, indexes.Sort);
        CheckIndex(indexes.Target, indexes.Sort);
        CheckIndex(indexes.Status, indexes.Sort);
        CheckIndex(indexes.Host, indexes.Sort);
        CheckIndex(indexes.Deadline, indexes.DeadlineSort);
    }

    /// <summary>Refuses a key that is empty, too large or not Unicode.</summary>
    /// <exception cref="ArgumentException">It is.</exception>
    public static void Check(ItemKey key)
    {
        CheckPart(key.Partition, TableLimits.PartitionBytes, "partition");
        CheckPart(key.Sort, TableLimits.SortBytes, "sort key");
    }

    /// <summary>Refuses a query of no partition, with bounds more than twice as long as a sort key, with a limit out of range, or of an
    /// index with a consistent read.</summary>
    /// <exception cref="ArgumentException">It is.</exception>
    public static void Check(TableQuery query)
    {
        CheckPart(query.Partition, TableLimits.PartitionBytes, "partition");
        if (query.From is { } from)
            CheckLength(from, 2 * TableLimits.SortBytes, "lower bound");
        if (query.To is { } to)
            CheckLength(to, 2 * TableLimits.SortBytes, "upper bound");
        if (query.Limit is < 1 or > TableLimits.QueryItems)
            throw new ArgumentException($"the limit of a query is 1 to {TableLimits.QueryItems}, not {query.Limit}", nameof(query));
        if (query is { Consistent: true, Index: not null })
            throw new ArgumentException("an index has no consistent reads", nameof(query));
    }

    private static void CheckIndex(string? partition, string? sort)
    {
        if (partition is null)
            return;
        CheckPart(partition, TableLimits.PartitionBytes, "index partition");
        CheckPart(sort, TableLimits.SortBytes, "index sort key");
    }

    private static void CheckPart(string? part, int bytes, string name)
    {
        if (string.IsNullOrEmpty(part))
            throw new ArgumentException($"the {name} is empty", nameof(part));
        CheckLength(part, bytes, name);
    }

    /// <summary>Text that is not Unicode (half of a surrogate pair) makes the encoding throw, which is an ArgumentException too.</summary>
    private static void CheckLength(string part, int bytes, string name)
    {
        if (StrictUtf8.GetByteCount(part) > bytes)
            throw new ArgumentException($"the {name} has more than {bytes} bytes", nameof(part));
    }
}
