using System.Globalization;
using SsmSessions.Core.Identity;

namespace SsmSessions.Core.Documents;

/// <summary>The documents that a tenant can see: his own, Amazon's, and those that other accounts share with him.</summary>
public sealed class DocumentLibrary(DocumentRepository documents)
{
    /// <summary>The most shared documents that one page looks at; what a filter leaves over may then be less than a page.</summary>
    private const int SharedScanLimit = 200;

    /// <summary>The document that the viewer means by a name or an ARN.</summary>
    /// <exception cref="RefusedException">InvalidDocument: he sees none of this name.</exception>
    public async ValueTask<Document> GetAsync(Tenant viewer, string nameOrArn, CancellationToken cancellationToken)
    {
        var reference = DocumentReference.Parse(viewer, nameOrArn);
        if (reference is null or { Version: not null })
            throw DocumentRefusals.NotFound(nameOrArn);
        return await FindAsync(viewer, reference, cancellationToken) ?? throw DocumentRefusals.NotFound(nameOrArn);
    }

    /// <summary>A version of a document that the viewer may read.</summary>
    /// <param name="viewer">Who asks.</param>
    /// <param name="document">The document.</param>
    /// <param name="version">A number, <c>$LATEST</c>, <c>$DEFAULT</c>, or null.</param>
    /// <param name="versionName">The version's name, or null. With neither it is the default version.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="RefusedException">InvalidDocument: there is no such version, or none that he may read.</exception>
    public async ValueTask<DocumentVersion> GetVersionAsync(
        Tenant viewer, Document document, string? version, string? versionName, CancellationToken cancellationToken)
    {
        var number = version switch
        {
            null or "$DEFAULT" => DefaultFor(viewer, document),
            "$LATEST" => document.LatestVersion,
            _ => int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : 0,
        };
        if (versionName is not null)
        {
            var named = document.IsAmazons ? null : await documents.FindNumberAsync(document, versionName, cancellationToken);
            if (named is null || (version is not null && named != number))
                throw DocumentRefusals.VersionNotFound(document.NameFor(viewer), versionName);
            number = named.Value;
        }

        var found = IsReadable(viewer, document, number) ? await documents.FindVersionAsync(document, number, cancellationToken) : null;
        return found ?? throw DocumentRefusals.VersionNotFound(
            document.NameFor(viewer), versionName ?? version ?? number.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>The content of a version.</summary>
    /// <exception cref="RefusedException">InvalidDocument: it has just been deleted.</exception>
    public async ValueTask<DocumentContent> GetContentAsync(
        Document document, DocumentVersion version, CancellationToken cancellationToken) =>
        document.IsAmazons ? AmazonDocuments.ContentOf(document)
        : await documents.FindContentAsync(document, version, cancellationToken) ?? throw DocumentRefusals.NotFound(document.Name);

    /// <summary>The versions of a document that the viewer may read, lowest first.</summary>
    /// <param name="viewer">Who asks.</param>
    /// <param name="document">The document.</param>
    /// <param name="after">The number of the last one seen, 0 to begin.</param>
    /// <param name="limit">The most versions.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async ValueTask<IReadOnlyList<DocumentVersion>> ListVersionsAsync(
        Tenant viewer, Document document, int after, int limit, CancellationToken cancellationToken)
    {
        if (document.IsAmazons)
            return after < document.Default.Number ? [document.Default] : [];
        if (document.SharedVersionFor(viewer) == "$ALL")
            return await documents.ListVersionsAsync(document, after, limit, cancellationToken);
        var only = DefaultFor(viewer, document);
        return only > after && await documents.FindVersionAsync(document, only, cancellationToken) is { } version ? [version] : [];
    }

    /// <summary>A page of the documents that the viewer sees: his own and Amazon's by name, then shared ones by ARN.</summary>
    /// <param name="viewer">Who asks.</param>
    /// <param name="filter">Which.</param>
    /// <param name="after">The position that the former page ended with, or null to begin.</param>
    /// <param name="limit">The most documents.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<DocumentPage> ListAsync(
        Tenant viewer, DocumentFilter filter, string? after, int limit, CancellationToken cancellationToken)
    {
        var page = new List<Document>(limit);
        if (after is null || after[0] == DocumentPage.Own)
        {
            foreach (var document in await OwnAndAmazonsAsync(viewer, after?[1..], cancellationToken))
            {
                if (!filter.Matches(viewer, document))
                    continue;
                if (page.Count == limit)
                    return new DocumentPage(page, $"{DocumentPage.Own}{page[^1].Name}");
                page.Add(document);
            }

            after = null;
        }

        var last = after?[1..];
        var (keys, isRest) = await SharedAsync(viewer, last, cancellationToken);
        foreach (var key in keys)
        {
            if (page.Count == limit)
                return new DocumentPage(page, $"{DocumentPage.Shared}{last}");
            var slash = key.IndexOf('/', StringComparison.Ordinal);
            var reference = new DocumentReference(key[..slash], key[(slash + 1)..], Version: null);
            var document = await FindAsync(viewer, reference, cancellationToken);
            last = key;
            if (document is not null && !document.IsOwnedBy(viewer) && filter.Matches(viewer, document))
                page.Add(document);
        }

        return new DocumentPage(page, isRest ? null : $"{DocumentPage.Shared}{last}");
    }

