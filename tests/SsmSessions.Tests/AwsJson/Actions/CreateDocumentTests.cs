using static SsmSessions.Tests.AwsJson.Actions.DocumentCalls;

namespace SsmSessions.Tests.AwsJson.Actions;

public sealed class CreateDocumentTests
{
    [Fact]
    public async Task A_Session_document_is_described()
    {
        await using var server = await ServeAsync();

        Assert.Equal(
            $$$"""{"DocumentDescription":{"CreatedDate":{{{Now}}},"DefaultVersion":"1","Description":"1","DocumentFormat":"JSON","DocumentType":"Session","DocumentVersion":"1","Hash":"83d6951eb87ec352036c6516a4017b05f7182bdc1503ff4e88ba0c6bfc3884ea","HashType":"Sha256","LatestVersion":"1","Name":"doc","Owner":"111111111111","Parameters":[],"PlatformTypes":{{{Platforms}}},"SchemaVersion":"1.0","Status":"Creating","Tags":[]}}""",
            await server.CreateAsync("doc"));
    }

    [Fact]
    public async Task All_members_are_described()
    {
        await using var server = await ServeAsync();

        Assert.Equal(
            $$$"""{"DocumentDescription":{"AttachmentsInformation":[{"Name":"file.zip"}],"CreatedDate":{{{Now}}},"DefaultVersion":"1","Description":"d","DisplayName":"My doc","DocumentFormat":"YAML","DocumentType":"Command","DocumentVersion":"1","Hash":"e309212c2eb1ef4c9e1836c37ff688c321c8b79e58b8883f2bd56215ce7ebea7","HashType":"Sha256","LatestVersion":"1","Name":"doc","Owner":"111111111111","Parameters":[{"DefaultValue":"[\"a\"]","Description":"all","Name":"p","Type":"StringList"}],"PlatformTypes":{{{Platforms}}},"Requires":[{"Name":"other","RequireType":"x","Version":"$LATEST","VersionName":"v"}],"SchemaVersion":"2.2","Status":"Creating","Tags":[{"Key":"a","Value":"b"},{"Key":"c","Value":""}],"TargetType":"/AWS::EC2::Instance","VersionName":"v1"}}""",
            await server.CreateAsync(
                "doc",
                "schemaVersion: '2.2'\ndescription: d\nparameters: {p: {type: StringList, description: all, default: [a]}}",
                ""","DocumentFormat":"YAML","DisplayName":"My doc","VersionName":"v1","TargetType":"/AWS::EC2::Instance","Requires":[{"Name":"other","Version":"$LATEST","RequireType":"x","VersionName":"v"}],"Attachments":[{"Key":"SourceUrl","Values":["s3://b/k"],"Name":"file.zip"}],"Tags":[{"Key":"a","Value":"b"},{"Key":"c","Value":""}]""",
                "Command"));
    }

    [Fact]
    public async Task Without_type_and_format_it_is_a_Command_in_JSON()
    {
        await using var server = await ServeAsync();

        await server.OkAsync(
            "CreateDocument",
            """{"Name":"doc","Content":"{}"}""",
            $$$"""{"DocumentDescription":{"CreatedDate":{{{Now}}},"DefaultVersion":"1","DocumentFormat":"JSON","DocumentType":"Command","DocumentVersion":"1","Hash":"44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","HashType":"Sha256","LatestVersion":"1","Name":"doc","Owner":"111111111111","Parameters":[],"PlatformTypes":{{{Platforms}}},"Status":"Creating","Tags":[]}}""");
    }

    [Fact]
    public async Task A_name_that_is_taken_is_refused()
    {
        await using var server = await ServeAsync();
        await server.CreateAsync("doc");

        await server.RefusedAsync(
            "CreateDocument",
            """{"Name":"doc","Content":"{}"}""",
            """{"__type":"DocumentAlreadyExists","Message":"Document with same name doc already exists"}""");
    }

