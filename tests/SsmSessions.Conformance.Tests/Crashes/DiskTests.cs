using SsmSessions.Conformance.Tests.DataChannels;
using SsmSessions.Testing;

namespace SsmSessions.Conformance.Tests.Crashes;

/// <summary>The disk under the data folder is full, or gone, or was never any good.</summary>
public sealed class DiskTests : IDisposable
{
    private const string Target = "i-00000000000000abc";
    private const int Enough = 40;

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    private readonly string _folder = Directory.CreateTempSubdirectory("ssm-sessions-").FullName;
    private readonly Uri _url = new($"http://127.0.0.1:{FreePort.Next()}/");
    private readonly Journal _journal = new();
    private readonly int _seed = CrashRun.Seed;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Nothing_is_lost_when_the_disk_is_full_and_all_goes_on_when_there_is_space_again()
    {
        await using var disk = await SmallDisk.RequireAsync("size=6m");
        var data = Path.Combine(disk.Folder, "data");
        await using var host = await StartAsync(data);
        await LoadAsync(
            async () => await Eventually.IsTrueAsync(() => _journal.Errors >= Enough, Deadline),
            () => disk.ChangeAsync("size=64m"),
            () => _journal.WaitForAcknowledgedAsync(Enough).WaitAsync(Deadline));
        await CheckAndKillAsync(host, data, "a full disk");
    }

    [Fact]
    public async Task A_folder_that_is_gone_is_an_error_and_its_return_the_end_of_it()
    {
        var (data, elsewhere) = (Path.Combine(_folder, "data"), Path.Combine(_folder, "elsewhere"));
        await using var host = await StartAsync(data);
        await LoadAsync(
            async () =>
            {
                await _journal.WaitForAcknowledgedAsync(Enough).WaitAsync(Deadline);
                Directory.Move(data, elsewhere);
                await Eventually.IsTrueAsync(() => _journal.Errors >= Enough, Deadline);
                Directory.Move(elsewhere, data);
            },
            () => _journal.WaitForAcknowledgedAsync(Enough).WaitAsync(Deadline));
        await CheckAndKillAsync(host, data, "a folder that is moved away and back");
    }

    [Fact]
    public async Task Nothing_is_acknowledged_once_the_folder_is_deleted()
    {
        var data = Path.Combine(_folder, "data");
        await using var host = await StartAsync(data);
        using var client = new LoadClient(_url, _journal);
        const string Start = $$"""{"Target":"{{Target}}"}""";
        Assert.Equal(Fate.Done, (await client.WriteAsync("StartSession", Start)).Fate);

        Directory.Delete(data, recursive: true);

        for (var i = 0; i < Enough; i++)
            Assert.Equal(Fate.Error, (await client.WriteAsync("StartSession", Start)).Fate);
        Assert.Empty(_journal.Violations);
    }

    private Task<ServiceProcess> StartAsync(string data) =>
        ServiceProcess.StartAsync("--urls", _url.ToString(), "--data", data, "--node", $"{Target}=echo");

    /// <summary>What was acknowledged is there, and is there after a kill.</summary>
    private async Task CheckAndKillAsync(ServiceProcess host, string data, string what)
    {
        await CheckAsync();
        await host.KillAsync();
        _journal.HostDied();
        await using var next = await StartAsync(data);
        await CheckAsync();
        Figures.Tell($"{what}, seed {_seed}: {_journal.Describe()}");
    }

    private async Task LoadAsync(params Func<Task>[] steps)
    {
        var load = new MixedLoad(_url, _journal, Target, _seed);
        await load.PrepareAsync();
        using var stop = new CancellationTokenSource();
        var working = load.RunAsync(stop.Token);
        try
        {
            foreach (var step in steps)
                await step();
        }
        finally
        {
            await stop.CancelAsync();
            await working.WaitAsync(Deadline);
        }
    }

    private async Task CheckAsync()
    {
        await new StateCheck(_url, _journal).RunAsync();
        Assert.True(_journal.Violations.IsEmpty, $"seed {_seed}: {_journal.Describe()}\n{string.Join('\n', _journal.Violations.Take(20))}");
    }
}
