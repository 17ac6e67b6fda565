using SsmSessions.Core.Tags;
using SsmSessions.Tests.Nodes;

namespace SsmSessions.Tests.Tags;

public sealed class TagRepositoryTests
{
    private static readonly TaggedResource Resource = new(TaggedResource.Document, "My-Document");

    [Fact]
    public async Task Changes_at_once_all_happen()
    {
        await using var world = await NodeWorld.OpenAsync();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(n => Task.Run(
            () => world.Tags.ChangeAsync(NodeWorld.Tenant, Resource, tags => tags[$"k{n}"] = "v", default))));

        Assert.Equal(Enumerable.Range(0, 8).Select(n => $"k{n}"), (await world.Tags.FindAsync(NodeWorld.Tenant, Resource, default)).Keys);
    }

    [Fact]
    public async Task Tags_come_and_go_with_the_writes_of_their_resource()
    {
        await using var world = await NodeWorld.OpenAsync();
        var put = TagRepository.Put(NodeWorld.Tenant, Resource, new Dictionary<string, string> { ["a"] = "1" });

        Assert.True(await world.Table.WriteAsync(put!, default));
        Assert.Equal([KeyValuePair.Create("a", "1")], await world.Tags.FindAsync(NodeWorld.Tenant, Resource, default));
        Assert.True(await world.Table.WriteAsync(TagRepository.Delete(NodeWorld.Tenant, Resource), default));
        Assert.Empty(await world.Tags.FindAsync(NodeWorld.Tenant, Resource, default));
        Assert.Null(TagRepository.Put(NodeWorld.Tenant, Resource, new Dictionary<string, string>()));
    }
}
