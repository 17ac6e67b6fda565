using SsmSessions.Core.Identity;
using SsmSessions.Core.Store;

namespace SsmSessions.Core.Documents;

/// <summary>Lets other accounts read a document.</summary>
public sealed class DocumentSharing(ITable table, DocumentRepository documents)
{
    /// <summary>The most accounts that a document is shared with.</summary>
    public const int MaxAccounts = 1_000;

    /// <summary>The most documents of a tenant that are shared with everybody.</summary>
    public const int MaxPublic = 5;

    /// <summary>What is shared where nothing is said.</summary>
    public const string DefaultVersion = "$DEFAULT";

    /// <summary>Shares a document with accounts, then takes it from others.</summary>
    /// <param name="tenant">Whose document.</param>
    /// <param name="name">Its name.</param>
    /// <param name="add">Accounts, or <see cref="Document.Everybody"/>; at most 20.</param>
    /// <param name="remove">The same.</param>
    /// <param name="version"><c>$DEFAULT</c>, <c>$LATEST</c> or <c>$ALL</c>, for those added.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="RefusedException">InvalidDocument, DocumentPermissionLimit, TooManyUpdates.</exception>
    public async Task ChangeAsync(
        Tenant tenant,
        string name,
        IReadOnlyList<string> add,
        IReadOnlyList<string> remove,
        string version,
        CancellationToken cancellationToken)
    {
        // Two steps, since each account is an item to write and a transaction holds 25.
        await documents.ChangeAsync(tenant, name, document => AddAsync(document, add, version, cancellationToken), cancellationToken);
        await documents.ChangeAsync(tenant, name, document => new(Remove(document, remove)), cancellationToken);
    }

    private async ValueTask<DocumentChange> AddAsync(
        Document document, IReadOnlyList<string> accounts, string version, CancellationToken cancellationToken)
    {
        var shares = new Dictionary<string, string>(document.Shares, StringComparer.Ordinal);
        foreach (var account in accounts)
            shares[account] = version;
        var isNewlyPublic = shares.ContainsKey(Document.Everybody) && !document.Shares.ContainsKey(Document.Everybody);
        if (shares.Count > MaxAccounts || (isNewlyPublic && await HasMostPublicAsync(document.Tenant, cancellationToken)))
        {
            throw new RefusedException(
                Refusal.DocumentPermissionLimit, "The document can't be shared with more Amazon Web Services accounts.");
        }

        return new DocumentChange(
            document with { Shares = shares },
            [.. accounts.Distinct(StringComparer.Ordinal).Select(account => TableWrite.Put(DocumentItem.ShareItem(document, account)))]);
    }

    private static DocumentChange Remove(Document document, IReadOnlyList<string> accounts)
    {
        var shares = new Dictionary<string, string>(document.Shares, StringComparer.Ordinal);
        foreach (var account in accounts)
            shares.Remove(account);
        return new DocumentChange(
            document with { Shares = shares },
            [.. accounts.Distinct(StringComparer.Ordinal).Select(account => TableWrite.Delete(DocumentItem.ShareKey(document, account)))]);
    }

    private async Task<bool> HasMostPublicAsync(Tenant tenant, CancellationToken cancellationToken)
    {
        var query = DocumentItem.SharedBy(tenant, Document.Everybody) with { Limit = MaxPublic };
        return (await table.QueryAsync(query, cancellationToken)).Count >= MaxPublic;
    }
}
