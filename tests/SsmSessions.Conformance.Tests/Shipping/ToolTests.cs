using SsmSessions.Conformance.Tests.Clients;
using SsmSessions.Testing;
using SsmSessions.Testing.Shipping;

namespace SsmSessions.Conformance.Tests.Shipping;

/// <summary>The dotnet tool, packed and installed from a folder.</summary>
[Collection(nameof(ShippingCollection))]
public sealed class ToolTests(ShippedBinary folders)
{
    /// <summary>What a package index shows of it: a NuGet feed refuses nothing below 250 MB, users do.</summary>
    private const long MostBytes = 12_000_000;

    [Fact]
    public async Task The_packed_tool_is_installed_and_serves()
    {
        var packages = folders.FolderOf("tool-packages");
        var output = await Publishing.RunAsync("pack", "src/SsmSessions.Local", folders.FolderOf("work-tool"), "-o", packages);
        Assert.DoesNotContain("warning", output, StringComparison.OrdinalIgnoreCase);
        var package = new FileInfo(Assert.Single(Directory.GetFiles(packages)));
        Assert.Equal("SsmSessions.0.1.0.nupkg", package.Name);
        Assert.InRange(package.Length, 1, MostBytes);

        var tool = folders.FolderOf("tool");
        // A package cache of its own: the version stays the same while it is worked on.
        var installed = await RealClient.RunAsync(
            "dotnet",
            ["tool", "install", "--tool-path", tool, "--source", packages, "SsmSessions"],
            new Dictionary<string, string>(StringComparer.Ordinal) { ["NUGET_PACKAGES"] = folders.FolderOf("tool-cache") });
        Assert.True(installed.ExitCode == 0, installed.Output + installed.Errors);

        var executable = Path.Combine(tool, "ssm-sessions");
        var (exitCode, help, errors) = await ServiceProcess.RunPublishedAsync(executable, "--help");
        Assert.Equal((0, ""), (exitCode, errors));
        Assert.Contains("--dynamodb-url", help, StringComparison.Ordinal);

        await using var host = await ServiceProcess.StartPublishedAsync(executable, "--data", folders.FolderOf("tool-data"));
        using var api = new ApiClient(host.Url);
        Assert.Equal("""{"Sessions":[]}""", (await api.CallAsync("DescribeSessions", """{"State":"Active"}""")).Body);
    }
}
