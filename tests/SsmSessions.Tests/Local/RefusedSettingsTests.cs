using SsmSessions.Testing;

namespace SsmSessions.Tests.Local;

/// <summary>A bad setting is one clear line on stderr and exit status 2, wherever it was given.</summary>
public sealed class RefusedSettingsTests : IDisposable
{
    private const string LocalNode =
        "a node of kind local would give a shell here to whoever reaches it: use --credentials FILE, or --node …=echo";

    private readonly string _folder = Directory.CreateTempSubdirectory("ssm-sessions-").FullName;

    [Theory]
    [InlineData("Unrecognized command or argument '--nonsense'.", "--nonsense")]
    [InlineData("Unrecognized command or argument 'x'.", "x")]
    [InlineData("Required argument missing for option: '--store'.", "--store")]
    [InlineData("--store: 'redis' is not one of sqlite, memory, dynamodb", "--store", "redis")]
    [InlineData("--store: 'SQLite' is not one of sqlite, memory, dynamodb", "serve", "--store", "SQLite")]
    [InlineData("--sqlite-synchronous: 'off' is not one of full, normal", "--sqlite-synchronous", "off")]
    [InlineData("--just-in-time: 'on' is not one of off, manual, auto", "--just-in-time", "on")]
    [InlineData("--terminate-ended: 'maybe' is not one of error, succeed", "--terminate-ended", "maybe")]
    [InlineData("--stream-url: 'https' is not one of ws, wss, aws", "--stream-url", "https")]
    [InlineData("--stream-url aws needs an http:// address in --urls: it is the proxy to itself, too", "--stream-url", "aws", "--urls", "https://127.0.0.1:0")]
    [InlineData("--urls: 'tcp://127.0.0.1' is not an http:// or https:// address to listen on", "--urls", "tcp://127.0.0.1")]
    [InlineData("--urls: 'http://' is not an http:// or https:// address to listen on", "--urls", "http://")]
    [InlineData("--urls: 'http://127.0.0.1:65536' is not an http:// or https:// address to listen on", "--urls", "http://127.0.0.1:65536")]
    [InlineData("--urls: 'http://127.0.0.1:x' is not an http:// or https:// address to listen on", "--urls", "http://127.0.0.1:0;http://127.0.0.1:x")]
    [InlineData("an https address needs --tls-cert and --tls-key", "--urls", "https://127.0.0.1:0")]
    [InlineData("--tls-cert and --tls-key go together", "--tls-cert", "a.pem")]
    [InlineData("--tls-cert and --tls-key go together", "--tls-key", "a.pem")]
    [InlineData("--dynamodb-url: 'localhost:8000' is not an http:// or https:// URL", "--dynamodb-url", "localhost:8000")]
    [InlineData("--public-url: 'example.com' is not an http:// or https:// URL", "--public-url", "example.com")]
    [InlineData("--peer-url: 'ftp://a' is not an http:// or https:// URL", "--peer-url", "ftp://a")]
    [InlineData("--table: a DynamoDB table name has 3 to 255 of the characters a-z, A-Z, 0-9, '_', '-' and '.'", "--table", "a")]
    [InlineData("--host-name has 1 to 128 of the characters a-z, A-Z, 0-9, '_', '-' and '.'", "--host-name", "my host")]
    [InlineData("--node: 'i-0123456789abcdef0' is not ID=KIND with the kind local or echo", "--node", "i-0123456789abcdef0")]
    [InlineData("--node: 'i-0123456789abcdef0=agent' is not ID=KIND with the kind local or echo", "--node", "i-0123456789abcdef0=agent")]
    [InlineData("--node: 'web-1' is not a node id: i- or mi- and hex digits, ecs:cluster_task_container, or *", "--node", "i-0123456789abcdef0=echo", "--node", "web-1=echo")]
    [InlineData($"'http://0.0.0.0:0' is not a loopback address, and {LocalNode}", "--urls", "http://0.0.0.0:0")]
    [InlineData($"'http://*:0' is not a loopback address, and {LocalNode}", "--urls", "http://127.0.0.1:0;http://*:0", "--node", "*=local")]
    [InlineData($"--public-url makes this host reachable, and {LocalNode}", "--public-url", "https://example.com")]
    [InlineData("--consul-session-ttl-min: '10' is not a duration above 0 and up to 24h, as 10s or 250ms", "--consul-session-ttl-min", "10")]
    [InlineData("--consul-session-ttl-min: '0' is not a duration above 0 and up to 24h, as 10s or 250ms", "--consul-session-ttl-min", "0")]
    [InlineData("--consul-session-ttl-min: '25h' is not a duration above 0 and up to 24h, as 10s or 250ms", "--consul-session-ttl-min", "25h")]
    [InlineData("--max-connections: '0' is not a whole number from 1", "--max-connections", "0")]
    [InlineData("--max-connections: '1e3' is not a whole number from 1", "--max-connections", "1e3")]
    [InlineData("--fake-clock: 'perhaps' is neither true nor false", "--fake-clock", "perhaps")]
    public async Task A_bad_option_is_told_in_one_line(string line, params string[] arguments) =>
        await AssertRefusedAsync(line, arguments);

