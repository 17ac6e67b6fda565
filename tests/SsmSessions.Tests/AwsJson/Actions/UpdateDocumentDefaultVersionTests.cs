using static SsmSessions.Tests.AwsJson.Actions.DocumentCalls;

namespace SsmSessions.Tests.AwsJson.Actions;

public sealed class UpdateDocumentDefaultVersionTests
{
    [Fact]
    public async Task The_default_version_changes()
    {
        await using var server = await ServeAsync();
        await server.CreateAsync("doc");
        await server.UpdateAsync("doc", "2", ""","VersionName":"two" """);

        await server.OkAsync(
            "UpdateDocumentDefaultVersion",
            """{"Name":"doc","DocumentVersion":"2"}""",
            """{"Description":{"DefaultVersion":"2","DefaultVersionName":"two","Name":"doc"}}""");
        await server.OkAsync(
            "UpdateDocumentDefaultVersion", """{"Name":"doc","DocumentVersion":"1"}""", """{"Description":{"DefaultVersion":"1","Name":"doc"}}""");
    }

    [Theory]
    [InlineData("""{"Name":"nobodys","DocumentVersion":"1"}""", """{"__type":"InvalidDocument","Message":"Document with name nobodys does not exist."}""")]
    [InlineData("""{"Name":"doc","DocumentVersion":"9"}""", """{"__type":"InvalidDocumentVersion","Message":"Document with name doc with version 9 does not exist."}""")]
    [InlineData("""{"Name":"doc","DocumentVersion":"$LATEST"}""", """{"__type":"ValidationException","message":"1 validation error detected: Value '$LATEST' at 'documentVersion' failed to satisfy constraint: Member must satisfy regular expression pattern: (^[1-9][0-9]*$)"}""")]
    [InlineData("{}", """{"__type":"ValidationException","message":"2 validation errors detected: Value null at 'name' failed to satisfy constraint: Member must not be null; Value null at 'documentVersion' failed to satisfy constraint: Member must not be null"}""")]
    public async Task What_names_no_version_is_refused(string request, string answer)
    {
        await using var server = await ServeAsync();
        await server.CreateAsync("doc");

        await server.RefusedAsync("UpdateDocumentDefaultVersion", request, answer);
    }
}
