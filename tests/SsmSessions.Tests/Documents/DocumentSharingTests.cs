using SsmSessions.Core;
using static SsmSessions.Tests.Documents.DocumentShelf;

namespace SsmSessions.Tests.Documents;

public sealed class DocumentSharingTests
{
    private const string Arn = "arn:aws:ssm:us-east-1:111111111111:document/doc";

    [Fact]
    public async Task A_shared_document_is_read_by_its_arn_until_it_is_shared_no_more()
    {
        await using var shelf = await OpenAsync();
        await shelf.CreateAsync("doc");
        Task<string> ReadAsync() => shelf.ContentOfAsync(Bob, Arn);

        await RefusedAsync(Refusal.InvalidDocument, $"Document with name {Arn} does not exist.", ReadAsync);
        await shelf.ShareAsync("doc", Bob.Account);
        Assert.Equal(Content("1"), await ReadAsync());
        await RefusedAsync(Refusal.InvalidDocument, "Document with name doc does not exist.", () => shelf.ContentOfAsync(Bob, "doc"));
        await shelf.Sharing.ChangeAsync(Alice, "doc", [], [Bob.Account], "$DEFAULT", default);
        await RefusedAsync(Refusal.InvalidDocument, $"Document with name {Arn} does not exist.", ReadAsync);
    }

    [Theory]
    [InlineData("$DEFAULT", new[] { 1 })]
    [InlineData("$LATEST", new[] { 2 })]
    [InlineData("$ALL", new[] { 1, 2 })]
    public async Task Of_the_versions_those_that_are_shared_are_read(string shared, int[] readable)
    {
        await using var shelf = await OpenAsync();
        await shelf.CreateAsync("doc");
        await shelf.UpdateAsync("doc", "2");
        await shelf.ShareAsync("doc", "all", shared);

        Assert.Equal(readable, await shelf.NumbersAsync(Arn, Bob));
        Assert.Equal(Content($"{readable[0]}"), await shelf.ContentOfAsync(Bob, Arn));
        foreach (var number in new[] { 1, 2 })
        {
            if (readable.Contains(number))
                Assert.Equal(Content($"{number}"), await shelf.ContentOfAsync(Bob, Arn, $"{number}"));
            else
                await RefusedAsync(Refusal.InvalidDocument, $"Document with name {Arn} with version {number} does not exist.", () => shelf.ContentOfAsync(Bob, Arn, $"{number}"));
        }
    }

    [Fact]
    public async Task A_document_is_shared_in_its_region_only()
    {
        await using var shelf = await OpenAsync();
        await shelf.CreateAsync("doc");
        await shelf.ShareAsync("doc", "all");

        await RefusedAsync(
            Refusal.InvalidDocument, $"Document with name {Arn} does not exist.", () => shelf.ContentOfAsync(Bob with { Region = "eu-west-1" }, Arn));
    }

    [Fact]
    public async Task A_shared_document_is_not_deleted()
    {
        await using var shelf = await OpenAsync();
        await shelf.CreateAsync("doc");
        await shelf.ShareAsync("doc", Bob.Account);

        await RefusedAsync(
            Refusal.InvalidDocumentOperation, "Must unshare document first before delete", () => shelf.Editor.DeleteAsync(Alice, "doc", default));
    }

    [Fact]
    public async Task A_document_is_shared_with_at_most_1000_accounts()
    {
        await using var shelf = await OpenAsync();
        await shelf.CreateAsync("doc");
        for (var i = 0; i < 50; i++)
            await shelf.Sharing.ChangeAsync(Alice, "doc", [.. Enumerable.Range(i * 20, 20).Select(n => $"3{n:D11}")], [], "$DEFAULT", default);

        await RefusedAsync(
            Refusal.DocumentPermissionLimit,
            "The document can't be shared with more Amazon Web Services accounts.",
            () => shelf.ShareAsync("doc", Bob.Account));
        Assert.Equal(1_000, (await shelf.Repository.GetAsync(Alice, "doc", default)).Shares.Count);
    }

    [Fact]
    public async Task An_account_has_at_most_5_public_documents()
    {
        await using var shelf = await OpenAsync();
        for (var i = 0; i < 6; i++)
            await shelf.CreateAsync($"doc{i}");
        for (var i = 0; i < 5; i++)
            await shelf.ShareAsync($"doc{i}", "all");

        await shelf.ShareAsync("doc0", "all", "$ALL");
        await RefusedAsync(
            Refusal.DocumentPermissionLimit,
            "The document can't be shared with more Amazon Web Services accounts.",
            () => shelf.ShareAsync("doc5", "all"));
        Assert.Empty((await shelf.Repository.GetAsync(Alice, "doc5", default)).Shares);
    }

    [Fact]
    public async Task Twenty_are_added_and_twenty_removed_in_one_call()
    {
        await using var shelf = await OpenAsync();
        await shelf.CreateAsync("doc");
        string[] first = [.. Enumerable.Range(0, 20).Select(n => $"3{n:D11}")];
        string[] second = [.. Enumerable.Range(20, 20).Select(n => $"3{n:D11}")];
        await shelf.Sharing.ChangeAsync(Alice, "doc", first, [], "$DEFAULT", default);

        await shelf.Sharing.ChangeAsync(Alice, "doc", [.. second[1..], second[1]], first, "$LATEST", default);

        Assert.Equal(second[1..], (await shelf.Repository.GetAsync(Alice, "doc", default)).Shares.Keys.Order());
        Assert.Empty(await shelf.Repository.ListSharedAsync(first[0], "us-east-1", null, 10, default));
        Assert.Equal(["111111111111/doc"], await shelf.Repository.ListSharedAsync(second[1], "us-east-1", null, 10, default));
    }
}
