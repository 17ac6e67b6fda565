using SsmSessions.Core;
using SsmSessions.Core.Documents;
using SsmSessions.Core.Identity;
using SsmSessions.Storage.Sqlite;
using SsmSessions.Testing;

namespace SsmSessions.Tests.Documents;

/// <summary>The services of documents over a table in memory, and two accounts.</summary>
internal sealed class DocumentShelf : IAsyncDisposable
{
    public static readonly Tenant Alice = new("111111111111", "us-east-1");
    public static readonly Tenant Bob = new("222222222222", "us-east-1");

    private DocumentShelf(SqliteTable table, ManualTimeProvider time)
    {
        Table = table;
        Time = time;
        Repository = new DocumentRepository(table);
        Editor = new DocumentEditor(table, Repository, time);
        Sharing = new DocumentSharing(table, Repository);
        Library = new DocumentLibrary(Repository);
        Sessions = new SessionDocuments(Library, Repository);
    }

    public SqliteTable Table { get; }

    public ManualTimeProvider Time { get; }

    public DocumentRepository Repository { get; }

    public DocumentEditor Editor { get; }

    public DocumentSharing Sharing { get; }

    public DocumentLibrary Library { get; }

    public SessionDocuments Sessions { get; }

    public static async Task<DocumentShelf> OpenAsync()
    {
        var time = new ManualTimeProvider();
        var table = new SqliteTable(new SqliteTableOptions(), time);
        await table.OpenAsync(default);
        return new DocumentShelf(table, time);
    }

    /// <summary>A Session document of no meaning, different for each mark.</summary>
    public static string Content(string mark) =>
        $$"""{"schemaVersion":"1.0","description":"{{mark}}","sessionType":"Standard_Stream"}""";

    public static NewDocumentVersion Version(string mark) => new(DocumentFormat.Json, Content(mark));

    public Task<EditedDocument> CreateAsync(string name, Tenant? tenant = null, string? content = null, string type = "Session") =>
        Editor.CreateAsync(
            tenant ?? Alice, name, type, new NewDocumentVersion(DocumentFormat.Json, content ?? Content("1")),
            new Dictionary<string, string>(StringComparer.Ordinal), default);

    public Task<EditedDocument> UpdateAsync(string name, string mark, string? basedOn = null) =>
        Editor.AddVersionAsync(Alice, name, basedOn, Version(mark), default);

    public Task ShareAsync(string name, string account, string version = "$DEFAULT") =>
        Sharing.ChangeAsync(Alice, name, [account], [], version, default);

    public async Task<string> ContentOfAsync(Tenant viewer, string name, string? version = null)
    {
        var document = await Library.GetAsync(viewer, name, default);
        return (await Library.GetContentAsync(document, await Library.GetVersionAsync(viewer, document, version, null, default), default)).Text;
    }

    /// <summary>The numbers of a document's versions.</summary>
    public async Task<IReadOnlyList<int>> NumbersAsync(string name, Tenant? viewer = null)
    {
        var document = await Library.GetAsync(viewer ?? Alice, name, default);
        return [.. (await Library.ListVersionsAsync(viewer ?? Alice, document, 0, 1_001, default)).Select(v => v.Number)];
    }

    public static async Task RefusedAsync(Refusal refusal, string? text, Func<Task> act)
    {
        var refused = await Assert.ThrowsAsync<RefusedException>(act);
        Assert.Equal((refusal, text), (refused.Refusal, refused.Text));
    }

    public ValueTask DisposeAsync() => Table.DisposeAsync();
}
