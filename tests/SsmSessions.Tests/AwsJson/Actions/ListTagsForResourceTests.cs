using System.Net;
using SsmSessions.Testing;
using SsmSessions.Tests.Nodes;

namespace SsmSessions.Tests.AwsJson.Actions;

public sealed class ListTagsForResourceTests
{
    [Fact]
    public async Task A_node_without_tags_has_an_empty_list()
    {
        await using var server = await TestServer.StartAsync();
        var agent = await Agent.RegisteredAsync(server);

        Assert.Equal(
            (HttpStatusCode.OK, """{"TagList":[]}"""),
            await server.CallAsync("ListTagsForResource", $$"""{"ResourceType":"ManagedInstance","ResourceId":"{{agent.Id}}"}"""));
    }

    [Fact]
    public async Task A_node_of_another_tenant_does_not_exist()
    {
        await using var server = await TestServer.StartAsync();
        var agent = await Agent.RegisteredAsync(server);

        Assert.Equal(
            (HttpStatusCode.BadRequest, """{"__type":"InvalidResourceId"}"""),
            await server.CallAsync("ListTagsForResource", $$"""{"ResourceType":"ManagedInstance","ResourceId":"{{agent.Id}}"}""", "111122223333"));
    }

    [Fact]
    public async Task Type_and_id_are_needed()
    {
        await using var server = await TestServer.StartAsync();

        Assert.Equal(
            (HttpStatusCode.BadRequest, """{"__type":"ValidationException","message":"2 validation errors detected: Value null at 'resourceType' failed to satisfy constraint: Member must not be null; Value null at 'resourceId' failed to satisfy constraint: Member must not be null"}"""),
            await server.CallAsync("ListTagsForResource", "{}"));
    }
}
