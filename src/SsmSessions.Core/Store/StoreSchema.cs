using System.Text.Json;

namespace SsmSessions.Core.Store;

/// <summary>The version of everything that this code writes into the table, kept in the table itself.</summary>
public static class StoreSchema
{
    /// <summary>The version that this code reads and writes.</summary>
    public const int Version = 1;

    /// <summary>The partition of the service's own items: schema and keys. It survives a reset.</summary>
    public const string ServicePartition = "service";

    private static readonly ItemKey Key = new(ServicePartition, "schema");

    /// <summary>Writes the version into a new table, and refuses one that a newer version wrote.</summary>
    /// <exception cref="StoreUnusableException">The table's schema is newer, or is not readable.</exception>
    public static async Task EnsureAsync(ITable table, CancellationToken cancellationToken)
    {
        await table.WriteAsync(TableWrite.Put(new Item(Key, Body()), Precondition.Absent), cancellationToken);
        var item = await table.GetAsync(Key, consistent: true, cancellationToken)
            ?? throw new StoreUnusableException("the store has no schema version and none could be written");
        var found = ReadVersion(item.Body.Span);
        if (found != Version)
            throw new StoreUnusableException($"the store has schema version {found}, this program reads version {Version}");
    }

    private static byte[] Body() => System.Text.Encoding.UTF8.GetBytes($"{{\"version\":{Version}}}");

    private static int ReadVersion(ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            using var document = JsonDocument.ParseValue(ref reader);
            return document.RootElement.GetProperty("version").GetInt32();
        }
        catch (Exception unreadable) when (unreadable is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new StoreUnusableException("the store's schema version cannot be read", unreadable);
        }
    }
}
