using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using SsmSessions.Testing;

namespace SsmSessions.Conformance.Tests.DataChannels;

/// <summary>A shell that is at work is seen in every view that operators know, and ended from the TrueNAS prompt.</summary>
public sealed class OperatorViewsTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_live_shell_is_in_every_view_until_the_moment_it_ends()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "a node of kind local has shells on Linux only");
        await using var host = await ServiceProcess.StartAsync("--store", "memory", "--host-name", "fe-1");
        await using var shell = await Shell.OpenAsync(host);
        await using var other = await Shell.OpenAsync(host);
        var table = await CliAsync(host, "auth sessions");
        var id = await IdOfAsync(host, shell);

        await shell.WaitForStatusAsync(host, "Connected", Deadline);
        Assert.Equal([SessionRequest.Target, SessionRequest.Target], await DorisTargetsAsync(host));
        Assert.Contains(id, table, StringComparison.Ordinal);
        Assert.Contains("127.0.0.1:", table, StringComparison.Ordinal);

        Assert.Equal("true\n", await CliAsync(host, $"auth terminate_session \"{id}\""));
        await shell.Client.WaitForChannelClosedAsync();

        await shell.WaitForStatusAsync(host, "Terminated", Deadline);
        Assert.Equal([SessionRequest.Target], await DorisTargetsAsync(host));
        Assert.DoesNotContain(id, await CliAsync(host, "auth sessions"), StringComparison.Ordinal);
        await Eventually.IsTrueAsync(() => LinuxSessions.MembersOf(new HashSet<int> { shell.Process }).Count == 0, Deadline);
    }

    /// <summary>The id by which the command line knows a session.</summary>
    private static async Task<string> IdOfAsync(ServiceProcess host, Shell shell)
    {
        const int IdLength = 36;
        var csv = await CliAsync(host, "auth sessions id, credentials_data", "-m", "csv");
        return csv.Split("\r\n").Single(row => row.Contains(shell.Session.Id, StringComparison.Ordinal))[..IdLength];
    }

    private static async Task<string> CliAsync(ServiceProcess host, string command, params string[] options)
    {
        var (exitCode, output, errors) = await ServiceProcess.RunAsync(["cli", "--url", host.Url.ToString(), .. options, "-c", command]);
        Assert.True(exitCode == 0, errors + output);
        return output;
    }

    private static async Task<IEnumerable<string>> DorisTargetsAsync(ServiceProcess host)
    {
        using var client = new HttpClient { BaseAddress = host.Url };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes("test:x")));
        var answer = JsonNode.Parse(await client.GetStringAsync(new Uri("rest/v1/session", UriKind.Relative)))!;
        return answer["data"]!["rows"]!.AsArray().Select(row => (string)row!["Db"]!);
    }
}
