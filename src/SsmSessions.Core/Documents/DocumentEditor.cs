using System.Globalization;
using SsmSessions.Core.Identity;
using SsmSessions.Core.Sessions;
using SsmSessions.Core.Store;

namespace SsmSessions.Core.Documents;

/// <summary>Creates and deletes documents and their versions.</summary>
public sealed class DocumentEditor(ITable table, DocumentRepository documents, TimeProvider time)
{
    /// <summary>The most documents of a tenant. Creations at the same moment may pass it by a few.</summary>
    public const int MaxDocuments = 500;

    /// <summary>The most versions of a document.</summary>
    public const int MaxVersions = 1_000;

    private const int DeletedAtOnce = 25;

    /// <summary>Creates a document with its first version, which is the default one.</summary>
    /// <exception cref="RefusedException">Validation (the name is reserved), MaxDocumentSizeExceeded, InvalidDocumentContent,
    /// InvalidDocumentSchemaVersion, TooManyTags, DocumentAlreadyExists, DocumentLimitExceeded.</exception>
    public async Task<EditedDocument> CreateAsync(
        Tenant tenant,
        string name,
        string type,
        NewDocumentVersion request,
        IReadOnlyDictionary<string, string> tags,
        CancellationToken cancellationToken)
    {
        ReservedNames.Check(name);
        DocumentRepository.CheckedTags(tags);
        var content = DocumentContent.Parse(type, request.Format, request.Content);
        if (await documents.FindAsync(tenant, name, cancellationToken) is not null)
            throw AlreadyExists(name);
        if (await documents.CountAsync(tenant, cancellationToken) >= MaxDocuments)
            throw new RefusedException(Refusal.DocumentLimitExceeded, $"You can have at most {MaxDocuments} active SSM documents.");

        var document = new Document
        {
            Tenant = tenant,
            Name = name,
            Type = type,
            Incarnation = Guid.NewGuid().ToString("N"),
            Default = VersionOf(request, content, number: 1, former: null),
            LatestVersion = 1,
            LastNumber = 1,
            VersionCount = 1,
            Tags = tags,
        };
        List<TableWrite> writes = [TableWrite.Put(DocumentItem.ToItem(document, version: 1), Precondition.Absent)];
        writes.AddRange(WritesOf(document, document.Default, content));
        if (!await table.WriteAsync(writes, cancellationToken))
            throw AlreadyExists(name);
        return new EditedDocument(document, document.Default, content);
    }

    /// <summary>Adds a version to a document. The default version stays what it is.</summary>
    /// <param name="tenant">Whose document.</param>
    /// <param name="name">Its name.</param>
    /// <param name="basedOn">The version that is updated, which must be the latest: its number, <c>$LATEST</c>, <c>$DEFAULT</c>, or
    /// null for the latest.</param>
    /// <param name="request">The version.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="RefusedException">InvalidDocument, InvalidDocumentVersion, DocumentVersionLimitExceeded,
    /// MaxDocumentSizeExceeded, InvalidDocumentContent, InvalidDocumentSchemaVersion, DuplicateDocumentContent,
    /// DuplicateDocumentVersionName, TooManyUpdates.</exception>
    public async Task<EditedDocument> AddVersionAsync(
        Tenant tenant, string name, string? basedOn, NewDocumentVersion request, CancellationToken cancellationToken)
    {
        DocumentVersion? version = null;
        DocumentContent? content = null;
        var changed = await documents.ChangeAsync(
            tenant,
            name,
            async document =>
            {
                CheckLatest(document, basedOn);
                if (document.VersionCount >= MaxVersions)
                {
                    throw new RefusedException(
                        Refusal.DocumentVersionLimitExceeded,
                        "The document has too many versions. Delete one or more document versions and try again.");
                }

                content ??= DocumentContent.Parse(document.Type, request.Format, request.Content);
                await CheckUniqueAsync(document, content, request.VersionName, cancellationToken);
                var latest = await documents.FindVersionAsync(document, document.LatestVersion, cancellationToken);
                version = VersionOf(request, content, document.LastNumber + 1, latest);
                var changed = document with
                {
                    LatestVersion = version.Number,
                    LastNumber = version.Number,
                    VersionCount = document.VersionCount + 1,
                };
                return new DocumentChange(changed, WritesOf(changed, version, content));
            },
            cancellationToken);
        return new EditedDocument(changed, version!, content!);
    }

    /// <summary>Deletes a document with all of its versions.</summary>
    /// <exception cref="RefusedException">InvalidDocument, InvalidDocumentOperation (it is shared), TooManyUpdates.</exception>
    public async Task DeleteAsync(Tenant tenant, string name, CancellationToken cancellationToken)
    {
        var deleted = await documents.ChangeAsync(
            tenant,
            name,
            document => document.Shares.Count == 0
                ? new(new DocumentChange(Document: null, []))
                : throw new RefusedException(Refusal.InvalidDocumentOperation, "Must unshare document first before delete"),
            cancellationToken);

        // The document is gone. Its versions, which nobody sees any more, go whether or not the caller waits.
        var left = DocumentItem.Everything(deleted) with { Limit = DeletedAtOnce };
        while (await table.QueryAsync(left, CancellationToken.None) is { Count: > 0 } items)
            await Task.WhenAll(items.Select(item => table.WriteAsync(TableWrite.Delete(item.Key), CancellationToken.None)));
    }

