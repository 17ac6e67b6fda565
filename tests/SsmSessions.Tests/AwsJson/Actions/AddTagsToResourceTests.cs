using System.Net;
using SsmSessions.Core.Hosts;
using SsmSessions.Testing;
using SsmSessions.Tests.Nodes;

namespace SsmSessions.Tests.AwsJson.Actions;

public sealed class AddTagsToResourceTests
{
    [Fact]
    public async Task A_key_that_is_there_gets_its_new_value()
    {
        await using var server = await TestServer.StartAsync();
        var agent = await Agent.RegisteredAsync(server, """{"IamRole":"Nodes","Tags":[{"Key":"team","Value":"blue"}]}""");

        var added = await AddAsync(server, agent.Id, """[{"Key":"Team","Value":"b"},{"Key":"team","Value":"red"},{"Key":"stage","Value":""}]""");

        Assert.Equal((HttpStatusCode.OK, "{}"), added);
        Assert.Equal(
            (HttpStatusCode.OK, """{"TagList":[{"Key":"Team","Value":"b"},{"Key":"stage","Value":""},{"Key":"team","Value":"red"}]}"""),
            await server.CallAsync("ListTagsForResource", $$"""{"ResourceType":"ManagedInstance","ResourceId":"{{agent.Id}}"}"""));
    }

    [Fact]
    public async Task More_than_fifty_tags_are_refused_without_a_word_and_nothing_changes()
    {
        await using var server = await TestServer.StartAsync();
        var agent = await Agent.RegisteredAsync(server);
        await AddAsync(server, agent.Id, $"[{string.Join(',', Enumerable.Range(0, 50).Select(n => $$"""{"Key":"k{{n}}","Value":"v"}"""))}]");

        Assert.Equal((HttpStatusCode.BadRequest, """{"__type":"TooManyTagsError"}"""), await AddAsync(server, agent.Id, """[{"Key":"k50","Value":"v"}]"""));
        Assert.Equal((HttpStatusCode.OK, "{}"), await AddAsync(server, agent.Id, """[{"Key":"k49","Value":"w"}]"""));
    }

    [Fact]
    public async Task Keys_of_AWS_are_reserved()
    {
        await using var server = await TestServer.StartAsync();
        var agent = await Agent.RegisteredAsync(server);

        Assert.Equal(
            (HttpStatusCode.BadRequest, """{"__type":"ValidationException","message":"Tag keys that begin with aws: are reserved for internal use."}"""),
            await AddAsync(server, agent.Id, """[{"Key":"aws:team","Value":"v"}]"""));
    }

    [Fact]
    public async Task A_hybrid_node_that_a_host_carries_can_be_tagged_and_found_by_its_tags()
    {
        const string Id = "mi-0123456789abcdef0";
        await using var server = await TestServer.StartAsync(configure: options => options.Nodes.Add(new HostedNode(Id, NodeKind.Echo)));

        Assert.Equal((HttpStatusCode.OK, "{}"), await AddAsync(server, Id, """[{"Key":"team","Value":"blue"}]"""));
        var (_, listed) = await server.CallAsync("DescribeInstanceInformation", """{"Filters":[{"Key":"tag:team","Values":["blue"]}]}""");
        Assert.Contains(Id, listed, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ManagedInstance", "mi-0123456789abcdef0")]
    [InlineData("ManagedInstance", TestServer.Node)]
    [InlineData("Parameter", "x")]
    [InlineData("Document", "Nobody-Wrote-This")]
    public async Task A_resource_that_does_not_exist_is_refused_without_a_word(string type, string id)
    {
        await using var server = await TestServer.StartAsync();

        Assert.Equal(
            (HttpStatusCode.BadRequest, """{"__type":"InvalidResourceId"}"""),
            await server.CallAsync("AddTagsToResource", $$"""{"ResourceType":"{{type}}","ResourceId":"{{id}}","Tags":[]}"""));
    }

    [Fact]
    public async Task Constraints_are_named()
    {
        await using var server = await TestServer.StartAsync();

        Assert.Equal(
            (HttpStatusCode.BadRequest, """{"__type":"ValidationException","message":"5 validation errors detected: Value 'Node' at 'resourceType' failed to satisfy constraint: Member must satisfy enum value set: [Document, ManagedInstance, MaintenanceWindow, Parameter, PatchBaseline, OpsItem, OpsMetadata, Automation, Association]; Value null at 'resourceId' failed to satisfy constraint: Member must not be null; Value 'a!' at 'tags.1.member.key' failed to satisfy constraint: Member must satisfy regular expression pattern: ^([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*)$; Value null at 'tags.1.member.value' failed to satisfy constraint: Member must not be null; Value null at 'tags.2.member.key' failed to satisfy constraint: Member must not be null"}"""),
            await server.CallAsync("AddTagsToResource", """{"ResourceType":"Node","Tags":[{"Key":"a!"},{"Value":"b"}]}"""));
    }

    private static Task<(HttpStatusCode Status, string Body)> AddAsync(TestServer server, string id, string tags) =>
        server.CallAsync("AddTagsToResource", $$"""{"ResourceType":"ManagedInstance","ResourceId":"{{id}}","Tags":{{tags}}}""");
}
