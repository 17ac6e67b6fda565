using System.Net;
using System.Text.Json;
using static SsmSessions.Tests.AwsJson.Actions.DocumentCalls;

namespace SsmSessions.Tests.AwsJson.Actions;

public sealed class ListDocumentsTests
{
    [Fact]
    public async Task A_document_is_listed_with_its_default_version()
    {
        await using var server = await ServeAsync();
        await server.CreateAsync(
            "doc", more: ""","DisplayName":"My doc","VersionName":"one","TargetType":"/x","Requires":[{"Name":"other"}],"Tags":[{"Key":"a","Value":"b"}]""");
        await server.UpdateAsync("doc", "2");

        await server.OkAsync(
            "ListDocuments",
            """{"Filters":[{"Key":"Owner","Values":["Self"]}]}""",
            $$"""{"DocumentIdentifiers":[{"CreatedDate":{{Now}},"DisplayName":"My doc","DocumentFormat":"JSON","DocumentType":"Session","DocumentVersion":"1","Name":"doc","Owner":"111111111111","PlatformTypes":{{Platforms}},"Requires":[{"Name":"other"}],"SchemaVersion":"1.0","Tags":[{"Key":"a","Value":"b"}],"TargetType":"/x","VersionName":"one"}]}""");
    }

    [Theory]
    [InlineData("""{"Filters":[{"Key":"Owner","Values":["Self"]},{"Key":"Name","Values":["x","be"]}]}""", "beta")]
    [InlineData("""{"DocumentFilterList":[{"key":"Owner","value":"Self"},{"key":"Name","value":"be"}]}""", "beta")]
    [InlineData("""{"DocumentFilterList":[{"key":"Name","value":"AWS-Start"}],"Filters":[{"Key":"Name","Values":["AWS-StartSSH","beta"]}]}""", "AWS-StartSSHSession")]
    [InlineData("""{"Filters":[{"Key":"tag:team","Values":["blue"]}]}""", "alpha")]
    [InlineData("""{"Filters":[{"Key":"DocumentType","Values":["Command"]}]}""", "beta")]
    [InlineData("""{"Filters":[{"Key":"Owner","Values":["Public"]}]}""", "")]
    public async Task Filters_limit_the_list(string request, string names)
    {
        await using var server = await ServeAsync();
        await server.CreateAsync("alpha", more: ""","Tags":[{"Key":"team","Value":"blue"}]""");
        await server.CreateAsync("beta", "{}", type: "Command");

        var (_, body) = await server.CallAsync("ListDocuments", request, Alice);

        Assert.Equal(names, string.Join(',', NamesOf(body)));
    }

    [Fact]
    public async Task Pages_follow_each_other_and_the_last_one_has_no_token()
    {
        await using var server = await ServeAsync();
        await server.CreateAsync("doc");
        var names = new List<string>();
        string? token = null;
        do
        {
            var (_, body) = await server.CallAsync(
                "ListDocuments", $$"""{"MaxResults":3{{(token is null ? "" : $",\"NextToken\":\"{token}\"")}}}""", Alice);
            names.AddRange(NamesOf(body));
            token = TokenOf(body);
        }
        while (token is not null);

        Assert.Equal(8, names.Count);
        Assert.Equal(names.Order(StringComparer.Ordinal), names);
        Assert.Equal("doc", names[^1]);
    }

    [Fact]
    public async Task A_token_belongs_to_its_list()
    {
        await using var server = await ServeAsync();
        var token = TokenOf((await server.CallAsync("ListDocuments", """{"MaxResults":1}""", Alice)).Body);
        const string Invalid = """{"__type":"InvalidNextToken","Message":"The specified token is not valid."}""";

        await server.RefusedAsync("ListDocuments", $$"""{"NextToken":"{{token}}"}""", Invalid, Bob);
        await server.RefusedAsync("ListDocuments", $$"""{"NextToken":"{{token}}","Filters":[{"Key":"Owner","Values":["Amazon"]}]}""", Invalid);
        await server.RefusedAsync("ListDocuments", """{"NextToken":"nonsense"}""", Invalid);
        Assert.Equal(HttpStatusCode.OK, (await server.CallAsync("ListDocuments", $$"""{"NextToken":"{{token}}"}""", Alice)).Status);
    }

    [Theory]
    [InlineData("""{"Filters":[{"Key":"owner","Values":["Self"]}]}""", """{"__type":"InvalidFilterKey"}""")]
    [InlineData("""{"Filters":[{"Key":"Owner","Values":["Self","Amazon"]}]}""", """{"__type":"ValidationException","message":"The Owner filter must have exactly one of the values [Amazon, Private, Public, Self, ThirdParty]."}""")]
    [InlineData("""{"MaxResults":51,"DocumentFilterList":[]}""", """{"__type":"ValidationException","message":"2 validation errors detected: Value '[]' at 'documentFilterList' failed to satisfy constraint: Member must have length greater than or equal to 1; Value '51' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 50"}""")]
    [InlineData("""{"DocumentFilterList":[{"key":"x","value":""}]}""", """{"__type":"ValidationException","message":"2 validation errors detected: Value 'x' at 'documentFilterList.1.member.key' failed to satisfy constraint: Member must satisfy enum value set: [Name, Owner, PlatformTypes, DocumentType]; Value '' at 'documentFilterList.1.member.value' failed to satisfy constraint: Member must have length greater than or equal to 1"}""")]
    [InlineData("""{"Filters":[{"Key":"","Values":[""]}]}""", """{"__type":"ValidationException","message":"2 validation errors detected: Value '' at 'filters.1.member.key' failed to satisfy constraint: Member must have length greater than or equal to 1; Value '[]' at 'filters.1.member.values' failed to satisfy constraint: Member must satisfy constraint: [Member must have length less than or equal to 256, Member must have length greater than or equal to 1]"}""")]
    [InlineData("""{"Filters":[{"Key":"a","Values":["b"]},{},{},{},{},{},{}]}""", """{"__type":"ValidationException","message":"1 validation error detected: Value '[DocumentKeyValuesFilter(key=a, values=[b]), DocumentKeyValuesFilter(key=null, values=null), DocumentKeyValuesFilter(key=null, values=null), DocumentKeyValuesFilter(key=null, values=null), DocumentKeyValuesFilter(key=null, values=null), DocumentKeyValuesFilter(key=null, values=null), DocumentKeyValuesFilter(key=null, values=null)]' at 'filters' failed to satisfy constraint: Member must have length less than or equal to 6"}""")]
    public async Task What_is_no_filter_is_refused(string request, string answer)
    {
        await using var server = await ServeAsync();

        await server.RefusedAsync("ListDocuments", request, answer);
    }

    private static IEnumerable<string> NamesOf(string body)
    {
        using var json = JsonDocument.Parse(body);
        return [.. json.RootElement.GetProperty("DocumentIdentifiers").EnumerateArray().Select(d => d.GetProperty("Name").GetString()!)];
    }
}
