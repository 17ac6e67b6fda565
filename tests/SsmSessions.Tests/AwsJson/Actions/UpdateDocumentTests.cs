using static SsmSessions.Tests.AwsJson.Actions.DocumentCalls;

namespace SsmSessions.Tests.AwsJson.Actions;

public sealed class UpdateDocumentTests
{
    [Fact]
    public async Task A_new_version_is_described_and_the_default_stays()
    {
        await using var server = await ServeAsync();
        await server.CreateAsync("doc", more: ""","DisplayName":"My doc","Tags":[{"Key":"a","Value":"b"}]""");

        Assert.Equal(
            $$$"""{"DocumentDescription":{"CreatedDate":{{{Now}}},"DefaultVersion":"1","Description":"2","DisplayName":"My doc","DocumentFormat":"JSON","DocumentType":"Session","DocumentVersion":"2","Hash":"360ff8c4fd061d98cf6a6ea87d527893f252ff86e810f57b325e4c5dd26502c4","HashType":"Sha256","LatestVersion":"2","Name":"doc","Owner":"111111111111","Parameters":[],"PlatformTypes":{{{Platforms}}},"SchemaVersion":"1.0","Status":"Updating","Tags":[{"Key":"a","Value":"b"}],"VersionName":"two"}}""",
            await server.UpdateAsync("doc", "2", ""","VersionName":"two" """));
    }

    [Fact]
    public async Task What_breaks_a_rule_is_refused()
    {
        await using var server = await ServeAsync();
        await server.CreateAsync("doc", more: ""","VersionName":"one" """);
        await server.UpdateAsync("doc", "2");

        await RefusedAsync("nobodys", "{}", "", """{"__type":"InvalidDocument","Message":"Document with name nobodys does not exist."}""");
        await RefusedAsync("AWS-StartSSHSession", "{}", "", """{"__type":"InvalidDocument","Message":"Document with name AWS-StartSSHSession does not exist."}""");
        await RefusedAsync("doc", "{}", ""","DocumentVersion":"1" """, """{"__type":"InvalidDocumentVersion","Message":"Version provided for document doc is not latest. Please provide the latest version to update document doc"}""");
        await RefusedAsync("doc", "{", "", """{"__type":"InvalidDocumentContent","Message":"JSON not well-formed. at Line: 1, Column: 2"}""");
        await RefusedAsync("doc", "{}", "", """{"__type":"InvalidDocumentSchemaVersion","Message":"null is not a valid schema version for Session document type"}""");
        await RefusedAsync("doc", Content("1"), "", """{"__type":"DuplicateDocumentContent","Message":"The content of the document matches another document. Change the content of the document and try again."}""");
        await RefusedAsync("doc", Content("3"), ""","VersionName":"one" """, """{"__type":"DuplicateDocumentVersionName","Message":"The specified version name is a duplicate."}""");
        await RefusedAsync("doc", new string('x', 65_537), "", """{"__type":"MaxDocumentSizeExceeded","Message":"The size limit of a document is 64 KB."}""");

        Task RefusedAsync(string name, string content, string more, string answer) =>
            server.RefusedAsync("UpdateDocument", $$"""{"Name":"{{name}}","Content":{{Quote(content)}}{{more}}}""", answer);
    }

    [Fact]
    public async Task What_violates_the_model_is_refused()
    {
        await using var server = await ServeAsync();

        await server.RefusedAsync(
            "UpdateDocument",
            """{"Name":"a/b","DocumentVersion":"latest"}""",
            """{"__type":"ValidationException","message":"3 validation errors detected: Value null at 'content' failed to satisfy constraint: Member must not be null; Value 'a/b' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[a-zA-Z0-9_\\-.]{3,128}$; Value 'latest' at 'documentVersion' failed to satisfy constraint: Member must satisfy regular expression pattern: ([$]LATEST|[$]DEFAULT|^[1-9][0-9]*$)"}""");
    }
}
