using SsmSessions.Testing;
using SsmSessions.Tests.AwsJson;

namespace SsmSessions.Tests.Local;

/// <summary>The executable as a process: it starts, says so, serves, and stops.</summary>
public sealed class ServeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ssm-sessions-").FullName;

    [Fact]
    public async Task It_serves_where_it_says_and_stops_when_asked()
    {
        await using var service = await ServiceProcess.StartAsync("--data", _folder, "--node", "*=echo");

        var started = await WireRequest.Of("StartSession", """{"Target":"i-12345678"}""").SendAsync(service.Http);

        Assert.Equal(200, started.Status);
        Assert.Equal(0, await service.StopAsync());
        await using var again = await ServiceProcess.StartAsync("--data", _folder, "--node", "*=echo");
        var listed = await WireRequest.Of("DescribeSessions", """{"State":"Active"}""").SendAsync(again.Http);
        Assert.Contains("\"Target\":\"i-12345678\"", listed.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_process_on_the_same_folder_is_refused()
    {
        await using var first = await ServiceProcess.StartAsync("--data", _folder);

        Assert.Equal(
            (2, "", $"ssm-sessions: the data folder {_folder} is in use by another process (or cannot be locked)\n"),
            await ServiceProcess.RunAsync(["--data", _folder, "--urls", "http://127.0.0.1:0"]));
    }

    [Fact]
    public async Task An_address_in_use_is_refused()
    {
        await using var first = await ServiceProcess.StartAsync("--store", "memory");
        var url = first.Url.ToString().TrimEnd('/');

        var (exitCode, output, errors) = await ServiceProcess.RunAsync(["--store", "memory", "--urls", url]);

        Assert.Equal((2, "", $"ssm-sessions: Failed to bind to address {url}: address already in use.\n"), (exitCode, output, errors));
    }

    [Fact]
    public async Task Credentials_turn_verification_on()
    {
        var file = Path.Combine(_folder, "credentials.json");
        await File.WriteAllTextAsync(file, Identity.Door.File);
        await using var service = await ServiceProcess.StartAsync("--store", "memory", "--credentials", file);

        var answer = await WireRequest.Of("DescribeSessions", """{"State":"Active"}""").SendAsync(service.Http);

        // Anybody's key will do without the file.
        Assert.Equal(400, answer.Status);
    }

    [Fact]
    public async Task Help_and_version_are_told()
    {
        var help = await ServiceProcess.RunAsync(["--help"]);
        var version = await ServiceProcess.RunAsync(["--version"]);

        Assert.Equal((0, ""), (help.ExitCode, help.Errors));
        foreach (var setting in SsmSessions.Local.ServeSettings.All)
            Assert.Contains($"--{setting.Name} ", help.Output, StringComparison.Ordinal);
        Assert.Equal(0, version.ExitCode);
        Assert.StartsWith(SsmSessions.Server.ServiceVersion.Text, version.Output, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
