using SsmSessions.Core;
using SsmSessions.Core.Documents;
using SsmSessions.Core.Identity;
using static SsmSessions.Tests.Documents.DocumentShelf;

namespace SsmSessions.Tests.Documents;

public sealed class DocumentLibraryTests
{
    private static readonly string[] Amazons =
    [
        "AWS-PasswordReset", "AWS-StartInteractiveCommand", "AWS-StartNonInteractiveCommand", "AWS-StartPortForwardingSession",
        "AWS-StartPortForwardingSessionToRemoteHost", "AWS-StartPortForwardingSessionToSocket", "AWS-StartSSHSession",
    ];

    [Theory]
    [InlineData("doc", "doc")]
    [InlineData("arn:aws:ssm:us-east-1:111111111111:document/doc", "doc")]
    [InlineData("AWS-StartSSHSession", "AWS-StartSSHSession")]
    [InlineData("arn:aws:ssm:us-east-1::document/AWS-StartSSHSession", "AWS-StartSSHSession")]
    public async Task A_document_is_found_by_name_and_by_arn(string nameOrArn, string name)
    {
        await using var shelf = await OpenAsync();
        await shelf.CreateAsync("doc");

        Assert.Equal(name, (await shelf.Library.GetAsync(Alice, nameOrArn, default)).NameFor(Alice));
    }

    [Theory]
    [InlineData("Doc")]
    [InlineData("doc:1")]
    [InlineData("document/doc")]
    [InlineData("arn:aws:ssm:eu-west-1:111111111111:document/doc")]
    [InlineData("arn:aws-cn:ssm:us-east-1:111111111111:document/doc")]
    [InlineData("arn:aws:ssm:us-east-1:222222222222:document/doc")]
    [InlineData("arn:aws:ssm:us-east-1::document/doc")]
    [InlineData("arn:aws:ssm:us-east-1:111111111111:document/AWS-StartSSHSession")]
    [InlineData("arn:aws:ssm:us-east-1:1/2/3:document/doc")]
    [InlineData("arn:aws:ec2:us-east-1:111111111111:document/doc")]
    [InlineData("AWS-NoSuchDocument")]
    public async Task What_names_no_document_is_not_found(string nameOrArn)
    {
        await using var shelf = await OpenAsync();
        await shelf.CreateAsync("doc");

        await RefusedAsync(
            Refusal.InvalidDocument,
            $"Document with name {nameOrArn} does not exist.",
            async () => await shelf.Library.GetAsync(Alice, nameOrArn, default));
    }

    [Fact]
    public async Task Documents_of_other_partitions_have_their_arn()
    {
        await using var shelf = await OpenAsync();
        var china = new Tenant("111111111111", "cn-north-1");

        Assert.Equal(
            "arn:aws-cn:ssm:cn-north-1::document/AWS-StartSSHSession",
            (await shelf.Library.GetAsync(china, "arn:aws-cn:ssm:cn-north-1::document/AWS-StartSSHSession", default)).Arn);
    }

    [Fact]
    public async Task A_version_is_found_by_number_and_by_name()
    {
        await using var shelf = await OpenAsync();
        await shelf.CreateAsync("doc");
        await shelf.Editor.AddVersionAsync(Alice, "doc", null, Version("2") with { VersionName = "two" }, default);
        var document = await shelf.Library.GetAsync(Alice, "doc", default);
        async Task<int> NumberAsync(string? version, string? versionName) =>
            (await shelf.Library.GetVersionAsync(Alice, document, version, versionName, default)).Number;

        Assert.Equal(1, await NumberAsync(null, null));
        Assert.Equal(1, await NumberAsync("$DEFAULT", null));
        Assert.Equal(2, await NumberAsync("$LATEST", null));
        Assert.Equal(2, await NumberAsync("2", null));
        Assert.Equal(2, await NumberAsync(null, "two"));
        Assert.Equal(2, await NumberAsync("2", "two"));
        await RefusedAsync(Refusal.InvalidDocument, "Document with name doc with version 3 does not exist.", () => NumberAsync("3", null));
        await RefusedAsync(Refusal.InvalidDocument, "Document with name doc with version two does not exist.", () => NumberAsync("1", "two"));
        await RefusedAsync(Refusal.InvalidDocument, "Document with name doc with version x does not exist.", () => NumberAsync(null, "x"));
        await RefusedAsync(
            Refusal.InvalidDocument, "Document with name doc with version 99999999999 does not exist.", () => NumberAsync("99999999999", null));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(50)]
    public async Task A_list_holds_own_Amazons_and_shared_documents_once(int pageSize)
    {
        await using var shelf = await OpenAsync();
        foreach (var name in new[] { "zeta", "Alpha", "SSM-SessionManagerRunShell" })
            await shelf.CreateAsync(name, Bob);
        foreach (var name in new[] { "hidden", "private", "public", "both" })
            await shelf.CreateAsync(name);
        await shelf.ShareAsync("private", Bob.Account);
        await shelf.ShareAsync("public", "all");
        await shelf.Sharing.ChangeAsync(Alice, "both", ["all", Bob.Account], [], "$DEFAULT", default);

        Assert.Equal(
            [
                .. Amazons, "Alpha", "SSM-SessionManagerRunShell", "zeta", "arn:aws:ssm:us-east-1:111111111111:document/both",
                "arn:aws:ssm:us-east-1:111111111111:document/private", "arn:aws:ssm:us-east-1:111111111111:document/public",
            ],
            (await ListAsync(shelf, Bob, new DocumentFilter(), pageSize)).Order(Comparer<string>.Create((a, b) => IsArn(a) == IsArn(b) ? string.CompareOrdinal(a, b) : IsArn(a) ? 1 : -1)));
    }

