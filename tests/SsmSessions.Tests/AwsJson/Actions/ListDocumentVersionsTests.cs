using static SsmSessions.Tests.AwsJson.Actions.DocumentCalls;

namespace SsmSessions.Tests.AwsJson.Actions;

public sealed class ListDocumentVersionsTests
{
    [Fact]
    public async Task Versions_are_listed_page_by_page()
    {
        await using var server = await ServeAsync();
        await server.CreateAsync("doc");
        await server.UpdateAsync("doc", "2", ""","VersionName":"two","DisplayName":"My doc" """);

        var (_, first) = await server.CallAsync("ListDocumentVersions", """{"Name":"doc","MaxResults":1}""", Alice);

        Assert.Equal(
            $$"""{"DocumentVersions":[{"CreatedDate":{{Now}},"DocumentFormat":"JSON","DocumentVersion":"1","IsDefaultVersion":true,"Name":"doc","Status":"Active"}],"NextToken":"{{TokenOf(first)}}"}""",
            first);
        await server.OkAsync(
            "ListDocumentVersions",
            $$"""{"Name":"arn:aws:ssm:us-east-1:111111111111:document/doc","MaxResults":1,"NextToken":"{{TokenOf(first)}}"}""",
            $$"""{"DocumentVersions":[{"CreatedDate":{{Now}},"DisplayName":"My doc","DocumentFormat":"JSON","DocumentVersion":"2","IsDefaultVersion":false,"Name":"doc","Status":"Active","VersionName":"two"}]}""");
    }

    [Fact]
    public async Task Amazons_documents_have_one_version()
    {
        await using var server = await ServeAsync();

        await server.OkAsync(
            "ListDocumentVersions",
            """{"Name":"AWS-StartSSHSession"}""",
            """{"DocumentVersions":[{"CreatedDate":1.560375183766E9,"DocumentFormat":"JSON","DocumentVersion":"1","IsDefaultVersion":true,"Name":"AWS-StartSSHSession","Status":"Active"}]}""");
    }

    [Fact]
    public async Task A_token_does_not_outlive_its_document()
    {
        await using var server = await ServeAsync();
        await server.CreateAsync("doc");
        await server.UpdateAsync("doc", "2");
        var token = TokenOf((await server.CallAsync("ListDocumentVersions", """{"Name":"doc","MaxResults":1}""", Alice)).Body);
        await server.OkAsync("DeleteDocument", """{"Name":"doc"}""", "{}");
        await server.CreateAsync("doc");

        await server.RefusedAsync(
            "ListDocumentVersions",
            $$"""{"Name":"doc","NextToken":"{{token}}"}""",
            """{"__type":"InvalidNextToken","Message":"The specified token is not valid."}""");
    }

    [Theory]
    [InlineData("""{"Name":"nobodys"}""", """{"__type":"InvalidDocument","Message":"Document with name nobodys does not exist."}""")]
    [InlineData("""{"MaxResults":0}""", """{"__type":"ValidationException","message":"2 validation errors detected: Value null at 'name' failed to satisfy constraint: Member must not be null; Value '0' at 'maxResults' failed to satisfy constraint: Member must have value greater than or equal to 1"}""")]
    public async Task What_names_no_document_is_refused(string request, string answer)
    {
        await using var server = await ServeAsync();

        await server.RefusedAsync("ListDocumentVersions", request, answer);
    }
}
