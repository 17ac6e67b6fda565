using static SsmSessions.Tests.AwsJson.Actions.DocumentCalls;

namespace SsmSessions.Tests.AwsJson.Actions;

public sealed class GetDocumentTests
{
    private const string Arn = "arn:aws:ssm:us-east-1:111111111111:document/doc";

    [Theory]
    [InlineData("""{"Name":"doc"}""", "1")]
    [InlineData("""{"Name":"doc","DocumentVersion":"$DEFAULT"}""", "1")]
    [InlineData("""{"Name":"doc","DocumentVersion":"$LATEST"}""", "2")]
    [InlineData("""{"Name":"doc","DocumentVersion":"2"}""", "2")]
    [InlineData("""{"Name":"doc","VersionName":"two"}""", "2")]
    [InlineData($$"""{"Name":"{{Arn}}","DocumentVersion":"2"}""", "2")]
    public async Task A_version_is_given(string request, string version)
    {
        await using var server = await ServeAsync();
        await server.CreateAsync("doc");
        await server.UpdateAsync("doc", "2", ""","VersionName":"two" """);

        await server.OkAsync(
            "GetDocument",
            request,
            $$"""{"Content":{{Quote(Content(version))}},"CreatedDate":{{Now}},"DocumentFormat":"JSON","DocumentType":"Session","DocumentVersion":"{{version}}","Name":"doc","Status":"Active"{{(version == "2" ? ""","VersionName":"two" """.TrimEnd() : "")}}}""");
    }

    [Fact]
    public async Task A_content_is_converted()
    {
        await using var server = await ServeAsync();
        await server.CreateAsync("doc", "schemaVersion: '1.0'\nsessionType: Port", ""","DocumentFormat":"YAML","DisplayName":"My doc" """);

        await server.OkAsync(
            "GetDocument",
            """{"Name":"doc","DocumentFormat":"JSON"}""",
            $$"""{"Content":"{\n  \"schemaVersion\": \"1.0\",\n  \"sessionType\": \"Port\"\n}","CreatedDate":{{Now}},"DisplayName":"My doc","DocumentFormat":"JSON","DocumentType":"Session","DocumentVersion":"1","Name":"doc","Status":"Active"}""");
        await server.OkAsync(
            "GetDocument",
            """{"Name":"doc"}""",
            $$"""{"Content":"schemaVersion: '1.0'\nsessionType: Port","CreatedDate":{{Now}},"DisplayName":"My doc","DocumentFormat":"YAML","DocumentType":"Session","DocumentVersion":"1","Name":"doc","Status":"Active"}""");
    }

    [Fact]
    public async Task A_text_is_not_converted()
    {
        await using var server = await ServeAsync();
        await server.CreateAsync("doc", "a = b", ""","DocumentFormat":"TEXT" """, "ApplicationConfiguration");

        await server.RefusedAsync(
            "GetDocument", """{"Name":"doc","DocumentFormat":"JSON"}""", """{"__type":"ValidationException","message":"Invalid document format JSON"}""");
    }

    [Fact]
    public async Task A_document_that_another_account_shares_has_its_arn()
    {
        await using var server = await ServeAsync();
        await server.CreateAsync("doc", "{}", type: "Command");
        await server.OkAsync("ModifyDocumentPermission", $$"""{"Name":"doc","PermissionType":"Share","AccountIdsToAdd":["{{Bob}}"]}""", "{}");

        await server.OkAsync(
            "GetDocument",
            $$"""{"Name":"{{Arn}}"}""",
            $$"""{"Content":"{}","CreatedDate":{{Now}},"DocumentFormat":"JSON","DocumentType":"Command","DocumentVersion":"1","Name":"{{Arn}}","Status":"Active"}""",
            Bob);
        await server.RefusedAsync(
            "GetDocument", $$"""{"Name":"{{Arn}}"}""", $$"""{"__type":"InvalidDocument","Message":"Document with name {{Arn}} does not exist."}""", "333333333333");
    }

    [Theory]
    [InlineData("""{"Name":"nobodys"}""", """{"__type":"InvalidDocument","Message":"Document with name nobodys does not exist."}""")]
    [InlineData("""{"Name":"doc","DocumentVersion":"2"}""", """{"__type":"InvalidDocument","Message":"Document with name doc with version 2 does not exist."}""")]
    [InlineData("""{"Name":"doc","VersionName":"x"}""", """{"__type":"InvalidDocument","Message":"Document with name doc with version x does not exist."}""")]
    [InlineData("""{"Name":"d","DocumentFormat":"json"}""", """{"__type":"ValidationException","message":"2 validation errors detected: Value 'd' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[a-zA-Z0-9_\\-.:/]{3,128}$; Value 'json' at 'documentFormat' failed to satisfy constraint: Member must satisfy enum value set: [YAML, JSON, TEXT]"}""")]
    public async Task What_names_no_version_is_refused(string request, string answer)
    {
        await using var server = await ServeAsync();
        await server.CreateAsync("doc");

        await server.RefusedAsync("GetDocument", request, answer);
    }
}