    /// <summary>Deletes a version that is not the default one.</summary>
    /// <param name="tenant">Whose document.</param>
    /// <param name="name">Its name.</param>
    /// <param name="choose">The version to delete; it refuses when there is none.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="RefusedException">InvalidDocument, InvalidDocumentOperation (it is the default one), TooManyUpdates.</exception>
    public Task DeleteVersionAsync(
        Tenant tenant, string name, Func<Document, ValueTask<DocumentVersion>> choose, CancellationToken cancellationToken) =>
        documents.ChangeAsync(
            tenant,
            name,
            async document =>
            {
                var version = await choose(document);
                if (version.Number == document.Default.Number)
                    throw new RefusedException(Refusal.InvalidDocumentOperation, "Default version of the document can't be deleted.");
                List<TableWrite> deletes =
                [
                    TableWrite.Delete(DocumentItem.VersionKey(document, version.Number)),
                    TableWrite.Delete(DocumentItem.ContentKey(document, version.Hash)),
                ];
                if (version.VersionName is { } versionName)
                    deletes.Add(TableWrite.Delete(DocumentItem.VersionNameKey(document, versionName)));
                return new DocumentChange(
                    document with
                    {
                        VersionCount = document.VersionCount - 1,
                        LatestVersion = version.Number == document.LatestVersion
                            ? await HighestBelowAsync(document, version.Number, cancellationToken)
                            : document.LatestVersion,
                    },
                    deletes);
            },
            cancellationToken);

    private async Task<int> HighestBelowAsync(Document document, int number, CancellationToken cancellationToken)
    {
        var below = DocumentItem.VersionsAfter(document, 0) with
        {
            To = DocumentItem.VersionKey(document, number).Sort,
            Descending = true,
            Limit = 1,
        };
        return DocumentItem.VersionOf((await table.QueryAsync(below, cancellationToken))[0]).Number;
    }

    private async Task CheckUniqueAsync(
        Document document, DocumentContent content, string? versionName, CancellationToken cancellationToken)
    {
        if (await table.GetAsync(DocumentItem.ContentKey(document, content.Hash), consistent: true, cancellationToken) is not null)
        {
            throw new RefusedException(
                Refusal.DuplicateDocumentContent,
                "The content of the document matches another document. Change the content of the document and try again.");
        }

        if (versionName is not null && await documents.FindNumberAsync(document, versionName, cancellationToken) is not null)
            throw new RefusedException(Refusal.DuplicateDocumentVersionName, "The specified version name is a duplicate.");
    }

    private static void CheckLatest(Document document, string? basedOn)
    {
        var isLatest = basedOn switch
        {
            null or "$LATEST" => true,
            "$DEFAULT" => document.Default.Number == document.LatestVersion,
            _ => basedOn == document.LatestVersion.ToString(CultureInfo.InvariantCulture),
        };
        if (!isLatest)
        {
            throw new RefusedException(
                Refusal.InvalidDocumentVersion,
                $"Version provided for document {document.Name} is not latest. "
                + $"Please provide the latest version to update document {document.Name}");
        }
    }

    private DocumentVersion VersionOf(
        NewDocumentVersion request, DocumentContent content, int number, DocumentVersion? former) => new()
        {
            Number = number,
            VersionName = request.VersionName,
            DisplayName = request.DisplayName ?? former?.DisplayName,
            TargetType = request.TargetType ?? former?.TargetType,
            Format = request.Format,
            CreatedDate = time.GetUtcNow().ToMilliseconds(),
            Hash = content.Hash,
            SchemaVersion = content.Summarize().SchemaVersion,
            Requires = request.Requires,
            Attachments = request.Attachments,
        };

    private static List<TableWrite> WritesOf(Document document, DocumentVersion version, DocumentContent content)
    {
        List<TableWrite> writes =
        [
            TableWrite.Put(DocumentItem.VersionItem(document, version)),
            TableWrite.Put(DocumentItem.ContentItem(document, content)),
        ];
        if (version.VersionName is { } versionName)
            writes.Add(TableWrite.Put(DocumentItem.VersionNameItem(document, versionName, version.Number)));
        return writes;
    }

    private static RefusedException AlreadyExists(string name) =>
        new(Refusal.DocumentAlreadyExists, $"Document with same name {name} already exists");
}

/// <summary>A version that an author wants to make.</summary>
/// <param name="Format">The form of its content.</param>
/// <param name="Content">The content, not yet checked.</param>
public sealed record NewDocumentVersion(DocumentFormat Format, string Content)
{
    /// <inheritdoc cref="DocumentVersion.VersionName"/>
    public string? VersionName { get; init; }

    /// <summary>A friendly name; null keeps the former version's.</summary>
    public string? DisplayName { get; init; }

    /// <summary>The kind of resource it runs on; null keeps the former version's.</summary>
    public string? TargetType { get; init; }

    /// <inheritdoc cref="DocumentVersion.Requires"/>
    public IReadOnlyList<DocumentRequirement> Requires { get; init; } = [];

    /// <inheritdoc cref="DocumentVersion.Attachments"/>
    public IReadOnlyList<string> Attachments { get; init; } = [];
}

/// <summary>A document, the version that was made, and its content.</summary>
public sealed record EditedDocument(Document Document, DocumentVersion Version, DocumentContent Content);
