using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using SsmSessions.Testing;

namespace SsmSessions.Conformance.Tests.Hosts;

/// <summary>Doris' session action over three host processes on one DynamoDB table.</summary>
[Collection("DynamoDB")]
public sealed class DorisHostsTests : IAsyncLifetime
{
    private static readonly string[] Names = ["fe-a", "fe-b", "fe-c"];

    /// <summary>A host is taken for dead 6 s after its last sign of life.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private HostProcesses _hosts = null!;

    public async ValueTask InitializeAsync() => _hosts = await HostProcesses.StartAsync(Names.Select(name => (name, NodeOf(name))), "echo");

    public ValueTask DisposeAsync() => _hosts is null ? default : _hosts.DisposeAsync();

    [Fact]
    public async Task All_live_hosts_are_shown_and_a_killed_one_is_left_out()
    {
        // Each host starts sessions to the node of the next one: what counts is who is to carry them.
        for (var i = 0; i < Names.Length; i++)
        {
            using var client = new ApiClient(_hosts[i].Url);
            Assert.Equal(200, (int)(await client.CallAsync("StartSession", $$"""{"Target":"{{NodeOf(Names[(i + 1) % Names.Length])}}"}""", "test", "eu-west-1")).Status);
        }

        await Eventually.IsTrueAsync(async () => (await RowsAsync(_hosts[1], "/all")).Count == 3, Deadline);
        Assert.Equal([("fe-a", NodeOf("fe-a"), "0"), ("fe-b", NodeOf("fe-b"), "0"), ("fe-c", NodeOf("fe-c"), "0")], await RowsAsync(_hosts[1], "/all"));
        Assert.Equal([("", NodeOf("fe-b"), "0")], await RowsAsync(_hosts[1], ""));

        await _hosts[0].KillAsync();

        await Eventually.IsTrueAsync(async () => (await RowsAsync(_hosts[1], "/all")).Select(row => row.Host).SequenceEqual(["fe-b", "fe-c"]), Deadline);
    }

    private static string NodeOf(string host) => host switch
    {
        "fe-a" => "i-0000000000000000a",
        "fe-b" => "i-0000000000000000b",
        _ => "i-0000000000000000c",
    };

    private static async Task<List<(string Host, string Target, string Number)>> RowsAsync(ServiceProcess host, string path)
    {
        using var client = new HttpClient { BaseAddress = host.Url };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes("test:x")));
        var answer = JsonNode.Parse(await client.GetStringAsync(new Uri("rest/v1/session" + path, UriKind.Relative)))!;
        Assert.Equal("success", (string)answer["msg"]!);
        return [.. answer["data"]!["rows"]!.AsArray().Select(row => ((string?)row!["FE"] ?? "", (string)row["Db"]!, (string)row["Id"]!))];
    }
}
