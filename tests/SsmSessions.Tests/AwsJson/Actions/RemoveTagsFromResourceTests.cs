using System.Net;
using SsmSessions.Testing;
using SsmSessions.Tests.Nodes;

namespace SsmSessions.Tests.AwsJson.Actions;

public sealed class RemoveTagsFromResourceTests
{
    [Fact]
    public async Task Tags_go_and_absent_keys_are_ignored()
    {
        await using var server = await TestServer.StartAsync();
        var agent = await Agent.RegisteredAsync(server, """{"IamRole":"Nodes","Tags":[{"Key":"a","Value":"1"},{"Key":"b","Value":"2"}]}""");

        Assert.Equal((HttpStatusCode.OK, "{}"), await RemoveAsync(server, agent.Id, """["a","c"]"""));
        Assert.Equal((HttpStatusCode.OK, """{"TagList":[{"Key":"b","Value":"2"}]}"""), await ListAsync(server, agent.Id));
        Assert.Equal((HttpStatusCode.OK, "{}"), await RemoveAsync(server, agent.Id, """["b"]"""));
        Assert.Equal((HttpStatusCode.OK, "{}"), await RemoveAsync(server, agent.Id, """["b"]"""));
        Assert.Equal((HttpStatusCode.OK, """{"TagList":[]}"""), await ListAsync(server, agent.Id));
    }

    [Fact]
    public async Task A_resource_that_does_not_exist_is_refused_without_a_word()
    {
        await using var server = await TestServer.StartAsync();

        Assert.Equal((HttpStatusCode.BadRequest, """{"__type":"InvalidResourceId"}"""), await RemoveAsync(server, "mi-0123456789abcdef0", "[]"));
    }

    [Fact]
    public async Task Each_key_has_a_form()
    {
        await using var server = await TestServer.StartAsync();

        Assert.Equal(
            (HttpStatusCode.BadRequest, """{"__type":"ValidationException","message":"1 validation error detected: Value '[a, b!]' at 'tagKeys' failed to satisfy constraint: Member must satisfy constraint: [Member must have length less than or equal to 128, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: ^([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*)$]"}"""),
            await RemoveAsync(server, "mi-0123456789abcdef0", """["a","b!"]"""));
    }

    private static Task<(HttpStatusCode Status, string Body)> RemoveAsync(TestServer server, string id, string keys) =>
        server.CallAsync("RemoveTagsFromResource", $$"""{"ResourceType":"ManagedInstance","ResourceId":"{{id}}","TagKeys":{{keys}}}""");

    private static Task<(HttpStatusCode Status, string Body)> ListAsync(TestServer server, string id) =>
        server.CallAsync("ListTagsForResource", $$"""{"ResourceType":"ManagedInstance","ResourceId":"{{id}}"}""");
}
