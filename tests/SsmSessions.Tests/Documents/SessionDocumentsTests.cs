using SsmSessions.Core;
using SsmSessions.Core.Documents;
using static SsmSessions.Tests.Documents.DocumentShelf;

namespace SsmSessions.Tests.Documents;

public sealed class SessionDocumentsTests
{
    private const string Preferences = SessionDocuments.PreferencesName;

    [Fact]
    public async Task Without_document_and_preferences_it_is_a_shell_with_the_defaults()
    {
        await using var shelf = await OpenAsync();

        var resolved = await shelf.Sessions.ResolveAsync(Alice, nameOrArn: null, default);

        Assert.Equal((null, null, SessionType.StandardStream), (resolved.Name, resolved.Version, resolved.Document.Type));
        Assert.Equal((TimeSpan.FromMinutes(20), null), (resolved.Inputs.IdleTimeout, resolved.Inputs.MaxSessionDuration));
    }

    [Fact]
    public async Task Without_document_it_is_the_latest_preferences()
    {
        await using var shelf = await OpenAsync();
        await shelf.CreateAsync(Preferences, content: Inputs("5"));
        await shelf.Editor.AddVersionAsync(Alice, Preferences, null, new NewDocumentVersion(DocumentFormat.Json, Inputs("7")), default);

        var resolved = await shelf.Sessions.ResolveAsync(Alice, nameOrArn: null, default);

        Assert.Equal((null, 2, TimeSpan.FromMinutes(7)), (resolved.Name, resolved.Version, resolved.Inputs.IdleTimeout));
        Assert.Equal(20, (await shelf.Sessions.ResolveAsync(Bob, nameOrArn: null, default)).Inputs.IdleTimeout.TotalMinutes);
        await shelf.Editor.DeleteAsync(Alice, Preferences, default);
        Assert.Null((await shelf.Sessions.ResolveAsync(Alice, nameOrArn: null, default)).Version);
    }

    [Fact]
    public async Task A_document_without_inputs_has_those_of_the_preferences()
    {
        await using var shelf = await OpenAsync();
        await shelf.CreateAsync(Preferences, content: Inputs("5"));
        await shelf.CreateAsync("own", content: Inputs("9"));
        await shelf.CreateAsync("none");

        Assert.Equal(5, (await shelf.Sessions.ResolveAsync(Alice, "none", default)).Inputs.IdleTimeout.TotalMinutes);
        Assert.Equal(5, (await shelf.Sessions.ResolveAsync(Alice, "AWS-StartSSHSession", default)).Inputs.IdleTimeout.TotalMinutes);
        Assert.Equal(9, (await shelf.Sessions.ResolveAsync(Alice, "own", default)).Inputs.IdleTimeout.TotalMinutes);
    }

    [Theory]
    [InlineData("doc", "doc", 2)]
    [InlineData("doc:1", "doc", 1)]
    [InlineData("arn:aws:ssm:us-east-1:111111111111:document/doc", "doc", 2)]
    [InlineData("arn:aws:ssm:us-east-1:111111111111:document/doc:1", "doc", 1)]
    [InlineData("AWS-StartPortForwardingSession", "AWS-StartPortForwardingSession", 1)]
    [InlineData("arn:aws:ssm:us-east-1::document/AWS-StartPortForwardingSession", "AWS-StartPortForwardingSession", 1)]
    public async Task A_document_is_named_in_every_way(string nameOrArn, string name, int version)
    {
        await using var shelf = await OpenAsync();
        await shelf.CreateAsync("doc");
        await shelf.UpdateAsync("doc", "2");

        var resolved = await shelf.Sessions.ResolveAsync(Alice, nameOrArn, default);

        Assert.Equal((name, version), (resolved.Name, resolved.Version));
    }

