using static SsmSessions.Tests.AwsJson.Actions.DocumentCalls;

namespace SsmSessions.Tests.AwsJson.Actions;

public sealed class DescribeDocumentPermissionTests
{
    [Fact]
    public async Task The_accounts_are_listed_page_by_page()
    {
        await using var server = await ServeAsync();
        await server.CreateAsync("doc");
        await server.OkAsync(
            "DescribeDocumentPermission", """{"Name":"doc","PermissionType":"Share"}""", """{"AccountIds":[],"AccountSharingInfoList":[]}""");
        await server.OkAsync("ModifyDocumentPermission", """{"Name":"doc","PermissionType":"Share","AccountIdsToAdd":["All","333333333333"]}""", "{}");
        await server.OkAsync("ModifyDocumentPermission", """{"Name":"doc","PermissionType":"Share","AccountIdsToAdd":["222222222222"],"SharedDocumentVersion":"$ALL"}""", "{}");

        var (_, first) = await server.CallAsync("DescribeDocumentPermission", """{"Name":"doc","PermissionType":"Share","MaxResults":2}""", Alice);

        Assert.Equal(
            $$"""{"AccountIds":["222222222222","333333333333"],"AccountSharingInfoList":[{"AccountId":"222222222222","SharedDocumentVersion":"$ALL"},{"AccountId":"333333333333","SharedDocumentVersion":"$DEFAULT"}],"NextToken":"{{TokenOf(first)}}"}""",
            first);
        await server.OkAsync(
            "DescribeDocumentPermission",
            $$"""{"Name":"doc","PermissionType":"Share","NextToken":"{{TokenOf(first)}}"}""",
            """{"AccountIds":["all"],"AccountSharingInfoList":[{"AccountId":"all","SharedDocumentVersion":"$DEFAULT"}]}""");
    }

    [Theory]
    [InlineData("""{"Name":"nobodys","PermissionType":"Share"}""", """{"__type":"InvalidDocument","Message":"Document with name nobodys does not exist."}""")]
    [InlineData("""{"Name":"doc","PermissionType":"Share","NextToken":"AAA"}""", """{"__type":"InvalidNextToken","Message":"The specified token is not valid."}""")]
    [InlineData("""{"Name":"doc","PermissionType":"Read","MaxResults":201}""", """{"__type":"ValidationException","message":"2 validation errors detected: Value 'Read' at 'permissionType' failed to satisfy constraint: Member must satisfy enum value set: [Share]; Value '201' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 200"}""")]
    [InlineData("{}", """{"__type":"ValidationException","message":"2 validation errors detected: Value null at 'name' failed to satisfy constraint: Member must not be null; Value null at 'permissionType' failed to satisfy constraint: Member must not be null"}""")]
    public async Task What_is_no_list_is_refused(string request, string answer)
    {
        await using var server = await ServeAsync();
        await server.CreateAsync("doc");

        await server.RefusedAsync("DescribeDocumentPermission", request, answer);
    }
}
