using System.Diagnostics;
using SsmSessions.Testing;

namespace SsmSessions.Conformance.Tests.Crashes;

/// <summary>A folder that cannot hold the store is told in one line, and the exit status is 2.</summary>
public sealed class UnusableFolderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ssm-sessions-").FullName;

    private string Data => Path.Combine(_folder, "data");

    private string Database => Path.Combine(Data, "sessions.db");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_read_only_file_system()
    {
        await using var disk = await SmallDisk.RequireAsync("size=1m,ro");
        await AssertRefusedAsync(disk.Folder, $"the data folder {disk.Folder} cannot be used: Read-only file system : '{disk.Folder}/sessions.lock'");
    }

    /// <summary>Wherever the space ends, it is told so.</summary>
    [Theory]
    [InlineData(16)]
    [InlineData(32)]
    [InlineData(64)]
    [InlineData(88)]
    [InlineData(96)]
    public async Task A_file_system_that_is_full_before_it_is_ready(int kilobytes)
    {
        await using var disk = await SmallDisk.RequireAsync($"size={kilobytes}k");
        var (exitCode, output, errors) = await RunAsync(disk.Folder);
        Assert.Equal((2, ""), (exitCode, output));
        Assert.Matches(@"\Assm-sessions: [^\n]*(full|space)[^\n]*\n\z", errors);
    }

    [Fact]
    public async Task A_file_in_place_of_the_folder()
    {
        await File.WriteAllTextAsync(Data, "");
        var (exitCode, output, errors) = await RunAsync(Data);
        Assert.Equal((2, ""), (exitCode, output));
        Assert.Matches($@"\Assm-sessions: the data folder {Data} cannot be made: [^\n]+\n\z", errors);
    }

    [Fact]
    public async Task A_folder_in_place_of_the_file()
    {
        Directory.CreateDirectory(Database);
        await AssertRefusedAsync(Data, $"the store at {Database} cannot be opened: unable to open database file (SQLite error 14)");
    }

    [Fact]
    public async Task A_file_that_is_no_database()
    {
        Directory.CreateDirectory(Data);
        await File.WriteAllTextAsync(Database, new string('x', 10_000));
        await AssertRefusedAsync(Data, $"the store at {Database} cannot be opened: file is not a database (SQLite error 26)");
    }

    [Fact]
    public async Task A_file_that_cannot_be_written()
    {
        Directory.CreateDirectory(Data);
        await File.WriteAllBytesAsync(Database, []);
        Assert.SkipUnless(await CanProtectAsync(Database, "+i"), "this file system has no immutable files, or we may not make one");
        try
        {
            await AssertRefusedAsync(Data, $"the store at {Database} cannot be opened: attempt to write a readonly database (SQLite error 8)");
        }
        finally
        {
            await CanProtectAsync(Database, "-i");
        }
    }

    [Fact]
    public async Task A_folder_that_another_process_uses()
    {
        await using var host = await ServiceProcess.StartAsync("--data", Data);
        await AssertRefusedAsync(Data, $"the data folder {Data} is in use by another process (or cannot be locked)");
    }

    [Fact]
    public async Task A_file_that_another_program_has_locked()
    {
        await using (await ServiceProcess.StartAsync("--data", Data))
        {
        }

        Assert.SkipUnless(File.Exists("/usr/bin/sqlite3"), "there is no sqlite3 here");
        using var other = Process.Start(new ProcessStartInfo("sqlite3", [Database])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        await other.StandardInput.WriteLineAsync("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; SELECT 'locked';");
        await other.StandardInput.FlushAsync();
        while (await other.StandardOutput.ReadLineAsync() is not (null or "locked"))
        {
        }

        await AssertRefusedAsync(Data, $"the store at {Database} cannot be opened: database is locked (SQLite error 5)");
        other.StandardInput.Close();
        await other.WaitForExitAsync();
    }

    private static async Task AssertRefusedAsync(string data, string line)
    {
        var (exitCode, output, errors) = await RunAsync(data);
        Assert.Equal((2, "", $"ssm-sessions: {line}\n"), (exitCode, output, errors));
    }

    private static Task<(int ExitCode, string Output, string Errors)> RunAsync(string data) =>
        ServiceProcess.RunAsync(["--data", data, "--urls", "http://127.0.0.1:0"]);

    private static async Task<bool> CanProtectAsync(string path, string attribute) => await SystemCommand.RunAsync("chattr", attribute, path) is null;
}
