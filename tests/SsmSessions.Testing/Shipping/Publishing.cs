using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SsmSessions.Testing.Shipping;

/// <summary>Publishes projects of this repository as they are shipped. What is built on the way lies in a folder of its own, so that
/// nothing that runs is disturbed.</summary>
public static class Publishing
{
    /// <summary>For the runtime that the files in it are made for.</summary>
    public const string Runtime = "linux-x64";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    /// <summary>Null where <see cref="Runtime"/> can be made and run, else why not.</summary>
    public static string? Obstacle => OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64
        ? null
        : $"what is published for {Runtime} runs nowhere else";

    /// <summary>Runs <c>dotnet</c> on a project.</summary>
    /// <param name="command">publish, pack, …</param>
    /// <param name="project">The path of its folder in the repository.</param>
    /// <param name="work">Where its intermediate files go; runs that share it share what they build, one after the other.</param>
    /// <param name="arguments">Further arguments.</param>
    /// <returns>What it wrote.</returns>
    /// <exception cref="InvalidOperationException">It failed; the message has what it wrote.</exception>
    public static async Task<string> RunAsync(string command, string project, string work, params IEnumerable<string> arguments)
    {
        // The regular build has run the analyzers; no build server outlives the call.
        string[] all =
        [
            command, Path.Combine(Repository(), project), "-c", "Release", "--nologo", "--disable-build-servers",
            $"-p:ArtifactsPath={work}", "-p:RunAnalyzers=false", .. arguments,
        ];
        var start = new ProcessStartInfo("dotnet", all) { UseShellExecute = false, RedirectStandardInput = true };
        // A test run hands MSBuild's own variables down.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToArray())
            start.Environment.Remove(name);
        var (exitCode, output, errors) = await FinishedProcess.RunAsync(start, Patience);
        return exitCode == 0 ? output + errors : throw new InvalidOperationException($"dotnet {string.Join(' ', all)} failed:\n{output}{errors}");
    }

    private static string Repository([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", ".."));
}
