using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using SsmSessions.Conformance.Tests.Clients;
using SsmSessions.Conformance.Tests.DataChannels;
using SsmSessions.Testing;
using SsmSessions.Testing.DataChannels;
using SsmSessions.Testing.DynamoDb;

namespace SsmSessions.Conformance.Tests.Shipping;

/// <summary>What every way to ship the executable must do: all front ends and both engines, in a process of its own.</summary>
public abstract class ShippedBinaryContract(ShippedBinary binary) : IDisposable
{
    private string? _folder;

    private string Data => _folder ??= Directory.CreateTempSubdirectory("ssm-sessions-").FullName;

    /// <summary>How this way to publish is called.</summary>
    protected abstract string Kind { get; }

    /// <summary>The properties that ask for it.</summary>
    protected abstract string[] Properties { get; }

    [Fact]
    public async Task Publishing_gives_the_executable_and_SQLite_and_no_warning()
    {
        var executable = await RequireAsync();

        var files = Directory.GetFiles(Path.GetDirectoryName(executable)!).Select(Path.GetFileName).Order(StringComparer.Ordinal);

        Assert.Equal(["libe_sqlite3.so", "ssm-sessions"], files);
        Assert.DoesNotContain("warning", binary.Outputs[Kind], StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Help_names_the_commands_and_a_bad_option_is_refused()
    {
        var executable = await RequireAsync();

        var help = await ServiceProcess.RunPublishedAsync(executable, "--help");
        var refused = await ServiceProcess.RunPublishedAsync(executable, "--store", "paper");

        Assert.Equal((0, ""), (help.ExitCode, help.Errors));
        foreach (var word in (string[])["serve", "cli", "env", "--dynamodb-url", "--stream-url"])
            Assert.Contains(word, help.Output, StringComparison.Ordinal);
        Assert.Equal((2, "", "ssm-sessions: --store: 'paper' is not one of sqlite, memory, dynamodb\n"), refused);
    }

    [Fact]
    public async Task It_answers_at_every_front_end_keeps_its_sessions_and_stops_on_SIGTERM()
    {
        var executable = await RequireAsync();
        var before = Listing(executable);
        string id;
        await using (var host = await ServiceProcess.StartPublishedAsync(executable, "--data", Data))
        {
            id = await RunCommandInShellAsync(host.Url);
            await AskOthersAsync(host);
            var cli = await ServiceProcess.RunPublishedAsync(executable, "cli", "--data", Data, "-m", "csv", "-c", "auth sessions");
            Assert.Equal((0, ""), (cli.ExitCode, cli.Errors));
            Assert.Contains(id, cli.Output, StringComparison.Ordinal);
            var env = await ServiceProcess.RunPublishedAsync(executable, "env", "--shell", "sh", "--data", Data);
            Assert.Equal((0, $"export AWS_ENDPOINT_URL_SSM='{host.Url.ToString().TrimEnd('/')}'\n", ""), env);
            Assert.Equal(0, await host.StopAsync());
        }

        await using var next = await ServiceProcess.StartPublishedAsync(executable, "--data", Data);
        using var api = new ApiClient(next.Url);
        var (_, history) = await api.CallAsync("DescribeSessions", """{"State":"History"}""");
        Assert.Contains(id, history, StringComparison.Ordinal);
        Assert.Equal(before, Listing(executable));
    }

    [Fact]
    public async Task It_does_not_watch_the_folder_that_it_is_started_in()
    {
        await using var host = await ServiceProcess.StartPublishedAsync(await RequireAsync(), "--data", Data);

        var open = new DirectoryInfo($"/proc/{host.Id}/fd").GetFileSystemInfos().Select(file => file.LinkTarget ?? "");

        Assert.DoesNotContain(open, target => target.Contains("inotify", StringComparison.Ordinal));
    }

    [Fact]
    public async Task It_makes_an_authority_and_answers_by_TLS()
    {
        var executable = await RequireAsync();
        await using var host = await ServiceProcess.StartPublishedAsync(executable, "--data", Data, "--stream-url", "wss");

        using var authority = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(Data, "tls", "authority.pem"));
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            CustomTrustStore = { authority },
            RevocationMode = X509RevocationMode.NoCheck,
        };
        using var client = new HttpClient(handler);
        using var answer = await client.GetAsync(new Uri($"https://127.0.0.1:{host.Url.Port}/_ssm-sessions/health"));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Aws_cli_is_served()
    {
        var client = RealClient.AwsCli();
        var executable = await RequireAsync();
        await using var host = await ServiceProcess.StartPublishedAsync(executable, "--data", Data);
        using var api = new ApiClient(host.Url);
        var (status, body) = await api.CallAsync("StartSession", new SessionRequest().ToJson());
        var id = StartedChannel.Read(status, body).Id;

        var told = await client.RunAsync(host.Url, session: id);

        Assert.Equal($"[\"{id}\"]", told["bySessionId"].ToString().Replace(" ", "", StringComparison.Ordinal));
        Assert.Equal(id, told["terminated"].ToString());
        Assert.Equal("ValidationException: Session is not in a valid state", told["terminatedAgain"].ToString());
    }

    [Fact]
    public async Task It_keeps_sessions_in_DynamoDB()
    {
        var emulator = await DynamoDbEmulator.RequireAsync();
        Assert.SkipWhen(emulator.MostTransactionItems == 0, $"{emulator.Name} has no transactions, which starting a session needs");
        var executable = await RequireAsync();
        await using var host = await ServiceProcess.StartPublishedAsync(
            executable, "--store", "dynamodb", "--dynamodb-url", emulator.Url.ToString(), "--table", emulator.NewTable().TableName, "--data", Data);

        var id = await RunCommandInShellAsync(host.Url);

        using var api = new ApiClient(host.Url);
        var (_, active) = await api.CallAsync("DescribeSessions", """{"State":"Active"}""");
        Assert.Contains(id, active, StringComparison.Ordinal);
        Assert.Equal(0, await host.StopAsync());
    }

    public void Dispose()
    {
        if (_folder is not null)
            Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    private Task<string> RequireAsync() => binary.RequireAsync(Kind, Properties);

    /// <summary>Opens a shell, and has it compute something that nobody has typed.</summary>
    private static async Task<string> RunCommandInShellAsync(Uri url)
    {
        using var api = new ApiClient(url);
        var (status, body) = await api.CallAsync("StartSession", new SessionRequest().ToJson());
        var session = StartedChannel.Read(status, body);
        await using var client = await DataChannelClient.ConnectAsync(session.StreamUrl, session.Token);
        await client.WaitUntilReadyAsync();
        await client.SendInputAsync("echo answer-$((6 * 7))\r");
        await client.ReadUntilAsync("answer-42");
        return session.Id;
    }

    private static async Task AskOthersAsync(ServiceProcess host)
    {
        Assert.Contains("SqliteTable", await host.Http.GetStringAsync(new Uri("_ssm-sessions/health", UriKind.Relative)), StringComparison.Ordinal);

        using var lease = await host.Http.PutAsync(new Uri("v1/session/create", UriKind.Relative), new StringContent("""{"Name":"shipped"}"""));
        Assert.Equal(HttpStatusCode.OK, lease.StatusCode);
        Assert.Contains("shipped", await host.Http.GetStringAsync(new Uri("v1/session/list", UriKind.Relative)), StringComparison.Ordinal);

        using var doris = new HttpRequestMessage(HttpMethod.Get, new Uri(host.Url, "rest/v1/session"));
        doris.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes("test:x")));
        using var rows = await host.Http.SendAsync(doris);
        Assert.Contains(SessionRequest.Target, await rows.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    /// <summary>It writes nothing beside itself, and so runs where it cannot.</summary>
    private static string Listing(string executable) => string.Join(
        '\n',
        new DirectoryInfo(Path.GetDirectoryName(executable)!).GetFileSystemInfos("*", SearchOption.AllDirectories)
            .Select(file => $"{file.FullName} {file.LastWriteTimeUtc:O}").Order(StringComparer.Ordinal));
}

/// <summary>The one file that users download.</summary>
[Collection(nameof(ShippingCollection))]
public sealed class SingleFileTests(ShippedBinary binary) : ShippedBinaryContract(binary)
{
    protected override string Kind => "single-file";

    protected override string[] Properties => [];
}

/// <summary>The same code as a native executable. <c>SSMSESSIONS_TEST_AOT=1</c> has it compiled, which takes minutes;
/// <c>SSMSESSIONS_TEST_AOT=net9.0</c> names a framework whose native runtime can be had where that of net10.0 cannot.</summary>
[Collection(nameof(ShippingCollection))]
public sealed class NativeTests : ShippedBinaryContract
{
    public NativeTests(ShippedBinary binary)
        : base(binary) =>
        Assert.SkipWhen(Wanted is null, "compiling to native code takes minutes: SSMSESSIONS_TEST_AOT=1, or =net9.0 where net10.0 has no native runtime, asks for it");

    private static string? Wanted => Environment.GetEnvironmentVariable("SSMSESSIONS_TEST_AOT") is { Length: > 0 } wanted ? wanted : null;

    protected override string Kind => "native";

    protected override string[] Properties => Wanted == "1" ? ["-p:Aot=true"] : ["-p:Aot=true", $"-p:Framework={Wanted}"];
}
