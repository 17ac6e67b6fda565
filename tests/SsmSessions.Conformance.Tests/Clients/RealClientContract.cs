using System.Text.Json;
using SsmSessions.Core.Identity;
using SsmSessions.Core.Sessions;
using SsmSessions.Core.Store;
using SsmSessions.Testing;

namespace SsmSessions.Conformance.Tests.Clients;

/// <summary>What every real client sees, whatever the store.</summary>
public abstract class RealClientContract
{
    private const int Injected = 500;
    private const string Owner = "arn:aws:iam::000000000000:user/test";

    private static readonly string[] ActiveFilters =
        ["bySessionId", "byTarget", "byOwner", "byStatus", "byAccessType", "byInvokedAfter", "byInvokedBefore"];

    /// <summary>An empty table of the test's own, not yet open.</summary>
    protected abstract Task<ITable> NewTableAsync();

    [Fact]
    public Task The_aws_cli_on_the_path() => TryAsync(() => Task.FromResult(RealClient.AwsCli()));

    [Fact]
    public Task The_aws_cli_of_Debian() => TryAsync(() => Task.FromResult(RealClient.DebianAwsCli()));

    [Fact]
    public Task The_AWS_SDK_for_Python() => TryAsync(RealClient.Boto3Async);

    [Fact]
    public Task The_AWS_SDK_for_JavaScript() => TryAsync(RealClient.JavaScriptSdkAsync);

    private async Task TryAsync(Func<Task<RealClient>> find)
    {
        var client = await find();
        await using var server = await TestServer.StartAsync(table: await NewTableAsync());
        var past = Past();
        await server.Service<SessionRepository>().PutManyAsync(past, default);
        var session = client.StartsSessions ? null : await StartAsync(server);

        var told = await client.RunAsync(server.Url, session: session);

        if (client.StartsSessions)
        {
            session = told["started"].GetString()!;
            Assert.Matches(@"^test-[a-z2-9]{26}$", session);
            Assert.Equal(656, told["token"].GetInt32());
            Assert.Equal(session, told["resumed"].GetString());
        }

        Assert.Equal([session!, "Connecting", TestServer.Node, "conformance", Owner], Strings(told["shown"]));
        foreach (var filter in ActiveFilters)
            Assert.Equal([session!], Strings(told[filter]));
        Assert.Empty(Strings(told["byNone"]));
        Assert.Equal(past.OrderByDescending(s => s.StartDate).Select(s => s.Id), Strings(told["paged"]));
        Assert.Equal("connected", told["connection"].GetString());
        Assert.Equal(session, told["terminated"].GetString());
        Assert.Equal("ValidationException: Session is not in a valid state", told["terminatedAgain"].GetString());
        Assert.Equal("TargetNotConnected: i-00000000000000000 is not connected.", told["offline"].GetString());
        AssertDocuments(told);
        Assert.Equal(20, told["activationCode"].GetInt32());
        Assert.Equal("""["SSMServiceRole",3,0]""", JsonSerializer.Serialize(told["activationListed"]));
        Assert.Equal(0, told["activationsLeft"].GetArrayLength());
    }

    private static void AssertDocuments(IReadOnlyDictionary<string, JsonElement> told)
    {
        Assert.Equal("1", told["documentCreated"].GetString());
        Assert.Equal("DocumentAlreadyExists: Document with same name Conformance-Shell already exists", told["documentTaken"].GetString());
        Assert.Equal("2", told["documentUpdated"].GetString());
        Assert.Equal("1", told["documentDescribed"].GetString());
        Assert.Equal("20", told["documentContent"].GetString());
        Assert.Equal(["Conformance-Shell"], Strings(told["documentsListed"]));
        Assert.Equal("InvalidDocument: Document with name Conformance-Shell does not exist.", told["documentGone"].GetString());
    }

    private static List<Session> Past()
    {
        var now = TimeProvider.System.GetUtcNow().ToMilliseconds();
        var tenant = new Tenant(Tenant.DefaultAccount, "us-east-1");
        return
        [
            .. Enumerable.Range(0, Injected).Select(i => new Session
            {
                Tenant = tenant,
                Id = $"past-{i:D4}",
                Target = $"i-{i % 5:D17}",
                Owner = Owner,
                Status = SessionStatus.Terminated,
                StartDate = now.AddMinutes(-(i * 7 % Injected) - 60),
                EndDate = now.AddMinutes(-30),
            }),
        ];
    }

    private static async Task<string> StartAsync(TestServer server)
    {
        var (_, body) = await server.CallAsync("StartSession", $$"""{"Target":"{{TestServer.Node}}","Reason":"conformance"}""");
        return JsonDocument.Parse(body).RootElement.GetProperty("SessionId").GetString()!;
    }

    private static string[] Strings(JsonElement list) => [.. list.EnumerateArray().Select(e => e.GetString()!)];
}
