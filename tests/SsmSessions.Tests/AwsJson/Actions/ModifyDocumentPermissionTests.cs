using static SsmSessions.Tests.AwsJson.Actions.DocumentCalls;

namespace SsmSessions.Tests.AwsJson.Actions;

public sealed class ModifyDocumentPermissionTests
{
    [Fact]
    public async Task Accounts_are_added_and_removed()
    {
        await using var server = await ServeAsync();
        await server.CreateAsync("doc");

        await server.OkAsync("ModifyDocumentPermission", """{"Name":"doc","PermissionType":"Share","AccountIdsToAdd":["222222222222","ALL"]}""", "{}");
        await server.OkAsync("ModifyDocumentPermission", """{"Name":"doc","PermissionType":"Share","AccountIdsToAdd":["222222222222"],"AccountIdsToRemove":["all","444444444444"],"SharedDocumentVersion":"$LATEST"}""", "{}");

        await server.OkAsync(
            "DescribeDocumentPermission",
            """{"Name":"doc","PermissionType":"Share"}""",
            """{"AccountIds":["222222222222"],"AccountSharingInfoList":[{"AccountId":"222222222222","SharedDocumentVersion":"$LATEST"}]}""");
    }

    [Theory]
    [InlineData("""{"Name":"nobodys","PermissionType":"Share","AccountIdsToAdd":["222222222222"]}""", """{"__type":"InvalidDocument","Message":"Document with name nobodys does not exist."}""")]
    [InlineData("""{"Name":"AWS-StartSSHSession","PermissionType":"Share"}""", """{"__type":"InvalidDocument","Message":"Document with name AWS-StartSSHSession does not exist."}""")]
    [InlineData("""{"Name":"doc","PermissionType":"Share","AccountIdsToAdd":["x"],"SharedDocumentVersion":"1"}""", """{"__type":"ValidationException","message":"2 validation errors detected: Value '[x]' at 'accountIdsToAdd' failed to satisfy constraint: Member must satisfy constraint: [Member must satisfy regular expression pattern: (?i)all|[0-9]{12}]; Value '1' at 'sharedDocumentVersion' failed to satisfy constraint: Member must satisfy regular expression pattern: ([$]LATEST|[$]DEFAULT|[$]ALL)"}""")]
    [InlineData("""{"Name":"doc","PermissionType":"Share","AccountIdsToRemove":["all","all","all","all","all","all","all","all","all","all","all","all","all","all","all","all","all","all","all","all","all"]}""", """{"__type":"ValidationException","message":"1 validation error detected: Value '[all, all, all, all, all, all, all, all, all, all, all, all, all, all, all, all, all, all, all, all, all]' at 'accountIdsToRemove' failed to satisfy constraint: Member must have length less than or equal to 20"}""")]
    public async Task What_breaks_a_rule_is_refused(string request, string answer)
    {
        await using var server = await ServeAsync();
        await server.CreateAsync("doc");

        await server.RefusedAsync("ModifyDocumentPermission", request, answer);
    }
}
