using System.Text;
using SsmSessions.Core.Store;
using SsmSessions.Storage.Sqlite;
using SsmSessions.Testing;
using SsmSessions.Testing.Store;

namespace SsmSessions.Tests.Store;

/// <summary>The store's contract on SQLite in memory.</summary>
public sealed class SqliteMemoryTableTests : TableContract
{
    protected override async Task<ITable> OpenAsync(ManualTimeProvider clock)
    {
        var table = new SqliteTable(new SqliteTableOptions(), clock);
        await table.OpenAsync(CancellationToken.None);
        return table;
    }
}

/// <summary>The store's contract on a SQLite file.</summary>
public sealed class SqliteFileTableTests : TableContract
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ssm-sessions-").FullName;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    protected override async Task<ITable> OpenAsync(ManualTimeProvider clock)
    {
        var table = new SqliteTable(new SqliteTableOptions { Folder = _folder }, clock);
        await table.OpenAsync(CancellationToken.None);
        return table;
    }
}

/// <summary>What is particular to the file.</summary>
public sealed class SqliteFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ssm-sessions-").FullName;

    [Fact]
    public async Task What_was_acknowledged_is_there_after_a_restart()
    {
        var item = new Item(new ItemKey("p", "s"), Encoding.UTF8.GetBytes("{}")) { Version = 7 };
        await using (var table = await OpenAsync())
            await table.WriteAsync(TableWrite.Put(item), default);

        await using var again = await OpenAsync();

        Assert.Equal(7, (await again.GetAsync(item.Key, consistent: true, default))?.Version);
    }

    [Fact]
    public async Task A_second_process_is_refused()
    {
        await using var first = await OpenAsync();

        var refused = await Assert.ThrowsAsync<StoreUnusableException>(OpenAsync);

        Assert.Equal($"the data folder {_folder} is in use by another process (or cannot be locked)", refused.Message);
    }

    [Fact]
    public async Task A_newer_schema_is_refused()
    {
        await using (var table = await OpenAsync())
        {
            var schema = new Item(new ItemKey(StoreSchema.ServicePartition, "schema"), Encoding.UTF8.GetBytes("""{"version":2}"""));
            await table.WriteAsync(TableWrite.Put(schema), default);
        }

        var refused = await Assert.ThrowsAsync<StoreUnusableException>(OpenAsync);

        Assert.Equal("the store has schema version 2, this program reads version 1", refused.Message);
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_refused()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "sessions.db"), new string('x', 8_192));

        var refused = await Assert.ThrowsAsync<StoreUnusableException>(OpenAsync);

        Assert.Contains("file is not a database", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_is_refused()
    {
        var file = Path.Combine(_folder, "file");
        await File.WriteAllTextAsync(file, "");
        var table = new SqliteTable(new SqliteTableOptions { Folder = Path.Combine(file, "below") }, TimeProvider.System);

        var refused = await Assert.ThrowsAsync<StoreUnusableException>(() => table.OpenAsync(default));

        Assert.StartsWith($"the data folder {Path.Combine(file, "below")} cannot be made: ", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_the_owner_can_read_the_folder()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "file modes are a Unix matter");
        var folder = Path.Combine(_folder, "data");
        await using var table = new SqliteTable(new SqliteTableOptions { Folder = folder }, TimeProvider.System);
        await table.OpenAsync(default);

        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(folder));
    }

    [Fact]
    public async Task Only_the_owner_can_read_the_files_though_everybody_can_read_the_folder()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "file modes are a Unix matter");
        if (OperatingSystem.IsWindows())
            return;
        const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        File.SetUnixFileMode(_folder, (UnixFileMode)0b111_101_101);
        var path = Path.Combine(_folder, "sessions.db");
        for (var isNew = true; ; isNew = false)
        {
            await using (await OpenAsync())
            {
                Assert.Equal(OwnerOnly, File.GetUnixFileMode(path));
                Assert.Equal(OwnerOnly, File.GetUnixFileMode(path + "-wal"));
            }

            if (!isNew)
                return;
            // As a former version left it.
            File.SetUnixFileMode(path, (UnixFileMode)0b110_100_100);
        }
    }

    [Fact]
    public async Task Expired_items_are_deleted_in_time()
    {
        var clock = new ManualTimeProvider();
        await using (var table = new SqliteTable(new SqliteTableOptions { Folder = _folder }, clock))
        {
            await table.OpenAsync(default);
            var item = new Item(new ItemKey("p", "old"), Encoding.UTF8.GetBytes("{}")) { ExpiresAt = clock.GetUtcNow().AddSeconds(10) };
            await table.WriteAsync(TableWrite.Put(item), default);
            clock.Advance(TimeSpan.FromMinutes(2));
            await table.WriteAsync(TableWrite.Put(new Item(new ItemKey("p", "new"), Encoding.UTF8.GetBytes("{}"))), default);
        }

        Assert.Equal(["new"], ReadColumn("SELECT sk FROM items WHERE pk = 'p'"));
    }

    [Theory]
    [InlineData(null, "sqlite_autoindex_items_1")]
    [InlineData("state", "by_state")]
    [InlineData("owner", "by_owner")]
    [InlineData("target", "by_target")]
    [InlineData("status", "by_status")]
    [InlineData("host", "by_host")]
    public async Task Every_query_reads_one_range_of_its_index(string? partition, string index)
    {
        await using (await OpenAsync())
        {
            // Opening creates the table.
        }

        var sort = partition is null ? "sk" : "sort";
        var plan = ReadColumn($"EXPLAIN QUERY PLAN SELECT pk FROM items WHERE {partition ?? "pk"} = 'x' AND {sort} >= '' AND {sort} < x'' ORDER BY {sort} DESC LIMIT 10", 3);

        var step = Assert.Single(plan);
        Assert.Contains($"{index} ({partition ?? "pk"}=? AND {sort}>? AND {sort}<?)", step, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("state")]
    [InlineData("owner")]
    [InlineData("target")]
    [InlineData("status")]
    [InlineData("host")]
    public async Task Stamps_are_read_from_the_index_alone(string partition)
    {
        await using (await OpenAsync())
        {
            // Opening creates the table.
        }

        var plan = ReadColumn(
            $"EXPLAIN QUERY PLAN SELECT stamp FROM items WHERE {partition} = 'x' AND sort >= '' AND sort < x'' AND (expires IS NULL OR expires > 1) ORDER BY sort DESC LIMIT 10",
            3);

        Assert.Contains($"USING COVERING INDEX by_{partition} ({partition}=? AND sort>? AND sort<?)", Assert.Single(plan), StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task<SqliteTable> OpenAsync()
    {
        var table = new SqliteTable(new SqliteTableOptions { Folder = _folder }, TimeProvider.System);
        try
        {
            await table.OpenAsync(default);
            return table;
        }
        catch
        {
            await table.DisposeAsync();
            throw;
        }
    }

    private List<string> ReadColumn(string query, int column = 0)
    {
        using var connection = new SqliteConnection(Path.Combine(_folder, "sessions.db"), isFile: true);
        using var statement = connection.Prepare(query);
        var values = new List<string>();
        while (statement.Step())
            values.Add(statement.Text(column));
        return values;
    }
}