    [Theory]
    [InlineData("""{"Name":"AWS-doc","Content":"{}"}""", """{"__type":"ValidationException","message":"Invalid document name AWS-doc. The prefix aws- is reserved."}""")]
    [InlineData("""{"Name":"doc","Content":"https://example"}""", """{"__type":"InvalidDocumentContent","Message":"JSON not well-formed. at Line: 1, Column: 6"}""")]
    [InlineData("""{"Name":"doc","DocumentType":"Session","Content":"{\"schemaVersion\":\"2.0\"}"}""", """{"__type":"InvalidDocumentSchemaVersion","Message":"2.0 is not a valid schema version for Session document type"}""")]
    [InlineData("""{"Name":"doc","DocumentType":"Session","Content":"{\"schemaVersion\":\"1.0\",\"sessionType\":\"Port\",\"inputs\":{\"idleSessionTimeout\":\"90\"}}"}""", """{"__type":"InvalidDocumentContent","Message":"idleSessionTimeout must be a number of minutes from 1 to 60."}""")]
    [InlineData("""{"Name":"doc","Content":"{}","Tags":[{"Key":"aws:x","Value":""}]}""", """{"__type":"ValidationException","message":"Tag keys that begin with aws: are reserved for internal use."}""")]
    public async Task What_breaks_a_rule_is_refused(string request, string answer)
    {
        await using var server = await ServeAsync();

        await server.RefusedAsync("CreateDocument", request, answer);
    }

    [Fact]
    public async Task Content_over_64_KB_is_refused()
    {
        await using var server = await ServeAsync();

        await server.RefusedAsync(
            "CreateDocument",
            $$"""{"Name":"doc","Content":"{{new string(' ', 65_537)}}"}""",
            """{"__type":"MaxDocumentSizeExceeded","Message":"The size limit of a document is 64 KB."}""");
    }

    [Fact]
    public async Task More_than_50_tags_are_refused()
    {
        await using var server = await ServeAsync();
        var tags = string.Join(',', Enumerable.Range(0, 51).Select(i => $$"""{"Key":"k{{i}}","Value":""}"""));

        await server.RefusedAsync("CreateDocument", $$"""{"Name":"doc","Content":"{}","Tags":[{{tags}}]}""", """{"__type":"TooManyTagsError"}""");
    }

    [Theory]
    [InlineData("{}", "2 validation errors detected: Value null at 'content' failed to satisfy constraint: Member must not be null; Value null at 'name' failed to satisfy constraint: Member must not be null")]
    [InlineData("""{"Name":"a b","Content":""}""", """2 validation errors detected: Value '' at 'content' failed to satisfy constraint: Member must have length greater than or equal to 1; Value 'a b' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[a-zA-Z0-9_\\-.]{3,128}$""")]
    [InlineData("""{"Name":"doc","Content":"{}","DocumentFormat":"XML","VersionName":"","TargetType":"x","DisplayName":"a;b"}""", """4 validation errors detected: Value 'a;b' at 'displayName' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[\\w\\.\\-\\:\\/ ]*$; Value '' at 'versionName' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[a-zA-Z0-9_\\-.]{1,128}$; Value 'XML' at 'documentFormat' failed to satisfy constraint: Member must satisfy enum value set: [YAML, JSON, TEXT]; Value 'x' at 'targetType' failed to satisfy constraint: Member must satisfy regular expression pattern: ^\\/[\\w\\.\\-\\:\\/]*$""")]
    [InlineData("""{"Name":"doc","Content":"{}","Requires":[],"Attachments":[{"Key":"x","Values":["a","b"],"Name":"f"}]}""", """4 validation errors detected: Value '[]' at 'requires' failed to satisfy constraint: Member must have length greater than or equal to 1; Value 'x' at 'attachments.1.member.key' failed to satisfy constraint: Member must satisfy enum value set: [SourceUrl, S3FileUrl, AttachmentReference]; Value '[a, b]' at 'attachments.1.member.values' failed to satisfy constraint: Member must have length less than or equal to 1; Value 'f' at 'attachments.1.member.name' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[a-zA-Z0-9_\\-.]{3,128}$""")]
    [InlineData("""{"Name":"doc","Content":"{}","Requires":[{"Version":"0"}],"Tags":[{"Key":"!"}]}""", """4 validation errors detected: Value null at 'requires.1.member.name' failed to satisfy constraint: Member must not be null; Value '0' at 'requires.1.member.version' failed to satisfy constraint: Member must satisfy regular expression pattern: ([$]LATEST|[$]DEFAULT|^[1-9][0-9]*$); Value '!' at 'tags.1.member.key' failed to satisfy constraint: Member must satisfy regular expression pattern: ^([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*)$; Value null at 'tags.1.member.value' failed to satisfy constraint: Member must not be null""")]
    public async Task What_violates_the_model_is_refused(string request, string message)
    {
        await using var server = await ServeAsync();

        await server.RefusedAsync("CreateDocument", request, $$"""{"__type":"ValidationException","message":"{{message}}"}""");
    }
}
