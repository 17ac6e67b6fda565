using SsmSessions.Core.Identity;
using SsmSessions.Testing;
using SsmSessions.Tests.TrueNas;

namespace SsmSessions.Tests.Local.Cli;

/// <summary>One command: every row of spec/truenas-sessions.md §5.</summary>
public sealed class NonInteractiveTests
{
    private const string AuthHint = """
        Type "ls" (followed by Enter) to list available auth configuration options
        Type "man" (followed by Action) to get help on how to use the specific Action.

        i.e.
        	man sessions

        """;

    [Theory]
    [InlineData("auth bogus", "Namespace bogus not found\n")]
    [InlineData("bogus", "Namespace bogus not found\n")]
    [InlineData("auth session", "Namespace session not found\n")]
    [InlineData("AUTH sessions", "Namespace AUTH not found\n")]
    [InlineData("auth", AuthHint)]
    [InlineData("auth ", AuthHint)]
    [InlineData("", "")]
    [InlineData("  ", "")]
    [InlineData(".mode", "Current output mode: table\n")]
    [InlineData("auth .mode csv", "")]
    [InlineData(".stacks", "Errors stack trace display: disabled\n")]
    [InlineData(".stacks maybe", "Invalid value: 'maybe'. Should be 'on' or 'off'\n")]
    [InlineData("ls", "auth - Sessions, and who is logged in\n")]
    [InlineData("auth ..", "Type \"ls\" (followed by Enter) to list available configuration options\n")]
    [InlineData("auth /", "Type \"ls\" (followed by Enter) to list available configuration options\n")]
    [InlineData("..", "")]
    [InlineData("exit", "")]
    [InlineData("auth quit", "")]
    [InlineData("man", "Usage: man <command>\n")]
    [InlineData("man auth", "`auth` is not a command\n")]
    [InlineData("man bogus", "Command `bogus` not found\n")]
    [InlineData("auth man me", "Shows who is logged in.\n")]
    public async Task What_is_told_and_no_failure(string command, string output)
    {
        await using var server = await TestServer.StartAsync();

        Assert.Equal((0, output, ""), await CliRun.RunAsync(server, command));
    }

    [Fact]
    public async Task Names_are_listed_with_what_they_do()
    {
        await using var server = await TestServer.StartAsync();

        Assert.Equal(
            (0, """
            me                       - Show who is logged in
            sessions                 - List live sessions
            terminate_other_sessions - End all sessions but the current one and internal ones
            terminate_session        - End a session

            """, ""),
            await CliRun.RunAsync(server, "auth ls"));
        Assert.Equal(
            (0, """
            ..      - Go one level up
            exit    - Exit CLI
            ls      - List available directories and commands
            man     - Show help and examples for specific command
            ?       - List available built-in commands
            /       - Go to the root level
            .mode   - Get/set output mode
            .stacks - Enable/disable printing stack traces for errors

            """, ""),
            await CliRun.RunAsync(server, "help"));
    }

    [Theory]
    [InlineData("auth sessions id current", "Expected end of text, found 'c'\n id current\n    ^\n")]
    [InlineData("auth sessions #x", "Expected {column [, column]... | '*'}, found '#'\n #x\n ^\n")]
    [InlineData("auth sessions \"id\"", "Expected {column [, column]... | '*'}, found '\"'\n \"id\"\n ^\n")]
    [InlineData("auth sessions 1", "Expected {column [, column]... | '*'}, found '1'\n 1\n ^\n")]
    [InlineData("auth sessions credentials=API_KEY", "Expected end of text, found '='\n credentials=API_KEY\n            ^\n")]
    [InlineData("auth sessions id,", "Expected end of text, found ','\n id,\n   ^\n")]
    [InlineData("auth sessions id WHERE", "Expected end of text, found 'W'\n id WHERE\n    ^\n")]
    [InlineData("auth sessions * WHERE internal", "Unsupported filter expression: Name\n")]
    [InlineData("auth sessions * WHERE a is not b", "Unsupported comparison operator: IsNot\n")]
    [InlineData("auth sessions * WHERE internal = false", "invalid syntax\n internal = false\n          ^\n")]
    [InlineData("auth sessions * WHERE a.b == 1", "Unsupported left operand Attribute\n")]
    [InlineData("auth sessions * WHERE internal == false and current == true", "Validation errors:\n* query-filters: Invalid operation: AND\n")]
    [InlineData("auth sessions * WHERE not current == true", "Validation errors:\n* query-filters: Invalid operation: NOT\n")]
    [InlineData("auth sessions * WHERE id > 1", "Error: TypeError(\"'>' not supported between instances of 'str' and 'int'\")\n")]
    [InlineData("auth terminate_session 3f0c2a9e-51d7-4b86-9d6e-0c7be1a4f210", "Expected end of text, found '3'\n 3f0c2a9e-51d7-4b86-9d6e-0c7be1a4f210\n ^\n")]
    [InlineData("auth terminate_session", "Validation errors:\n* id: Field required\n")]
    [InlineData("auth terminate_session bogus=1", "Unknown keyword argument bogus\n")]
    [InlineData(".mode json", "Error: Mode should be one of: csv, table\n")]
    public async Task What_fails(string command, string errors)
    {
        await using var server = await TestServer.StartAsync();
        await server.InjectAsync(TrueNasSamples.OfSpec);

        Assert.Equal((1, "", errors), await CliRun.RunAsync(server, command));
    }

