using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace SsmSessions.Core.Store;

/// <summary>
/// The service's own secret keys, kept in the table, so that what one host seals every host opens, also after a restart or a reset.
/// A key is made by whoever asks for it first.
/// </summary>
public sealed class ServiceKeys(ITable table)
{
    /// <summary>The length of a key, bytes.</summary>
    public const int KeyBytes = 32;

    private const int RecordVersion = 1;

    private readonly ConcurrentDictionary<string, byte[]> _known = new(StringComparer.Ordinal);

    /// <summary>The key of a name, which says what it is for: <c>page-token</c>, <c>issued-credentials</c>. 32 random bytes.</summary>
    /// <param name="name">Letters, digits and hyphens, in lower case.</param>
    /// <param name="cancellationToken">Gives up waiting for the store.</param>
    /// <exception cref="StoreUnavailableException">The store did not answer.</exception>
    /// <exception cref="StoreUnusableException">The stored key cannot be read.</exception>
    public ValueTask<byte[]> GetAsync(string name, CancellationToken cancellationToken) =>
        _known.TryGetValue(name, out var key) ? new(key) : new(ReadOrCreateAsync(name, cancellationToken));

    private async Task<byte[]> ReadOrCreateAsync(string name, CancellationToken cancellationToken)
    {
        var itemKey = new ItemKey(StoreSchema.ServicePartition, $"key/{name}");
        var item = await table.GetAsync(itemKey, consistent: true, cancellationToken);
        if (item is null)
        {
            // Another host may do the same at this moment: the first one to write wins, and both read what it wrote.
            var made = new Item(itemKey, Write(RandomNumberGenerator.GetBytes(KeyBytes)));
            await table.WriteAsync(TableWrite.Put(made, Precondition.Absent), cancellationToken);
            item = await table.GetAsync(itemKey, consistent: true, cancellationToken);
        }

        var key = Read(item?.Body) ?? throw new StoreUnusableException($"the service key '{name}' in the store cannot be read");
        return _known.GetOrAdd(name, key);
    }

    private static byte[] Write(ReadOnlySpan<byte> key) =>
        Encoding.UTF8.GetBytes($"{{\"version\":{RecordVersion},\"key\":\"{Base64Url.EncodeToString(key)}\"}}");

    private static byte[]? Read(ReadOnlyMemory<byte>? body)
    {
        try
        {
            using var document = JsonDocument.Parse(body ?? default);
            var root = document.RootElement;
            if (root.GetProperty("version").GetInt32() != RecordVersion)
                return null;
            var key = Base64Url.DecodeFromChars(root.GetProperty("key").GetString());
            return key.Length == KeyBytes ? key : null;
        }
        catch (Exception unreadable)
            when (unreadable is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }
}
