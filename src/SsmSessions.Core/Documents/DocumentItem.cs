using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using SsmSessions.Core.Identity;
using SsmSessions.Core.Store;

namespace SsmSessions.Core.Documents;

/// <summary>Documents as they stand in the table.</summary>
/// <remarks>
/// <code>
/// partition                          sort                             item
/// {tenant}/documents                 {name}                           the document and its default version
/// {tenant}/document/{name}           {incarnation}/v/{number}         a version
///                                    {incarnation}/c/{hash}           the content of the version with this hash
///                                    {incarnation}/n/{version name}   the number of the version with this name
/// {account|all}/{region}/shared-documents   {owner}/{name}            a document that the account (or everybody) may read
/// </code>
/// That a content and a version name occur once in a document is the uniqueness of their keys. A read of a version goes
/// through the document's incarnation, so that what is left of a deleted document is never seen in its successor.
/// </remarks>
internal static class DocumentItem
{
    /// <summary>Above every character that a document's name may hold after another name: '0' follows '/'.</summary>
    private const char AfterSlash = '0';

    private static string DocumentsPartition(Tenant tenant) => $"{tenant}/documents";

    private static string VersionsPartition(Document document) => $"{document.Tenant}/document/{document.Name}";

    public static string SharedPartition(string account, string region) => $"{account}/{region}/shared-documents";

    public static ItemKey Key(Tenant tenant, string name) => new(DocumentsPartition(tenant), name);

    public static ItemKey VersionKey(Document document, int number) =>
        new(VersionsPartition(document), $"{document.Incarnation}/v/{number.ToString("D10", CultureInfo.InvariantCulture)}");

    public static ItemKey ContentKey(Document document, string hash) =>
        new(VersionsPartition(document), $"{document.Incarnation}/c/{hash}");

    public static ItemKey VersionNameKey(Document document, string versionName) =>
        new(VersionsPartition(document), $"{document.Incarnation}/n/{versionName}");

    public static ItemKey ShareKey(Document document, string account) =>
        new(SharedPartition(account, document.Tenant.Region), $"{document.Tenant.Account}/{document.Name}");

    /// <summary>The documents of a tenant, by name.</summary>
    public static TableQuery DocumentsOf(Tenant tenant) => new(Index: null, DocumentsPartition(tenant)) { Consistent = true };

    /// <summary>The versions of a document with numbers above one, lowest first.</summary>
    public static TableQuery VersionsAfter(Document document, int number) => new(Index: null, VersionsPartition(document))
    {
        From = VersionKey(document, number + 1).Sort,
        To = $"{document.Incarnation}/v{AfterSlash}",
        Consistent = true,
    };

    /// <summary>Everything of a document but its first item.</summary>
    public static TableQuery Everything(Document document) => new(Index: null, VersionsPartition(document))
    {
        From = $"{document.Incarnation}/",
        To = $"{document.Incarnation}{AfterSlash}",
        Consistent = true,
    };

    /// <summary>What an account shares with an account, or everybody.</summary>
    public static TableQuery SharedBy(Tenant owner, string account) => new(Index: null, SharedPartition(account, owner.Region))
    {
        From = $"{owner.Account}/",
        To = $"{owner.Account}{AfterSlash}",
        Consistent = true,
    };

    public static Item ToItem(Document document, long version)
    {
        var body = new DocumentBody(
            document.Type, document.Incarnation, document.Default, document.LatestVersion, document.LastNumber, document.VersionCount,
            document.Tags.Count == 0 ? null : document.Tags, document.Shares.Count == 0 ? null : document.Shares);
        return new Item(Key(document.Tenant, document.Name), JsonSerializer.SerializeToUtf8Bytes(body, DocumentJson.Default.DocumentBody))
        {
            Version = version,
        };
    }

    public static Document FromItem(Tenant tenant, Item item)
    {
        var body = Read(item, DocumentJson.Default.DocumentBody);
        var document = new Document
        {
            Tenant = tenant,
            Name = item.Key.Sort,
            Type = body.Type,
            Incarnation = body.Incarnation,
            Default = body.Default,
            LatestVersion = body.LatestVersion,
            LastNumber = body.LastNumber,
            VersionCount = body.VersionCount,
        };
        return document with { Tags = body.Tags ?? document.Tags, Shares = body.Shares ?? document.Shares };
    }

    public static Item VersionItem(Document document, DocumentVersion version) =>
        new(VersionKey(document, version.Number), JsonSerializer.SerializeToUtf8Bytes(version, DocumentJson.Default.DocumentVersion));

    public static DocumentVersion VersionOf(Item item) => Read(item, DocumentJson.Default.DocumentVersion);

    /// <summary>In base64, so that no content grows beyond an item by what JSON has to escape.</summary>
    public static Item ContentItem(Document document, DocumentContent content) => new(
        ContentKey(document, content.Hash),
        JsonSerializer.SerializeToUtf8Bytes(new ContentBody(Encoding.UTF8.GetBytes(content.Text)), DocumentJson.Default.ContentBody));

    public static string ContentOf(Item item) => Encoding.UTF8.GetString(Read(item, DocumentJson.Default.ContentBody).Utf8);

    public static Item VersionNameItem(Document document, string versionName, int number) => new(
        VersionNameKey(document, versionName),
        JsonSerializer.SerializeToUtf8Bytes(new VersionNameBody(number), DocumentJson.Default.VersionNameBody));

    public static int NumberOf(Item item) => Read(item, DocumentJson.Default.VersionNameBody).Number;

    public static Item ShareItem(Document document, string account) => new(ShareKey(document, account), "{}"u8.ToArray());

    private static T Read<T>(Item item, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type) =>
        JsonSerializer.Deserialize(item.Body.Span, type) ?? throw new InvalidDataException($"{item.Key} has no body");
}

internal sealed record DocumentBody(
    string Type,
    string Incarnation,
    DocumentVersion Default,
    int LatestVersion,
    int LastNumber,
    int VersionCount,
    IReadOnlyDictionary<string, string>? Tags,
    IReadOnlyDictionary<string, string>? Shares);

internal sealed record ContentBody(byte[] Utf8);

internal sealed record VersionNameBody(int Number);

[JsonSourceGenerationOptions(
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(DocumentBody))]
[JsonSerializable(typeof(DocumentVersion))]
[JsonSerializable(typeof(ContentBody))]
[JsonSerializable(typeof(VersionNameBody))]
internal sealed partial class DocumentJson : JsonSerializerContext;
