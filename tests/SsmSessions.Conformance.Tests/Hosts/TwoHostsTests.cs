using System.Net;
using System.Text.Json;
using SsmSessions.Core.Hosts;
using SsmSessions.Storage.DynamoDb;
using SsmSessions.Testing;
using SsmSessions.Testing.DynamoDb;

namespace SsmSessions.Conformance.Tests.Hosts;

/// <summary>Two hosts on one DynamoDB table.</summary>
[Collection("DynamoDB")]
public sealed class TwoHostsTests : IAsyncLifetime
{
    private const string NodeOfB = "i-0000000000000000b";

    private TestServer? _a;
    private TestServer? _b;

    private TestServer A => _a!;

    private TestServer B => _b!;

    public async ValueTask InitializeAsync()
    {
        var emulator = await DynamoDbEmulator.RequireAsync();
        Assert.SkipWhen(emulator.MostTransactionItems == 0, $"{emulator.Name} has no transactions, which starting a session needs");
        var table = emulator.NewTable();
        _a = await TestServer.StartAsync(table: new DynamoDbTable(table, TimeProvider.System), configure: options => options.HostName = "a");
        _b = await TestServer.StartAsync(table: new DynamoDbTable(table, TimeProvider.System), configure: options =>
        {
            options.HostName = "b";
            options.Nodes.Add(new HostedNode(NodeOfB, NodeKind.Echo));
        });
    }

    [Fact]
    public async Task What_one_acknowledges_the_other_knows_by_id_at_once_and_lists()
    {
        for (var i = 0; i < 20; i++)
        {
            var id = await StartAsync(A, TestServer.Node);

            var byId = await B.CallAsync("DescribeSessions", $$"""{"State":"Active","Filters":[{"key":"SessionId","value":"{{id}}"}]}""");
            var listed = await B.CallAsync("DescribeSessions", """{"State":"Active","MaxResults":1}""");
            var ended = await B.CallAsync("TerminateSession", $$"""{"SessionId":"{{id}}"}""");
            var endedAgain = await A.CallAsync("TerminateSession", $$"""{"SessionId":"{{id}}"}""");

            Assert.Contains(id, byId.Body, StringComparison.Ordinal);
            Assert.Contains(id, listed.Body, StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.OK, ended.Status);
            Assert.Equal("""{"__type":"ValidationException","message":"Session is not in a valid state"}""", endedAgain.Body);
        }
    }

    [Fact]
    public async Task A_node_of_the_one_is_a_target_at_the_other() => Assert.NotEmpty(await StartAsync(A, NodeOfB));

    [Fact]
    public async Task A_node_that_is_added_to_the_one_is_a_target_at_the_other_at_once()
    {
        const string Added = "i-00000000000000abc";
        Assert.Equal($$"""{"Status":"notconnected","Target":"{{Added}}"}""", (await A.CallAsync("GetConnectionStatus", $$"""{"Target":"{{Added}}"}""")).Body);

        await B.Service<HostMembership>().AddNodeAsync(new HostedNode(Added, NodeKind.Echo, "000000000000/us-east-1"), default);

        Assert.NotEmpty(await StartAsync(A, Added));
    }

    [Fact]
    public async Task Ended_on_both_ends_at_once_a_session_ends_once()
    {
        for (var round = 0; round < 5; round++)
        {
            var id = await StartAsync(A, TestServer.Node);
            var body = $$"""{"SessionId":"{{id}}"}""";

            var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => (i % 2 == 0 ? A : B).CallAsync("TerminateSession", body)));

            Assert.Equal((HttpStatusCode.OK, body), Assert.Single(answers, a => a.Status == HttpStatusCode.OK));
            Assert.All(
                answers.Where(a => a.Status != HttpStatusCode.OK),
                a => Assert.Equal("""{"__type":"ValidationException","message":"Session is not in a valid state"}""", a.Body));
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_a is not null)
            await _a.DisposeAsync();
        if (_b is not null)
            await _b.DisposeAsync();
    }

    private static async Task<string> StartAsync(TestServer host, string target)
    {
        var (status, body) = await host.CallAsync("StartSession", $$"""{"Target":"{{target}}"}""");
        Assert.True(status == HttpStatusCode.OK, body);
        return JsonDocument.Parse(body).RootElement.GetProperty("SessionId").GetString()!;
    }
}
