using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json;
using SsmSessions.Testing.Shipping;

namespace SsmSessions.Conformance.Tests.Shipping;

/// <summary>The container image, made without an engine on an image that has nothing in it: what the archive says and holds.</summary>
[Collection(nameof(ShippingCollection))]
public sealed class ContainerTests(ShippedBinary binary)
{
    [Fact]
    public async Task The_image_runs_the_executable_as_a_user_and_listens_inside()
    {
        await binary.RequireAsync("single-file");
        await using var registry = await EmptyImageRegistry.StartAsync();
        var archive = binary.FolderOf("image.tar");
        var output = await Publishing.RunAsync(
            "publish", "src/SsmSessions.Local", binary.FolderOf("work-single-file"), "-r", Publishing.Runtime, "-t:PublishContainer",
            $"-p:ContainerArchiveOutputPath={archive}", $"-p:ContainerBaseImage={registry.Image}");
        Assert.DoesNotContain("warning", output, StringComparison.OrdinalIgnoreCase);

        var files = await ReadAsync(archive);
        using var manifest = JsonDocument.Parse(files["manifest.json"]);
        using var image = JsonDocument.Parse(files[manifest.RootElement[0].GetProperty("Config").GetString()!]);
        var config = image.RootElement.GetProperty("config");

        Assert.Equal("ssm-sessions:0.1.0", manifest.RootElement[0].GetProperty("RepoTags")[0].GetString());
        Assert.Equal("1654", config.GetProperty("User").GetString());
        Assert.Equal("""["/app/ssm-sessions"]""", config.GetProperty("Entrypoint").GetRawText());
        Assert.Equal("""{"4580/tcp":{}}""", config.GetProperty("ExposedPorts").GetRawText());
        var environment = config.GetProperty("Env").EnumerateArray().Select(variable => variable.GetString()).ToArray();
        foreach (var variable in (string[])["SSM_SESSIONS_URLS=http://0.0.0.0:4580", "SSM_SESSIONS_NODE=*=echo", "SSM_SESSIONS_DATA=/home/app/ssm-sessions"])
            Assert.Contains(variable, environment);
        var layer = await ReadModesAsync(files[manifest.RootElement[0].GetProperty("Layers")[1].GetString()!]);
        Assert.Equal(["app/libe_sqlite3.so", "app/ssm-sessions"], layer.Keys.Order(StringComparer.Ordinal));
        Assert.True(layer["app/ssm-sessions"].HasFlag(UnixFileMode.OtherExecute), $"nobody but its owner may run it: {layer["app/ssm-sessions"]}");
        Assert.True(layer["app/libe_sqlite3.so"].HasFlag(UnixFileMode.OtherRead), $"nobody but its owner may read it: {layer["app/libe_sqlite3.so"]}");
    }

    private static async Task<Dictionary<string, byte[]>> ReadAsync(string archive)
    {
        await using var file = File.OpenRead(archive);
        await using var tar = new TarReader(file);
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        while (await tar.GetNextEntryAsync(copyData: true) is { } entry)
        {
            if (entry.DataStream is not { } data)
                continue;
            using var bytes = new MemoryStream();
            await data.CopyToAsync(bytes);
            files[entry.Name] = bytes.ToArray();
        }

        return files;
    }

    /// <summary>The files of a layer and what they allow.</summary>
    private static async Task<Dictionary<string, UnixFileMode>> ReadModesAsync(byte[] layer)
    {
        await using var plain = new GZipStream(new MemoryStream(layer), CompressionMode.Decompress);
        await using var tar = new TarReader(plain);
        var modes = new Dictionary<string, UnixFileMode>(StringComparer.Ordinal);
        while (await tar.GetNextEntryAsync() is { } entry)
        {
            if (entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile)
                modes[entry.Name.TrimStart('/')] = entry.Mode;
        }

        return modes;
    }
}