    [Fact]
    public async Task With_stacks_the_services_own_words_are_shown()
    {
        await using var server = await TestServer.StartAsync();
        await server.InjectAsync(TrueNasSamples.OfSpec);

        Assert.Equal(
            (1, "", "TypeError: '>' not supported between instances of 'str' and 'int'\n"),
            await CliRun.RunAsync(server, "auth sessions * WHERE id > 1", "--stacks"));
    }

    [Fact]
    public async Task A_mode_that_is_none()
    {
        await using var server = await TestServer.StartAsync();

        Assert.Equal((1, "", "ValueError: Mode should be one of: csv, table\n"), await CliRun.RunAsync(server, "auth sessions", "-m", "json"));
    }

    [Fact]
    public async Task No_server()
    {
        var closed = FreePort.Next();

        Assert.Equal((1, "", "middleware is not running.\n"), await CliRun.RunAsync("--url", $"http://127.0.0.1:{closed}", "-c", "auth sessions"));
        Assert.Equal((1, "", "middleware is not running.\n"), await CliRun.RunAsync("--socket", "/nowhere/ssm-sessions.sock", "-c", "auth sessions"));
    }

    [Fact]
    public async Task With_credentials_one_has_to_log_in()
    {
        await using var server = await TestServer.StartAsync(configure: options => options.Credentials = CredentialsFile.Parse(
            """{"accounts":{"111122223333":{"users":[{"name":"alice","accessKeyId":"AKIAALICE","secretAccessKey":"secret"}]}}}"""u8, "test"));

        Assert.Equal((1, "", "You are not authorized to use TrueNAS CLI.\n"), await CliRun.RunAsync(server, "auth sessions"));
        Assert.Equal(
            (1, "", "Unknown middleware error: Exception('Invalid username or password').\n"),
            await CliRun.RunAsync(server, "auth sessions", "--user", "AKIAALICE", "--password", "wrong"));
        Assert.Equal((0, "(empty list)\n", ""), await CliRun.RunAsync(server, "auth sessions", "--user", "AKIAALICE", "--password", "secret"));
    }

    [Fact]
    public async Task A_password_goes_to_another_machine_by_TLS_only() => Assert.Equal(
        (1, "", "A password goes to another machine by TLS only: give an https:// address.\n"),
        await CliRun.RunAsync("--url", "http://192.0.2.1:4580", "--user", "AKIAALICE", "--password", "secret", "-c", "auth sessions"));

    [Fact]
    public async Task A_session_is_ended_by_its_own_id_too_but_not_one_of_another_account()
    {
        await using var server = await TestServer.StartAsync();
        var started = await server.CallAsync("StartSession", $$"""{"Target":"{{TestServer.Node}}"}""", region: "eu-west-1");
        var id = System.Text.Json.Nodes.JsonNode.Parse(started.Body)!["SessionId"]!.GetValue<string>();

        Assert.Equal((0, "false\n", ""), await CliRun.RunAsync(server, $"auth terminate_session \"{id}\"", "--user", "111122223333"));
        Assert.Equal((0, "true\n", ""), await CliRun.RunAsync(server, $"auth terminate_session \"{id}\""));
    }

    [Fact]
    public async Task Sessions_are_ended()
    {
        await using var server = await TestServer.StartAsync();
        await server.InjectAsync(TrueNasSamples.OfSpec);

        Assert.Equal((0, "true\n", ""), await CliRun.RunAsync(server, "auth terminate_session \"3f0c2a9e-51d7-4b86-9d6e-0c7be1a4f210\""));
        Assert.Equal((0, "false\n", ""), await CliRun.RunAsync(server, "auth terminate_session id=\"3f0c2a9e-51d7-4b86-9d6e-0c7be1a4f210\""));
        Assert.Equal((0, "true\n", ""), await CliRun.RunAsync(server, "auth terminate_other_sessions"));
        Assert.Equal(
            (0, "credentials\r\nUNIX_SOCKET\r\n\n", ""), await CliRun.RunAsync(server, "auth sessions credentials", "-m", "csv"));
    }
}