    /// <summary>The document that a reference means, or null when the viewer sees none.</summary>
    internal async ValueTask<Document?> FindAsync(Tenant viewer, DocumentReference reference, CancellationToken cancellationToken)
    {
        if (reference.Account is null or "" && AmazonDocuments.Find(viewer, reference.Name) is { } amazons)
            return amazons;
        if (reference.Account == "")
            return null;
        var document = await documents.FindAsync(
            viewer with { Account = reference.Account ?? viewer.Account }, reference.Name, cancellationToken);
        return document?.SharedVersionFor(viewer) is null ? null : document;
    }

    /// <summary>The version that the viewer gets where he names none.</summary>
    private static int DefaultFor(Tenant viewer, Document document) =>
        document.SharedVersionFor(viewer) == "$LATEST" ? document.LatestVersion : document.Default.Number;

    private static bool IsReadable(Tenant viewer, Document document, int number) =>
        document.SharedVersionFor(viewer) == "$ALL" || number == DefaultFor(viewer, document);

    private async Task<IEnumerable<Document>> OwnAndAmazonsAsync(Tenant viewer, string? after, CancellationToken cancellationToken) =>
        (await documents.ListAsync(viewer, cancellationToken))
            .Concat(AmazonDocuments.In(viewer))
            .Where(d => after is null || string.CompareOrdinal(d.Name, after) > 0)
            .OrderBy(d => d.Name, StringComparer.Ordinal);

    /// <summary>What is shared with the viewer or with everybody behind a position, and whether that is all of the rest.</summary>
    private async Task<(IEnumerable<string> Keys, bool IsRest)> SharedAsync(
        Tenant viewer, string? after, CancellationToken cancellationToken)
    {
        var withViewer = await documents.ListSharedAsync(viewer.Account, viewer.Region, after, SharedScanLimit, cancellationToken);
        var withAll = await documents.ListSharedAsync(Document.Everybody, viewer.Region, after, SharedScanLimit, cancellationToken);
        var keys = withViewer.Union(withAll, StringComparer.Ordinal).Order(StringComparer.Ordinal);
        if (withViewer.Count < SharedScanLimit && withAll.Count < SharedScanLimit)
            return (keys, true);

        // Behind the end of a list that goes on, the other one alone does not say what comes next.
        var ends = new[] { withViewer, withAll }.Where(list => list.Count == SharedScanLimit).Select(list => list[^1]);
        var end = ends.Min(StringComparer.Ordinal)!;
        return (keys.TakeWhile(key => string.CompareOrdinal(key, end) <= 0), false);
    }
}

/// <summary>A page of documents, and the position where the next one begins (null when this was the last).</summary>
public sealed record DocumentPage(IReadOnlyList<Document> Documents, string? Next)
{
    internal const char Own = 'o';
    internal const char Shared = 's';
}
