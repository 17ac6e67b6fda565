using System.Text.Json;
using SsmSessions.Core;
using SsmSessions.Core.Documents;
using SsmSessions.Core.Store;
using static SsmSessions.Tests.Documents.DocumentShelf;

namespace SsmSessions.Tests.Documents;

public sealed class DocumentEditorTests
{
    [Fact]
    public async Task A_document_begins_with_version_1()
    {
        await using var shelf = await OpenAsync();

        var created = await shelf.CreateAsync("doc");

        var found = await shelf.Repository.GetAsync(Alice, "doc", default);
        Assert.Equal((1, 1, 1, "Session"), (found.LatestVersion, found.Default.Number, found.VersionCount, found.Type));
        Assert.Equal(created.Content.Hash, found.Default.Hash);
        Assert.Equal(Content("1"), await shelf.ContentOfAsync(Alice, "doc"));
        Assert.Null(await shelf.Repository.FindAsync(Bob, "doc", default));
    }

    [Fact]
    public async Task A_name_is_taken_once()
    {
        await using var shelf = await OpenAsync();
        await shelf.CreateAsync("doc");

        await RefusedAsync(Refusal.DocumentAlreadyExists, "Document with same name doc already exists", () => shelf.CreateAsync("doc"));
        await shelf.CreateAsync("doc", Bob);
        await shelf.CreateAsync("doc", Alice with { Region = "eu-west-1" });
    }

