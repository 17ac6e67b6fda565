using System.Collections.Concurrent;
using System.Globalization;
using SsmSessions.Core.Identity;

namespace SsmSessions.Core.Documents;

/// <summary>The documents that sessions are started with (spec/ssm-control-plane.md §4.2.4).</summary>
public sealed class SessionDocuments(DocumentLibrary library, DocumentRepository documents)
{
    /// <summary>The document of an account's preferences, which runs where the caller names none.</summary>
    public const string PreferencesName = "SSM-SessionManagerRunShell";

    private const int CachedDocuments = 1_000;

    private readonly ConcurrentDictionary<(string Incarnation, int Version), SessionDocument> _parsed = new();

    /// <summary>What a session runs when it is started with this document.</summary>
    /// <param name="tenant">Who starts it.</param>
    /// <param name="nameOrArn">A name or an ARN, either with <c>:{version}</c> behind it, or null. Without a version it is the
    /// latest one: the documented way to change preferences is to update the document, which leaves the default version alone.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="RefusedException">InvalidDocument: no such document or version, or not of type Session.</exception>
    public async ValueTask<ResolvedSessionDocument> ResolveAsync(Tenant tenant, string? nameOrArn, CancellationToken cancellationToken)
    {
        if (nameOrArn is null)
            return await PreferencesAsync(tenant, cancellationToken) ?? ResolvedSessionDocument.BuiltIn;

        var reference = DocumentReference.Parse(tenant, nameOrArn) ?? throw DocumentRefusals.NotFound(nameOrArn);
        var document = await library.FindAsync(tenant, reference, cancellationToken) ?? throw DocumentRefusals.NotFound(nameOrArn);
        var (version, parsed) = await ReadAsync(tenant, document, reference.Version, cancellationToken);
        return new ResolvedSessionDocument(
            document.NameFor(tenant), version, parsed, parsed.Inputs ?? await RegionalInputsAsync(tenant, cancellationToken));
    }

    private async ValueTask<ResolvedSessionDocument?> PreferencesAsync(Tenant tenant, CancellationToken cancellationToken)
    {
        if (await documents.FindAsync(tenant, PreferencesName, cancellationToken) is not { } document)
            return null;
        var (version, parsed) = await ReadAsync(tenant, document, version: null, cancellationToken);
        return new ResolvedSessionDocument(Name: null, version, parsed, parsed.Inputs ?? SessionInputs.Default);
    }

    private async ValueTask<SessionInputs> RegionalInputsAsync(Tenant tenant, CancellationToken cancellationToken)
    {
        var document = await documents.FindAsync(tenant, PreferencesName, cancellationToken);
        if (document is null || document.Type != Document.SessionType)
            return SessionInputs.Default;
        return (await ReadAsync(tenant, document, version: null, cancellationToken)).Parsed.Inputs ?? SessionInputs.Default;
    }

    private async ValueTask<(int Version, SessionDocument Parsed)> ReadAsync(
        Tenant tenant, Document document, int? version, CancellationToken cancellationToken)
    {
        if (document.Type != Document.SessionType)
        {
            throw new RefusedException(
                Refusal.InvalidDocument,
                $"Document type: '{document.Type}' is not supported. Only type: 'Session' is supported for Session Manager.");
        }

        // The latest version is there and may be read; of any other that has to be seen first.
        var latest = document.SharedVersionFor(tenant) == DocumentSharing.DefaultVersion ? document.Default.Number : document.LatestVersion;
        var number = version ?? latest;
        var found = number == latest ? null : await GetVersionAsync();
        if (_parsed.TryGetValue((document.Incarnation, number), out var known))
            return (number, known);

        var parsed = SessionDocument.Parse(await library.GetContentAsync(document, found ?? await GetVersionAsync(), cancellationToken));
        if (_parsed.Count >= CachedDocuments)
            _parsed.Clear();
        return (number, _parsed.GetOrAdd((document.Incarnation, number), parsed));

        ValueTask<DocumentVersion> GetVersionAsync() => library.GetVersionAsync(
            tenant, document, number.ToString(CultureInfo.InvariantCulture), versionName: null, cancellationToken);
    }
}

/// <summary>What a session runs.</summary>
/// <param name="Name">The document as the session shows it: its name, its ARN when another account shares it, null when the
/// starter named none.</param>
/// <param name="Version">Its version; null for the built-in one.</param>
/// <param name="Document">Its content.</param>
/// <param name="Inputs">The preferences that apply: the document's own, else the region's.</param>
public sealed record ResolvedSessionDocument(string? Name, int? Version, SessionDocument Document, SessionInputs Inputs)
{
    /// <summary>What runs where nobody has made a document.</summary>
    public static ResolvedSessionDocument BuiltIn { get; } =
        new(Name: null, Version: null, SessionDocument.BuiltIn, SessionDocument.BuiltIn.Inputs ?? SessionInputs.Default);
}
