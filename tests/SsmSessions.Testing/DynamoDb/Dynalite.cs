namespace SsmSessions.Testing.DynamoDb;

/// <summary>dynalite, which has neither transactions nor time to live. Needs Node and npm.</summary>
internal static class Dynalite
{
    private const string Version = "4.0.0";

    public static async Task<Uri> StartAsync()
    {
        await Command.RunAsync("node", ["--version"]);
        var folder = await EmulatorCache.GetAsync($"dynalite-{Version}", FetchAsync);
        return await EmulatorProcess.StartAsync(
            folder,
            port =>
            [
                "node", Path.Combine("node_modules", "dynalite", "cli.js"), "--host", "127.0.0.1", "--port", $"{port}",
                "--createTableMs", "0", "--deleteTableMs", "0", "--updateTableMs", "0",
            ]);
    }

    private static Task FetchAsync(string folder) => Command.RunAsync(
        Command.Npm, ["install", "--silent", "--prefix", ".", "--no-audit", "--no-fund", "--ignore-scripts", $"dynalite@{Version}"], folder);
}
