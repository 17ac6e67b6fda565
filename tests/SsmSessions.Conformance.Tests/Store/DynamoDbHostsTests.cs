using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using SsmSessions.Core.Store;
using SsmSessions.Storage.DynamoDb;
using SsmSessions.Testing;
using SsmSessions.Testing.DynamoDb;

namespace SsmSessions.Conformance.Tests.Store;

/// <summary>Several hosts on one table of DynamoDB, and the tables that a host may find.</summary>
[Collection("DynamoDB")]
public sealed class DynamoDbHostsTests : IAsyncLifetime
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private static readonly ItemKey Key = new("p", "s");

    private readonly List<ITable> _hosts = [];
    private readonly ManualTimeProvider _clock = new();
    private DynamoDbEmulator _emulator = null!;
    private DynamoDbTableOptions _options = null!;

    public async ValueTask InitializeAsync()
    {
        _emulator = await DynamoDbEmulator.RequireAsync();
        _options = _emulator.NewTable();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts)
            await host.DisposeAsync();
        if (_emulator is null)
            return;
        using var client = _emulator.CreateClient();
        try
        {
            await client.DeleteTableAsync(_options.TableName);
        }
        catch (ResourceNotFoundException)
        {
            // Some tests have none.
        }
    }

    [Fact]
    public async Task A_change_by_another_host_is_seen()
    {
        var (here, there) = (await OpenAsync(), await OpenAsync());
        await here.WriteAsync(TableWrite.Put(NewItem(1)), CancellationToken.None);

        var changed = here.WaitForChangeAsync(Key, 1, CancellationToken.None);
        await there.WriteAsync(TableWrite.Put(NewItem(2), Precondition.VersionIs(1)), CancellationToken.None);
        await changed.WaitAsync(Deadline);

        var deleted = here.WaitForChangeAsync(Key, 2, CancellationToken.None);
        await there.WriteAsync(TableWrite.Delete(Key), CancellationToken.None);
        await deleted.WaitAsync(Deadline);
    }

    [Fact]
    public async Task An_item_that_expires_wakes_who_waits_for_a_change()
    {
        var here = await OpenAsync();
        await here.WriteAsync(TableWrite.Put(NewItem(1) with { ExpiresAt = _clock.GetUtcNow().AddMinutes(1) }), CancellationToken.None);
        var waiting = here.WaitForChangeAsync(Key, 1, CancellationToken.None);

        _clock.Advance(TimeSpan.FromMinutes(1));

        await waiting.WaitAsync(Deadline);
    }

    [Fact]
    public async Task Hosts_may_create_the_table_at_the_same_time()
    {
        var hosts = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => OpenAsync()));

        var numbers = await Task.WhenAll(hosts.Select(host => host.IncrementAsync(Key, 1, CancellationToken.None)));

        Assert.Equal([1, 2, 3, 4, 5, 6], numbers.Order());
    }

    [Fact]
    public async Task A_table_keeps_its_items_between_hosts()
    {
        var before = await OpenAsync();
        await before.WriteAsync(TableWrite.Put(NewItem(7)), CancellationToken.None);
        await before.DisposeAsync();

        var after = await OpenAsync();

        Assert.Equal(7, (await after.GetAsync(Key, consistent: true, CancellationToken.None))!.Version);
    }

    [Fact]
    public async Task A_put_whose_answer_is_lost_is_done_once()
    {
        var host = await OpenAsync(losing: "PutItem");

        Assert.True(await host.WriteAsync(TableWrite.Put(NewItem(1), Precondition.Absent), CancellationToken.None));
        Assert.True(await host.WriteAsync(TableWrite.Put(NewItem(2), Precondition.VersionIs(1)), CancellationToken.None));

        Assert.Equal(2, (await host.GetAsync(Key, consistent: true, CancellationToken.None))!.Version);
    }

    [Fact]
    public async Task A_transaction_whose_answer_is_lost_is_done_once()
    {
        Assert.SkipWhen(_emulator.MostTransactionItems == 0, "This emulator of DynamoDB has no transactions.");
        var host = await OpenAsync(losing: "TransactWriteItems");
        var other = new ItemKey("p", "other");

        Assert.True(await host.WriteAsync(
            [TableWrite.Put(NewItem(1), Precondition.Absent), TableWrite.Check(other, Precondition.Absent)], CancellationToken.None));
        Assert.True(await host.WriteAsync(
            [TableWrite.Delete(Key, Precondition.VersionIs(1)), TableWrite.Check(other, Precondition.Absent)], CancellationToken.None));

        Assert.Null(await host.GetAsync(Key, consistent: true, CancellationToken.None));
    }

    [Fact]
    public async Task A_conditional_delete_whose_answer_is_lost_says_that_it_does_not_know()
    {
        var host = await OpenAsync(losing: "DeleteItem");
        await host.WriteAsync(TableWrite.Put(NewItem(1)), CancellationToken.None);

        await Assert.ThrowsAsync<StoreUnavailableException>(
            () => host.WriteAsync(TableWrite.Delete(Key, Precondition.VersionIs(1)), CancellationToken.None));

        Assert.Null(await host.GetAsync(Key, consistent: true, CancellationToken.None));
        Assert.True(await host.WriteAsync(TableWrite.Delete(Key), CancellationToken.None));
    }

    [Fact]
    public async Task A_table_that_was_made_for_something_else_is_refused()
    {
        using var client = _emulator.CreateClient();
        await client.CreateTableAsync(new CreateTableRequest
        {
            TableName = _options.TableName,
            BillingMode = BillingMode.PAY_PER_REQUEST,
            KeySchema = [new("pk", KeyType.HASH), new("sk", KeyType.RANGE)],
            AttributeDefinitions = [new("pk", ScalarAttributeType.S), new("sk", ScalarAttributeType.S)],
        });

        var unusable = await Assert.ThrowsAsync<StoreUnusableException>(() => OpenAsync());

        Assert.EndsWith($": table {_options.TableName} was not made for this program: it has no index ByState", unusable.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_table_is_not_created_by_a_host_that_may_not()
    {
        _options = _options with { CreateTable = false };

        var unusable = await Assert.ThrowsAsync<StoreUnusableException>(() => OpenAsync());

        Assert.EndsWith($": table {_options.TableName} does not exist, and this process does not create it", unusable.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, "ENABLED")]
    [InlineData(false, "DISABLED")]
    public async Task DynamoDB_deletes_expired_items_by_its_own_clock_if_it_may(bool writeTimeToLive, string status)
    {
        Assert.SkipWhen(_emulator.MostTransactionItems == 0, "This emulator of DynamoDB has no time to live.");
        _options = _options with { WriteTimeToLive = writeTimeToLive };
        await OpenAsync();

        using var client = _emulator.CreateClient();
        var timeToLive = (await client.DescribeTimeToLiveAsync(_options.TableName)).TimeToLiveDescription;

        Assert.Equal(status, timeToLive.TimeToLiveStatus.Value);
        Assert.Equal(writeTimeToLive ? "ttl" : null, timeToLive.AttributeName);
    }

    [Fact]
    public async Task Consumed_capacity_is_measured_by_operation_and_index()
    {
        var host = await OpenAsync();
        await host.PutManyAsync(
            [.. Enumerable.Range(0, 20).Select(i => new Item(new ItemKey($"{i}", "s"), Body(400)) { Indexes = new IndexKeys { State = "a", Sort = $"{i}" } })],
            CancellationToken.None);
        var consumed = new ConcurrentQueue<string>();
        // Tables of other tests are measured in this process, too: what counts is what this test calls.
        var isMine = new AsyncLocal<bool> { Value = true };
        using var listener = Listen((operation, index, units) =>
        {
            if (isMine.Value)
                consumed.Enqueue($"{operation} {index} {units:0.0}");
        });

        await host.QueryAsync(new TableQuery(TableIndex.ByState, "a") { Limit = 8 }, CancellationToken.None);
        await host.QueryAsync(new TableQuery(TableIndex.ByState, "a") { Limit = 16 }, CancellationToken.None);
        await host.GetAsync(new ItemKey("1", "s"), consistent: true, CancellationToken.None);

        // Half a unit for each 4 KB of an index: 8 rows of less than 500 bytes are one, 16 are two.
        Assert.Equal(["Query ByState 0.5", "Query ByState 1.0", "GetItem table 1.0"], consumed);
    }

    private static Item NewItem(long version) => new(Key, Body(2)) { Version = version };

    private static ReadOnlyMemory<byte> Body(int bytes) => Encoding.UTF8.GetBytes('"' + new string('x', bytes - 2) + '"');

    private static MeterListener Listen(Action<string, string, double> measured)
    {
        var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == DynamoDbTable.MeterName && instrument.Name == "consumed_capacity")
                self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>((_, units, tags, _) =>
        {
            var values = tags.ToArray().ToDictionary(tag => tag.Key, tag => (string)tag.Value!);
            measured(values["operation"], values["index"], units);
        });
        listener.Start();
        return listener;
    }

    private async Task<ITable> OpenAsync(string? losing = null)
    {
        var host = losing is null
            ? new DynamoDbTable(_options, _clock)
            : new DynamoDbTable(_options, _clock, TimeProvider.System, () => AnswerLosingClient.Create(_options, losing));
        lock (_hosts)
            _hosts.Add(host);
        await host.OpenAsync(TestContext.Current.CancellationToken);
        return host;
    }
}
