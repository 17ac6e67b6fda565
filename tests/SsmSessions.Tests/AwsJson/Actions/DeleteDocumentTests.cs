using static SsmSessions.Tests.AwsJson.Actions.DocumentCalls;

namespace SsmSessions.Tests.AwsJson.Actions;

public sealed class DeleteDocumentTests
{
    private const string NotFound = """{"__type":"InvalidDocument","Message":"Document with name doc does not exist."}""";

    [Fact]
    public async Task A_document_goes_with_all_of_its_versions()
    {
        await using var server = await ServeAsync();
        await server.CreateAsync("doc");
        await server.UpdateAsync("doc", "2");

        await server.OkAsync("DeleteDocument", """{"Name":"doc","Force":true}""", "{}");

        await server.RefusedAsync("GetDocument", """{"Name":"doc"}""", NotFound);
        await server.RefusedAsync("DeleteDocument", """{"Name":"doc"}""", NotFound);
    }

    [Theory]
    [InlineData(""" "DocumentVersion":"2" """)]
    [InlineData(""" "DocumentVersion":"$LATEST" """)]
    [InlineData(""" "VersionName":"two" """)]
    public async Task One_version_is_deleted(string version)
    {
        await using var server = await ServeAsync();
        await server.CreateAsync("doc");
        await server.UpdateAsync("doc", "2", ""","VersionName":"two" """);

        await server.OkAsync("DeleteDocument", $$"""{"Name":"doc",{{version}}}""", "{}");

        await server.RefusedAsync(
            "GetDocument",
            """{"Name":"doc","DocumentVersion":"2"}""",
            """{"__type":"InvalidDocument","Message":"Document with name doc with version 2 does not exist."}""");
    }

    [Theory]
    [InlineData("""{"Name":"doc","DocumentVersion":"1"}""", """{"__type":"InvalidDocumentOperation","Message":"Default version of the document can't be deleted."}""")]
    [InlineData("""{"Name":"doc","DocumentVersion":"$DEFAULT"}""", """{"__type":"InvalidDocumentOperation","Message":"Default version of the document can't be deleted."}""")]
    [InlineData("""{"Name":"doc","DocumentVersion":"5"}""", """{"__type":"InvalidDocument","Message":"Document with name doc with version 5 does not exist."}""")]
    [InlineData("""{"Name":"doc"}""", """{"__type":"InvalidDocumentOperation","Message":"Must unshare document first before delete"}""")]
    [InlineData("""{"Name":"AWS-StartSSHSession"}""", """{"__type":"InvalidDocument","Message":"Document with name AWS-StartSSHSession does not exist."}""")]
    [InlineData("""{"Name":"a:b"}""", """{"__type":"ValidationException","message":"1 validation error detected: Value 'a:b' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[a-zA-Z0-9_\\-.]{3,128}$"}""")]
    public async Task What_may_not_go_stays(string request, string answer)
    {
        await using var server = await ServeAsync();
        await server.CreateAsync("doc");
        await server.OkAsync("ModifyDocumentPermission", $$"""{"Name":"doc","PermissionType":"Share","AccountIdsToAdd":["{{Bob}}"]}""", "{}");

        await server.RefusedAsync("DeleteDocument", request, answer);
    }
}