    [Fact]
    public async Task A_shared_document_runs_in_the_version_that_is_shared()
    {
        const string Arn = "arn:aws:ssm:us-east-1:111111111111:document/doc";
        await using var shelf = await OpenAsync();
        await shelf.CreateAsync("doc");
        await shelf.UpdateAsync("doc", "2");
        await shelf.ShareAsync("doc", Bob.Account);
        await shelf.Sessions.ResolveAsync(Alice, "doc", default);

        var resolved = await shelf.Sessions.ResolveAsync(Bob, Arn, default);

        Assert.Equal((Arn, 1), (resolved.Name, resolved.Version));
        await RefusedAsync(
            Refusal.InvalidDocument,
            $"Document with name {Arn} with version 2 does not exist.",
            async () => await shelf.Sessions.ResolveAsync(Bob, Arn + ":2", default));
        await shelf.ShareAsync("doc", Bob.Account, "$LATEST");
        Assert.Equal(2, (await shelf.Sessions.ResolveAsync(Bob, Arn, default)).Version);
    }

    [Theory]
    [InlineData("nobodys", "Document with name nobodys does not exist.")]
    [InlineData("doc:3", "Document with name doc with version 3 does not exist.")]
    [InlineData("doc:99999999999", "Document with name doc:99999999999 does not exist.")]
    [InlineData("arn:aws:ssm:us-east-1:222222222222:document/theirs", "Document with name arn:aws:ssm:us-east-1:222222222222:document/theirs does not exist.")]
    [InlineData("arn:aws:ssm:eu-west-1:111111111111:document/doc", "Document with name arn:aws:ssm:eu-west-1:111111111111:document/doc does not exist.")]
    [InlineData("command", "Document type: 'Command' is not supported. Only type: 'Session' is supported for Session Manager.")]
    [InlineData("SSM-SessionManagerRunShell", "Document with name SSM-SessionManagerRunShell does not exist.")]
    public async Task What_no_session_can_run_is_refused(string nameOrArn, string text)
    {
        await using var shelf = await OpenAsync();
        await shelf.CreateAsync("doc");
        await shelf.CreateAsync("theirs", Bob);
        await shelf.CreateAsync("command", content: "{}", type: "Command");

        await RefusedAsync(Refusal.InvalidDocument, text, async () => await shelf.Sessions.ResolveAsync(Alice, nameOrArn, default));
    }

    [Fact]
    public async Task A_version_that_was_deleted_runs_no_more()
    {
        await using var shelf = await OpenAsync();
        await shelf.CreateAsync("doc");
        await shelf.UpdateAsync("doc", "2");
        await shelf.Sessions.ResolveAsync(Alice, "doc:2", default);

        await shelf.Editor.DeleteVersionAsync(Alice, "doc", d => shelf.Library.GetVersionAsync(Alice, d, "2", null, default), default);

        await RefusedAsync(
            Refusal.InvalidDocument,
            "Document with name doc with version 2 does not exist.",
            async () => await shelf.Sessions.ResolveAsync(Alice, "doc:2", default));
        Assert.Equal(1, (await shelf.Sessions.ResolveAsync(Alice, "doc", default)).Version);
    }

    [Fact]
    public async Task Preferences_of_another_type_run_nothing_and_prefer_nothing()
    {
        await using var shelf = await OpenAsync();
        await shelf.CreateAsync(Preferences, content: "{}", type: "Command");

        await RefusedAsync(
            Refusal.InvalidDocument,
            "Document type: 'Command' is not supported. Only type: 'Session' is supported for Session Manager.",
            async () => await shelf.Sessions.ResolveAsync(Alice, nameOrArn: null, default));
        Assert.Equal(SessionInputs.Default, (await shelf.Sessions.ResolveAsync(Alice, "AWS-StartSSHSession", default)).Inputs);
    }

    private static string Inputs(string idle) =>
        $$"""{"schemaVersion":"1.0","sessionType":"Standard_Stream","inputs":{"idleSessionTimeout":"{{idle}}"} }""";
}
