using SsmSessions.Core.Identity;
using SsmSessions.Core.Store;
using SsmSessions.Core.Tags;

namespace SsmSessions.Core.Documents;

/// <summary>The documents of accounts in the table: read, and changed by one at a time.</summary>
public sealed class DocumentRepository(ITable table)
{
    private const int UpdateAttempts = 64;

    /// <summary>The document of a name, or null.</summary>
    public async ValueTask<Document?> FindAsync(Tenant tenant, string name, CancellationToken cancellationToken) =>
        await table.GetAsync(DocumentItem.Key(tenant, name), consistent: true, cancellationToken) is { } item
            ? DocumentItem.FromItem(tenant, item)
            : null;

    /// <summary>The document of a name.</summary>
    /// <exception cref="RefusedException">InvalidDocument: there is none.</exception>
    public async ValueTask<Document> GetAsync(Tenant tenant, string name, CancellationToken cancellationToken) =>
        await FindAsync(tenant, name, cancellationToken) ?? throw DocumentRefusals.NotFound(name);

    /// <summary>The documents of a tenant, by name.</summary>
    public async ValueTask<IReadOnlyList<Document>> ListAsync(Tenant tenant, CancellationToken cancellationToken) =>
    [
        .. (await table.QueryAsync(DocumentItem.DocumentsOf(tenant), cancellationToken))
            .Select(item => DocumentItem.FromItem(tenant, item)),
    ];

    /// <summary>How many documents a tenant has.</summary>
    public async ValueTask<int> CountAsync(Tenant tenant, CancellationToken cancellationToken) =>
        (await table.QueryAsync(DocumentItem.DocumentsOf(tenant), cancellationToken)).Count;

    /// <summary>A version of a document, or null.</summary>
    public async ValueTask<DocumentVersion?> FindVersionAsync(Document document, int number, CancellationToken cancellationToken)
    {
        if (number == document.Default.Number)
            return document.Default;
        var item = await table.GetAsync(DocumentItem.VersionKey(document, number), consistent: true, cancellationToken);
        return item is null ? null : DocumentItem.VersionOf(item);
    }

    /// <summary>The number of the version of a name, or null.</summary>
    public async ValueTask<int?> FindNumberAsync(Document document, string versionName, CancellationToken cancellationToken)
    {
        var item = await table.GetAsync(DocumentItem.VersionNameKey(document, versionName), consistent: true, cancellationToken);
        return item is null ? null : DocumentItem.NumberOf(item);
    }

    /// <summary>The versions of a document with numbers above one, lowest first.</summary>
    public async ValueTask<IReadOnlyList<DocumentVersion>> ListVersionsAsync(
        Document document, int after, int limit, CancellationToken cancellationToken)
    {
        var query = DocumentItem.VersionsAfter(document, after) with { Limit = limit };
        return [.. (await table.QueryAsync(query, cancellationToken)).Select(DocumentItem.VersionOf)];
    }

    /// <summary>The content of a version, or null when it has just been deleted.</summary>
    public async ValueTask<DocumentContent?> FindContentAsync(
        Document document, DocumentVersion version, CancellationToken cancellationToken)
    {
        var item = await table.GetAsync(DocumentItem.ContentKey(document, version.Hash), consistent: true, cancellationToken);
        return item is null ? null : DocumentContent.Read(version.Format, DocumentItem.ContentOf(item));
    }

    /// <summary>Owner and name of what is shared with an account (or with everybody) in a region, in their order.</summary>
    /// <param name="account">The account, or <see cref="Document.Everybody"/>.</param>
    /// <param name="region">The region.</param>
    /// <param name="after">The last one seen as <c>{owner}/{name}</c>, or null to begin.</param>
    /// <param name="limit">The most to return.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async ValueTask<IReadOnlyList<string>> ListSharedAsync(
        string account, string region, string? after, int limit, CancellationToken cancellationToken)
    {
        // '!' stands before every character of a name: the range begins behind the one that was seen.
        var query = new TableQuery(Index: null, DocumentItem.SharedPartition(account, region))
        {
            From = after is null ? null : after + "!",
            Limit = limit,
        };
        return [.. (await table.QueryAsync(query, cancellationToken)).Select(item => item.Key.Sort)];
    }

    /// <summary>Changes the tags of a document.</summary>
    /// <exception cref="RefusedException">InvalidDocument, TooManyTags, TooManyUpdates.</exception>
    public Task<Document> UpdateTagsAsync(
        Tenant tenant,
        string name,
        Func<IReadOnlyDictionary<string, string>, IReadOnlyDictionary<string, string>> change,
        CancellationToken cancellationToken) =>
        ChangeAsync(
            tenant,
            name,
            document => new(new DocumentChange(document with { Tags = CheckedTags(change(document.Tags)) }, [])),
            cancellationToken);

    /// <summary>Makes a version the default one.</summary>
    /// <exception cref="RefusedException">InvalidDocument, InvalidDocumentVersion, TooManyUpdates.</exception>
    public Task<Document> SetDefaultVersionAsync(Tenant tenant, string name, string version, CancellationToken cancellationToken) =>
        ChangeAsync(
            tenant,
            name,
            async document =>
            {
                var found = int.TryParse(version, out var number) ? await FindVersionAsync(document, number, cancellationToken) : null;
                return found is null
                    ? throw DocumentRefusals.VersionNotFound(name, version, Refusal.InvalidDocumentVersion)
                    : new DocumentChange(document with { Default = found }, []);
            },
            cancellationToken);

    /// <summary>Refuses more tags than a document may have.</summary>
    internal static IReadOnlyDictionary<string, string> CheckedTags(IReadOnlyDictionary<string, string> tags) =>
        tags.Count <= TagRules.Most ? tags : throw new RefusedException(Refusal.TooManyTags, message: null);

    /// <summary>Changes a document as it stands, again from the start when somebody else was faster. All that changes a document
    /// or its versions goes through here, so that its item's version stands for them all.</summary>
    internal async Task<Document> ChangeAsync(
        Tenant tenant, string name, Func<Document, ValueTask<DocumentChange>> change, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < UpdateAttempts; attempt++)
        {
            var item = await table.GetAsync(DocumentItem.Key(tenant, name), consistent: true, cancellationToken)
                ?? throw DocumentRefusals.NotFound(name);
            var changed = await change(DocumentItem.FromItem(tenant, item));
            var written = changed.Document is { } document
                ? TableWrite.Put(DocumentItem.ToItem(document, item.Version + 1), Precondition.VersionIs(item.Version))
                : TableWrite.Delete(item.Key, Precondition.VersionIs(item.Version));
            if (await table.WriteAsync([written, .. changed.Others], cancellationToken))
                return changed.Document ?? DocumentItem.FromItem(tenant, item);
        }

        throw DocumentRefusals.TooManyUpdates();
    }
}

/// <summary>A document as it shall be (null: deleted), and what is written with it.</summary>
internal sealed record DocumentChange(Document? Document, IReadOnlyList<TableWrite> Others);
