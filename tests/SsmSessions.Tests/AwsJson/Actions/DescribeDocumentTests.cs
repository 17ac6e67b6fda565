using static SsmSessions.Tests.AwsJson.Actions.DocumentCalls;

namespace SsmSessions.Tests.AwsJson.Actions;

public sealed class DescribeDocumentTests
{
    [Fact]
    public async Task A_version_is_described()
    {
        await using var server = await ServeAsync();
        await server.CreateAsync("doc", "{}", type: "Command");
        await server.OkAsync(
            "DescribeDocument",
            """{"Name":"doc"}""",
            $$$"""{"Document":{"Category":[],"CategoryEnum":[],"CreatedDate":{{{Now}}},"DefaultVersion":"1","DocumentFormat":"JSON","DocumentType":"Command","DocumentVersion":"1","Hash":"44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","HashType":"Sha256","LatestVersion":"1","Name":"doc","Owner":"111111111111","Parameters":[],"PlatformTypes":{{{Platforms}}},"Status":"Active","Tags":[]}}""");
    }

    [Theory]
    [InlineData("AWS-StartSSHSession")]
    [InlineData("arn:aws:ssm:us-east-1::document/AWS-StartSSHSession")]
    public async Task Amazons_documents_are_described(string name)
    {
        await using var server = await ServeAsync();

        await server.OkAsync(
            "DescribeDocument",
            $$"""{"Name":"{{name}}","DocumentVersion":"$LATEST"}""",
            $$$"""{"Document":{"Category":[],"CategoryEnum":[],"CreatedDate":1.560375183766E9,"DefaultVersion":"1","DocumentFormat":"JSON","DocumentType":"Session","DocumentVersion":"1","Hash":"ad522d3167e8212767f56582c9c086b519e2da7140bbcf2fa5a7d05c411ee5f7","HashType":"Sha256","LatestVersion":"1","Name":"AWS-StartSSHSession","Owner":"Amazon","Parameters":[{"DefaultValue":"22","Description":"(Optional) Port number of SSH server on the instance","Name":"portNumber","Type":"String"}],"PlatformTypes":{{{Platforms}}},"SchemaVersion":"1.0","Status":"Active","Tags":[]}}""");
    }

    [Theory]
    [InlineData("""{"Name":"nobodys"}""", """{"__type":"InvalidDocument","Message":"Document with name nobodys does not exist."}""")]
    [InlineData("""{"Name":"AWS-StartSSHSession","DocumentVersion":"2"}""", """{"__type":"InvalidDocument","Message":"Document with name AWS-StartSSHSession with version 2 does not exist."}""")]
    [InlineData("""{"Name":"AWS-StartSSHSession","VersionName":"x"}""", """{"__type":"InvalidDocument","Message":"Document with name AWS-StartSSHSession with version x does not exist."}""")]
    [InlineData("{}", """{"__type":"ValidationException","message":"1 validation error detected: Value null at 'name' failed to satisfy constraint: Member must not be null"}""")]
    public async Task What_names_no_version_is_refused(string request, string answer)
    {
        await using var server = await ServeAsync();

        await server.RefusedAsync("DescribeDocument", request, answer);
    }
}
