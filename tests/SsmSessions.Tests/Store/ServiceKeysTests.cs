using SsmSessions.Core.Store;
using SsmSessions.Storage.Sqlite;

namespace SsmSessions.Tests.Store;

public sealed class ServiceKeysTests : IAsyncLifetime
{
    private readonly SqliteTable _table = new(new SqliteTableOptions(), TimeProvider.System);

    public async ValueTask InitializeAsync() => await _table.OpenAsync(CancellationToken.None);

    public ValueTask DisposeAsync() => _table.DisposeAsync();

    [Fact]
    public async Task A_key_is_made_once_and_found_by_every_host()
    {
        var keys = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Task.Run(() => Get("page-token"))));

        Assert.All(keys, key => Assert.Equal(keys[0], key));
        Assert.Equal(32, keys[0].Length);
        Assert.NotEqual(keys[0], new byte[32]);
        Assert.NotEqual(keys[0], await Get("issued-credentials"));
    }

    [Fact]
    public async Task A_key_survives_a_reset()
    {
        var key = await Get("page-token");
        await _table.ClearAsync(new HashSet<string> { StoreSchema.ServicePartition }, CancellationToken.None);

        Assert.Equal(key, await Get("page-token"));
    }

    [Fact]
    public async Task One_host_asks_the_store_once()
    {
        var keys = new ServiceKeys(_table);
        var key = await keys.GetAsync("page-token", CancellationToken.None);

        var again = keys.GetAsync("page-token", CancellationToken.None);

        Assert.True(again.IsCompletedSuccessfully);
        Assert.Same(key, await again);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"version":1,"key":"AAAA"}""")]
    [InlineData("""{"version":1,"key":"!"}""")]
    [InlineData("""{"version":1,"key":null}""")]
    [InlineData("""{"version":2,"key":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}""")]
    public async Task A_key_that_cannot_be_read_makes_the_store_unusable(string body)
    {
        var key = new ItemKey(StoreSchema.ServicePartition, "key/page-token");
        await _table.WriteAsync(TableWrite.Put(new Item(key, System.Text.Encoding.UTF8.GetBytes(body))), CancellationToken.None);

        var unusable = await Assert.ThrowsAsync<StoreUnusableException>(() => Get("page-token"));

        Assert.Equal("the service key 'page-token' in the store cannot be read", unusable.Message);
    }

    private async Task<byte[]> Get(string name) => await new ServiceKeys(_table).GetAsync(name, CancellationToken.None);
}