    [Fact]
    public async Task Of_many_who_create_a_document_one_does()
    {
        await using var shelf = await OpenAsync();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 30).Select(async i =>
        {
            try
            {
                await shelf.CreateAsync("doc", content: Content($"{i}"));
                return i;
            }
            catch (RefusedException refused) when (refused.Refusal == Refusal.DocumentAlreadyExists)
            {
                return -1;
            }
        }));

        var winner = Assert.Single(outcomes, i => i >= 0);
        Assert.Equal(Content($"{winner}"), await shelf.ContentOfAsync(Alice, "doc"));
    }

    [Theory]
    [InlineData("aws-mine", "aws-")]
    [InlineData("AWS-Mine", "aws-")]
    [InlineData("amazonDoc", "amazon")]
    [InlineData("AmznDoc", "amzn")]
    [InlineData("AWSEC2-x", "AWSEC2")]
    [InlineData("AWSConfigRemediation-x", "AWSConfigRemediation")]
    [InlineData("awssupport", "AWSSupport")]
    public async Task Reserved_names_are_refused(string name, string prefix)
    {
        await using var shelf = await OpenAsync();

        await RefusedAsync(Refusal.Validation, $"Invalid document name {name}. The prefix {prefix} is reserved.", () => shelf.CreateAsync(name));
    }

    [Fact]
    public async Task A_name_may_begin_almost_like_a_reserved_one()
    {
        await using var shelf = await OpenAsync();

        await shelf.CreateAsync("awsome");
        await shelf.CreateAsync("SSM-SessionManagerRunShell");
    }

    [Fact]
    public async Task An_update_adds_a_version_and_leaves_the_default_alone()
    {
        await using var shelf = await OpenAsync();
        await shelf.CreateAsync("doc");

        var updated = await shelf.UpdateAsync("doc", "2", "$LATEST");
        await shelf.UpdateAsync("doc", "3", "2");
        await shelf.UpdateAsync("doc", "4");

        Assert.Equal((2, 1, 2), (updated.Version.Number, updated.Document.Default.Number, updated.Document.LatestVersion));
        Assert.Equal([1, 2, 3, 4], await shelf.NumbersAsync("doc"));
        Assert.Equal(Content("1"), await shelf.ContentOfAsync(Alice, "doc"));
        Assert.Equal(Content("4"), await shelf.ContentOfAsync(Alice, "doc", "$LATEST"));
        Assert.Equal(Content("2"), await shelf.ContentOfAsync(Alice, "doc", "2"));
    }

    [Theory]
    [InlineData("1")]
    [InlineData("3")]
    [InlineData("$DEFAULT")]
    public async Task Only_the_latest_version_is_updated(string basedOn)
    {
        await using var shelf = await OpenAsync();
        await shelf.CreateAsync("doc");
        await shelf.UpdateAsync("doc", "2", "$DEFAULT");

        await RefusedAsync(
            Refusal.InvalidDocumentVersion,
            "Version provided for document doc is not latest. Please provide the latest version to update document doc",
            () => shelf.UpdateAsync("doc", "3", basedOn));
    }

    [Fact]
    public async Task Concurrent_updates_lose_no_version()
    {
        await using var shelf = await OpenAsync();
        await shelf.CreateAsync("doc");

        var updated = await Task.WhenAll(Enumerable.Range(2, 40).Select(i => shelf.UpdateAsync("doc", $"{i}")));

        Assert.Equal(Enumerable.Range(2, 40), updated.Select(u => u.Version.Number).Order());
        Assert.Equal(Enumerable.Range(1, 41), await shelf.NumbersAsync("doc"));
        foreach (var update in updated)
            Assert.Equal(update.Content.Text, await shelf.ContentOfAsync(Alice, "doc", $"{update.Version.Number}"));
        Assert.Equal(41, (await shelf.Repository.GetAsync(Alice, "doc", default)).VersionCount);
    }

    [Fact]
    public async Task Of_concurrent_updates_of_one_version_one_is_made()
    {
        await using var shelf = await OpenAsync();
        await shelf.CreateAsync("doc");

        var made = await Task.WhenAll(Enumerable.Range(0, 20).Select(async i =>
        {
            try
            {
                await shelf.UpdateAsync("doc", $"x{i}", "1");
                return 1;
            }
            catch (RefusedException refused) when (refused.Refusal == Refusal.InvalidDocumentVersion)
            {
                return 0;
            }
        }));

        Assert.Equal(1, made.Sum());
        Assert.Equal([1, 2], await shelf.NumbersAsync("doc"));
    }

    [Fact]
    public async Task A_content_and_a_version_name_occur_once_in_a_document()
    {
        await using var shelf = await OpenAsync();
        await shelf.CreateAsync("doc");
        await shelf.Editor.AddVersionAsync(Alice, "doc", null, Version("2") with { VersionName = "two" }, default);

        await RefusedAsync(
            Refusal.DuplicateDocumentContent,
            "The content of the document matches another document. Change the content of the document and try again.",
            () => shelf.UpdateAsync("doc", "1"));
        await RefusedAsync(
            Refusal.DuplicateDocumentVersionName,
            "The specified version name is a duplicate.",
            () => shelf.Editor.AddVersionAsync(Alice, "doc", null, Version("3") with { VersionName = "two" }, default));

        await shelf.Editor.DeleteVersionAsync(Alice, "doc", d => new(d.Default with { Number = 2, Hash = HashOf("2"), VersionName = "two" }), default);
        var again = await shelf.Editor.AddVersionAsync(Alice, "doc", null, Version("2") with { VersionName = "two" }, default);
        Assert.Equal(3, again.Version.Number);
    }

    [Fact]
    public async Task Names_and_target_type_are_kept_by_an_update_that_names_none()
    {
        await using var shelf = await OpenAsync();
        await shelf.CreateAsync("doc");

        await shelf.Editor.AddVersionAsync(
            Alice, "doc", null, Version("2") with { DisplayName = "Doc", TargetType = "/AWS::EC2::Instance", VersionName = "v" }, default);
        var third = (await shelf.UpdateAsync("doc", "3")).Version;

        Assert.Equal(("Doc", "/AWS::EC2::Instance", null), (third.DisplayName, third.TargetType, third.VersionName));
    }

    [Fact]
    public async Task The_default_version_is_changed_by_its_own_call()
    {
        await using var shelf = await OpenAsync();
        await shelf.CreateAsync("doc");
        await shelf.UpdateAsync("doc", "2");

        await shelf.Repository.SetDefaultVersionAsync(Alice, "doc", "2", default);

        Assert.Equal(Content("2"), await shelf.ContentOfAsync(Alice, "doc"));
        await RefusedAsync(
            Refusal.InvalidDocumentVersion,
            "Document with name doc with version 7 does not exist.",
            () => shelf.Repository.SetDefaultVersionAsync(Alice, "doc", "7", default));
        await RefusedAsync(
            Refusal.InvalidDocumentVersion,
            "Document with name doc with version 99999999999 does not exist.",
            () => shelf.Repository.SetDefaultVersionAsync(Alice, "doc", "99999999999", default));
    }

    [Fact]
    public async Task A_version_is_deleted_unless_it_is_the_default()
    {
        await using var shelf = await OpenAsync();
        await shelf.CreateAsync("doc");
        await shelf.UpdateAsync("doc", "2");
        await shelf.UpdateAsync("doc", "3");

        await DeleteVersionAsync(shelf, "3");
        Assert.Equal([1, 2], await shelf.NumbersAsync("doc"));
        Assert.Equal(Content("2"), await shelf.ContentOfAsync(Alice, "doc", "$LATEST"));
        Assert.Equal(4, (await shelf.UpdateAsync("doc", "4", "2")).Version.Number);
        await RefusedAsync(
            Refusal.InvalidDocumentOperation, "Default version of the document can't be deleted.", () => DeleteVersionAsync(shelf, "1"));
        await RefusedAsync(
            Refusal.InvalidDocument, "Document with name doc with version 3 does not exist.", () => DeleteVersionAsync(shelf, "3"));
    }

    [Fact]
    public async Task A_document_has_at_most_1000_versions_and_goes_with_all_of_them()
    {
        await using var shelf = await OpenAsync();
        await shelf.CreateAsync("doc");
        for (var i = 2; i <= 1_000; i++)
            await shelf.Editor.AddVersionAsync(Alice, "doc", null, Version($"{i}") with { VersionName = $"v{i}" }, default);
        await RefusedAsync(
            Refusal.DocumentVersionLimitExceeded,
            "The document has too many versions. Delete one or more document versions and try again.",
            () => shelf.UpdateAsync("doc", "1001"));
        var document = await shelf.Repository.GetAsync(Alice, "doc", default);

        await shelf.Editor.DeleteAsync(Alice, "doc", default);

        Assert.Empty(await shelf.Table.QueryAsync(new TableQuery(null, "111111111111/us-east-1/document/doc"), default));
        Assert.Null(await shelf.Repository.FindContentAsync(document, document.Default, default));
        await RefusedAsync(
            Refusal.InvalidDocument, "Document with name doc does not exist.", () => shelf.Editor.DeleteAsync(Alice, "doc", default));
    }

    [Fact]
    public async Task What_is_left_of_a_deleted_document_is_not_seen_in_its_successor()
    {
        await using var shelf = await OpenAsync();
        await shelf.CreateAsync("doc");
        await shelf.Editor.AddVersionAsync(Alice, "doc", null, Version("2") with { VersionName = "two" }, default);
        // As if the host had stopped between the document's item and its versions.
        await shelf.Table.WriteAsync(TableWrite.Delete(new ItemKey("111111111111/us-east-1/documents", "doc")), default);

        await shelf.CreateAsync("doc", content: Content("new"));

        Assert.Equal([1], await shelf.NumbersAsync("doc"));
        var document = await shelf.Repository.GetAsync(Alice, "doc", default);
        Assert.Null(await shelf.Repository.FindVersionAsync(document, 2, default));
        Assert.Null(await shelf.Repository.FindNumberAsync(document, "two", default));
        Assert.Equal(2, (await shelf.UpdateAsync("doc", "2")).Version.Number);
    }

    [Fact]
    public async Task An_account_has_at_most_500_documents()
    {
        await using var shelf = await OpenAsync();
        for (var i = 0; i < 500; i++)
            await shelf.CreateAsync($"doc{i}");

        await RefusedAsync(
            Refusal.DocumentLimitExceeded, "You can have at most 500 active SSM documents.", () => shelf.CreateAsync("one-more"));
        await shelf.CreateAsync("one-more", Bob);
        await shelf.Editor.DeleteAsync(Alice, "doc7", default);
        await shelf.CreateAsync("one-more");
    }

    [Fact]
    public async Task Tags_are_changed_by_all_who_change_them_at_once_and_are_at_most_50()
    {
        await using var shelf = await OpenAsync();
        await shelf.CreateAsync("doc");

        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => shelf.Repository.UpdateTagsAsync(
            Alice, "doc", tags => new Dictionary<string, string>(tags, StringComparer.Ordinal) { [$"k{i}"] = "v" }, default)));

        Assert.Equal(50, (await shelf.Repository.GetAsync(Alice, "doc", default)).Tags.Count);
        await RefusedAsync(Refusal.TooManyTags, null, () => shelf.Repository.UpdateTagsAsync(
            Alice, "doc", tags => new Dictionary<string, string>(tags, StringComparer.Ordinal) { ["one more"] = "v" }, default));
    }

    [Fact]
    public async Task A_content_that_JSON_would_swell_is_kept()
    {
        await using var shelf = await OpenAsync();
        var content = new string('\u0001', 64 * 1024);

        await shelf.Editor.CreateAsync(
            Alice, "doc", "ApplicationConfiguration", new NewDocumentVersion(DocumentFormat.Text, content),
            new Dictionary<string, string>(StringComparer.Ordinal), default);

        Assert.Equal(content, await shelf.ContentOfAsync(Alice, "doc"));
    }

    [Fact]
    public async Task The_stored_form_stays_what_it_is()
    {
        await using var shelf = await OpenAsync();
        await shelf.CreateAsync("doc");
        await shelf.ShareAsync("doc", "222222222222");

        var item = await shelf.Table.GetAsync(new ItemKey("111111111111/us-east-1/documents", "doc"), consistent: true, default);

        using var body = JsonDocument.Parse(item!.Body);
        Assert.Equal(
            """{"type":"Session","incarnation":"#","default":{"number":1,"format":"Json","createdDate":"2026-01-02T12:00:00+00:00","hash":"#","schemaVersion":"1.0","requires":[],"attachments":[]},"latestVersion":1,"lastNumber":1,"versionCount":1,"shares":{"222222222222":"$DEFAULT"}}""",
            body.RootElement.GetRawText()
                .Replace(body.RootElement.GetProperty("incarnation").GetString()!, "#", StringComparison.Ordinal)
                .Replace(HashOf("1"), "#", StringComparison.Ordinal));
    }

    private static string HashOf(string mark) => DocumentContent.Read(DocumentFormat.Json, Content(mark)).Hash;

    private static Task DeleteVersionAsync(DocumentShelf shelf, string version) => shelf.Editor.DeleteVersionAsync(
        Alice, "doc", document => shelf.Library.GetVersionAsync(Alice, document, version, versionName: null, default), default);
}