    [Theory]
    [InlineData("SSM_SESSIONS_STORE", "redis", "--store: 'redis' is not one of sqlite, memory, dynamodb")]
    [InlineData("SSM_SESSIONS_STREAM_URL", "https", "--stream-url: 'https' is not one of ws, wss, aws")]
    [InlineData("SSM_SESSIONS_FAKE_CLOCK", "perhaps", "--fake-clock: 'perhaps' is neither true nor false")]
    [InlineData("SSM_SESSIONS_NODE", "i-0123456789abcdef0=echo;nonsense", "--node: 'nonsense' is not ID=KIND with the kind local or echo")]
    [InlineData("ASPNETCORE_URLS", "nonsense", "--urls: 'nonsense' is not an http:// or https:// address to listen on")]
    public async Task A_bad_variable_is_told_like_its_option(string name, string value, string line) =>
        await AssertRefusedAsync(line, [], (name, value));

    [Fact]
    public async Task The_command_line_wins_over_the_environment_and_the_environment_over_the_file()
    {
        var file = Write("""{"store":"of-the-file"}""");

        await AssertRefusedAsync("--store: 'of-the-file' is not one of sqlite, memory, dynamodb", ["--config", file]);
        await AssertRefusedAsync(
            "--store: 'of-the-environment' is not one of sqlite, memory, dynamodb", ["--config", file], ("SSM_SESSIONS_STORE", "of-the-environment"));
        await AssertRefusedAsync(
            "--store: 'of-the-command-line' is not one of sqlite, memory, dynamodb",
            ["--config", file, "--store", "of-the-command-line"],
            ("SSM_SESSIONS_STORE", "of-the-environment"));
        await AssertRefusedAsync(
            "--store: 'of-the-file' is not one of sqlite, memory, dynamodb", [], ("SSM_SESSIONS_CONFIG", file));
    }

    [Fact]
    public async Task The_last_of_several_values_wins_where_one_is_meant() =>
        await AssertRefusedAsync("--store: 'b' is not one of sqlite, memory, dynamodb", ["--store", "a", "--store", "b"]);

    [Fact]
    public async Task A_file_may_hold_several_nodes() => await AssertRefusedAsync(
        "--node: 'second' is not ID=KIND with the kind local or echo",
        ["--config", Write("""{"node":["i-0123456789abcdef0=echo","second"]}""")]);

    [Theory]
    [InlineData("""{"stroe":"sqlite"}""", "has the unknown setting 'stroe'")]
    [InlineData("{", "cannot be read: ")]
    public async Task A_bad_file_is_told(string json, string part)
    {
        var (exitCode, output, errors) = await ServiceProcess.RunAsync(["--config", Write(json)]);

        Assert.Equal((2, ""), (exitCode, output));
        Assert.Contains(part, Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_that_are_not_there_are_told()
    {
        var missing = Path.Combine(_folder, "missing");

        foreach (var option in new[] { "--config", "--credentials", "--consul-tokens" })
        {
            var (exitCode, output, errors) = await ServiceProcess.RunAsync([option, missing]);
            Assert.Equal((2, ""), (exitCode, output));
            Assert.StartsWith($"ssm-sessions: {option}: {missing}", Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_bad_credentials_file_is_told_without_its_secrets()
    {
        var file = Write("""{"accounts":{"1":{"users":[{"name":"a","accessKeyId":"k","secretAccessKey":"open sesame"}]}}}""");

        var (exitCode, _, errors) = await ServiceProcess.RunAsync(["--credentials", file]);

        Assert.Equal(2, exitCode);
        Assert.StartsWith($"ssm-sessions: --credentials: {file}: ", Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.DoesNotContain("open sesame", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"tokens":{"open sesame":{"session":{"":"write"},"keys":{}}}}""", "line 1, byte 57: not the JSON that is expected here")]
    [InlineData("""{"tokens":{"open sesame":{"session":{"":"all"}}}}""", "a policy is 'all', not one of read, write, deny")]
    [InlineData("""{"tokens":{"":{}}}""", "a token is empty")]
    public async Task A_bad_file_of_Consul_tokens_is_told_without_its_secrets(string json, string text)
    {
        var file = Write(json);

        await AssertRefusedAsync($"--consul-tokens: {file}: {text}", ["--consul-tokens", file]);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>A random port and a folder of its own: whatever is wrongly accepted disturbs nothing.</summary>
    private async Task AssertRefusedAsync(string line, IEnumerable<string> arguments, params (string Name, string Value)[] environment)
    {
        var (exitCode, output, errors) = await ServiceProcess.RunAsync(arguments, [("SSM_SESSIONS_DATA", _folder), .. environment]);

        Assert.Equal((2, "", $"ssm-sessions: {line}\n"), (exitCode, output, errors));
    }

    private string Write(string json)
    {
        var path = Path.Combine(_folder, $"{Guid.NewGuid():N}.json");
        File.WriteAllText(path, json);
        return path;
    }
}
