namespace SsmSessions.Conformance.Tests.Crashes;

/// <summary>A file system in memory that is as small as a test wants it. Only root can have one.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private SmallDisk(string folder) => Folder = folder;

    /// <summary>Where it is.</summary>
    public string Folder { get; }

    /// <summary>Makes one; the test is skipped where that cannot be.</summary>
    /// <param name="options">As <c>mount -o</c> takes them.</param>
    public static async Task<SmallDisk> RequireAsync(string options)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "a small file system can be made on Linux only");
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root can make a small file system");
        var disk = new SmallDisk(Directory.CreateTempSubdirectory("ssm-sessions-disk-").FullName);
        var failure = await SystemCommand.RunAsync("mount", "-t", "tmpfs", "-o", options, "tmpfs", disk.Folder);
        Assert.SkipUnless(failure is null, $"this root cannot mount: {failure}");
        return disk;
    }

    /// <summary>Changes its size, or makes it writable or not.</summary>
    public async Task ChangeAsync(string options) => Assert.Null(await SystemCommand.RunAsync("mount", "-o", "remount," + options, Folder));

    public async ValueTask DisposeAsync()
    {
        await SystemCommand.RunAsync("umount", "--lazy", Folder);
        Directory.Delete(Folder);
    }

}