    [Fact]
    public async Task More_shared_documents_than_one_page_looks_at_are_listed_all()
    {
        await using var shelf = await OpenAsync();
        for (var i = 0; i < 250; i++)
        {
            await shelf.CreateAsync($"doc{i:D3}");
            await shelf.ShareAsync($"doc{i:D3}", Bob.Account);
        }

        await shelf.CreateAsync("public", new Tenant("333333333333", "us-east-1"));
        await shelf.Sharing.ChangeAsync(new Tenant("333333333333", "us-east-1"), "public", ["all"], [], "$DEFAULT", default);

        Assert.Equal(250, (await ListAsync(shelf, Bob, new DocumentFilter().Where("Owner", ["Private"]), 50)).Count);
        Assert.Single(await ListAsync(shelf, Bob, new DocumentFilter().Where("Name", ["doc249"]), 50));
        Assert.Single(await ListAsync(shelf, Bob, new DocumentFilter().Where("Owner", ["Public"]), 50));
    }

    [Theory]
    [InlineData("Owner", new[] { "Self" }, new[] { "one", "two" })]
    [InlineData("Owner", new[] { "Private" }, new[] { "arn:aws:ssm:us-east-1:111111111111:document/alices" })]
    [InlineData("Owner", new[] { "Public" }, new[] { "two", "arn:aws:ssm:us-east-1:111111111111:document/everybodys" })]
    [InlineData("Owner", new[] { "ThirdParty" }, new string[0])]
    [InlineData("Name", new[] { "o", "AWS-StartSSH", "alices" }, new[] { "AWS-StartSSHSession", "one", "arn:aws:ssm:us-east-1:111111111111:document/alices" })]
    [InlineData("DocumentType", new[] { "Command", "Policy" }, new[] { "two" })]
    [InlineData("TargetType", new[] { "/AWS::EC2::Instance" }, new[] { "one" })]
    [InlineData("PlatformTypes", new[] { "Plan9" }, new string[0])]
    [InlineData("tag:team", new[] { "blue", "red" }, new[] { "one" })]
    [InlineData("tag:team", new[] { "red" }, new string[0])]
    [InlineData("tag:team", new string[0], new[] { "one" })]
    public async Task A_list_is_filtered(string key, string[] values, string[] expected)
    {
        await using var shelf = await OpenAsync();
        await shelf.Editor.CreateAsync(
            Bob, "one", "Session", Version("1") with { TargetType = "/AWS::EC2::Instance" },
            new Dictionary<string, string>(StringComparer.Ordinal) { ["team"] = "blue" }, default);
        await shelf.CreateAsync("two", Bob, "{}", "Command");
        await shelf.Sharing.ChangeAsync(Bob, "two", ["all"], [], "$DEFAULT", default);
        await shelf.Editor.CreateAsync(
            Alice, "alices", "Session", Version("1"), new Dictionary<string, string>(StringComparer.Ordinal) { ["team"] = "blue" }, default);
        await shelf.ShareAsync("alices", Bob.Account);
        await shelf.CreateAsync("everybodys");
        await shelf.ShareAsync("everybodys", "all");

        Assert.Equal(expected, await ListAsync(shelf, Bob, new DocumentFilter().Where(key, values), 2));
    }

    [Fact]
    public async Task Several_filters_must_all_hold()
    {
        await using var shelf = await OpenAsync();
        await shelf.CreateAsync("one");
        await shelf.CreateAsync("other");

        Assert.Equal(["one"], await ListAsync(shelf, Alice, new DocumentFilter().Where("Owner", ["Self"]).Where("Name", ["on"]), 5));
        Assert.Equal(Amazons, await ListAsync(shelf, Alice, new DocumentFilter().Where("Owner", ["Amazon"]).Where("PlatformTypes", ["Linux"]), 5));
    }

    [Fact]
    public void A_filter_of_no_meaning_is_refused()
    {
        var key = Assert.Throws<RefusedException>(() => new DocumentFilter().Where("name", ["x"]));
        var owner = Assert.Throws<RefusedException>(() => new DocumentFilter().Where("Owner", ["Self", "Amazon"]));

        Assert.Equal((Refusal.InvalidFilterKey, null), (key.Refusal, key.Text));
        Assert.Equal(
            (Refusal.Validation, "The Owner filter must have exactly one of the values [Amazon, Private, Public, Self, ThirdParty]."),
            (owner.Refusal, owner.Text));
    }

    private static bool IsArn(string name) => name.StartsWith("arn:", StringComparison.Ordinal);

    private static async Task<List<string>> ListAsync(DocumentShelf shelf, Tenant viewer, DocumentFilter filter, int pageSize)
    {
        var names = new List<string>();
        string? after = null;
        do
        {
            var page = await shelf.Library.ListAsync(viewer, filter, after, pageSize, default);
            Assert.InRange(page.Documents.Count, 0, pageSize);
            names.AddRange(page.Documents.Select(d => d.NameFor(viewer)));
            after = page.Next;
        }
        while (after is not null);
        return names;
    }
}
