using SsmSessions.Core.Sessions;
using SsmSessions.Testing;
using SsmSessions.Tests.TrueNas;

namespace SsmSessions.Tests.Local.Cli;

/// <summary>The documented tables, byte for byte.</summary>
public sealed class TablesTests
{
    [Fact]
    public Task The_documented_sessions() => AssertShownAsync(TrueNasSamples.OfSpec, "auth sessions", """
        +--------------------------------------+---------+----------+------------------------------------+-------------+------------------+---------------------------+
        | id                                   | current | internal | origin                             | credentials | credentials_data | created_at                |
        +--------------------------------------+---------+----------+------------------------------------+-------------+------------------+---------------------------+
        | 3f0c2a9e-51d7-4b86-9d6e-0c7be1a4f210 | false   | false    | 192.0.2.44:51822                   | API_KEY     | <dict>           | 2024-07-01T08:00:05+00:00 |
        | b8d41c77-0a2f-4e39-8c55-6e9f2d30ab14 | false   | false    | [2001:db8::5]:50123                | TOKEN       | <dict>           | 2024-07-01T08:05:00+00:00 |
        | e27a9b60-7c1d-45fe-a3b2-19d84c50e6f3 | true    | true     | UNIX socket (pid=4242 uid=0 gid=0) | UNIX_SOCKET | <dict>           | 2024-07-01T09:00:05+00:00 |
        +--------------------------------------+---------+----------+------------------------------------+-------------+------------------+---------------------------+

        """);

    [Fact]
    public Task The_sessions_of_the_projects_own_documentation() => AssertShownAsync(TrueNasSamples.OfDocumentation, "auth sessions", """
        +--------------------------------------+---------+----------+---------------------------------------+-------------+------------------+---------------------------+
        | id                                   | current | internal | origin                                | credentials | credentials_data | created_at                |
        +--------------------------------------+---------+----------+---------------------------------------+-------------+------------------+---------------------------+
        | 8a21fefe-1255-42eb-a86d-8a7f74752b94 | false   | false    | 10.234.15.210:15864                   | UNIX_SOCKET | <dict>           | 2023-07-25T17:54:49+00:00 |
        | f01274e8-4954-4926-9346-76a16d3648dd | true    | true     | UNIX socket (pid=2459768 uid=0 gid=0) | UNIX_SOCKET | <dict>           | 2023-07-26T11:05:16+00:00 |
        +--------------------------------------+---------+----------+---------------------------------------+-------------+------------------+---------------------------+

        """);

    [Fact]
    public Task Its_credentials() => AssertShownAsync(
        [
            TrueNasSamples.OfDocumentation[0] with { Origin = TrueNasSamples.OfDocumentation[0].Origin! with { Credential = CredentialKind.Password } },
            TrueNasSamples.OfDocumentation[1],
        ],
        "auth sessions credentials",
        """
        +----------------+
        | credentials    |
        +----------------+
        | LOGIN_PASSWORD |
        | UNIX_SOCKET    |
        +----------------+

        """);

    [Theory]
    [InlineData("id", """
        +--------------------------------------+
        | id                                   |
        +--------------------------------------+
        | 3f0c2a9e-51d7-4b86-9d6e-0c7be1a4f210 |
        | b8d41c77-0a2f-4e39-8c55-6e9f2d30ab14 |
        | e27a9b60-7c1d-45fe-a3b2-19d84c50e6f3 |
        +--------------------------------------+

        """)]
    [InlineData("current", """
        +---------+
        | current |
        +---------+
        | false   |
        | false   |
        | true    |
        +---------+

        """)]
    [InlineData("internal", """
        +----------+
        | internal |
        +----------+
        | false    |
        | false    |
        | true     |
        +----------+

        """)]
    [InlineData("origin", """
        +------------------------------------+
        | origin                             |
        +------------------------------------+
        | 192.0.2.44:51822                   |
        | [2001:db8::5]:50123                |
        | UNIX socket (pid=4242 uid=0 gid=0) |
        +------------------------------------+

        """)]
    [InlineData("credentials", """
        +-------------+
        | credentials |
        +-------------+
        | API_KEY     |
        | TOKEN       |
        | UNIX_SOCKET |
        +-------------+

        """)]
    [InlineData("created_at", """
        +---------------------------+
        | created_at                |
        +---------------------------+
        | 2024-07-01T08:00:05+00:00 |
        | 2024-07-01T08:05:00+00:00 |
        | 2024-07-01T09:00:05+00:00 |
        +---------------------------+

        """)]
    [InlineData("credentials_data", """
        +------------------+
        | credentials_data |
        +------------------+
        | <dict>           |
        | <dict>           |
        | <dict>           |
        +------------------+

        """)]
    [InlineData("origin , id,bogus", """
        +--------------------------------------+------------------------------------+
        | id                                   | origin                             |
        +--------------------------------------+------------------------------------+
        | 3f0c2a9e-51d7-4b86-9d6e-0c7be1a4f210 | 192.0.2.44:51822                   |
        | b8d41c77-0a2f-4e39-8c55-6e9f2d30ab14 | [2001:db8::5]:50123                |
        | e27a9b60-7c1d-45fe-a3b2-19d84c50e6f3 | UNIX socket (pid=4242 uid=0 gid=0) |
        +--------------------------------------+------------------------------------+

        """)]
    [InlineData("credentials where internal == false", """
        +-------------+
        | credentials |
        +-------------+
        | API_KEY     |
        | TOKEN       |
        +-------------+

        """)]
    [InlineData("bogus", "(none of the specified fields found among 3 object(s))\n")]
    [InlineData("bogus.id", "(none of the specified fields found among 3 object(s))\n")]
    [InlineData("* WHERE id == 'x'", "(empty list)\n")]
    public Task The_other_commands(string columns, string table) => AssertShownAsync(TrueNasSamples.OfSpec, "auth sessions " + columns, table);

    [Fact]
    public async Task No_sessions()
    {
        await using var server = await TestServer.StartAsync();

        Assert.Equal((0, "(empty list)\n", ""), await CliRun.RunAsync(server, "auth sessions"));
        Assert.Equal((0, "(empty list)\n", ""), await CliRun.RunAsync(server, "auth sessions id"));
        Assert.Equal((0, "\n", ""), await CliRun.RunAsync(server, "auth sessions", "-m", "csv"));
    }

    [Fact]
    public async Task Csv_has_everything()
    {
        await using var server = await TestServer.StartAsync();
        await server.InjectAsync(
            TrueNasSamples.OfSpec[0],
            TrueNasSamples.Of("long", "2024-07-01T08:00:05Z", "a \"quoted\", " + new string('x', 80), CredentialKind.LongTermKey));

        Assert.Equal(
            (0, "current,origin\r\nfalse,\"a \"\"quoted\"\", " + new string('x', 80) + "\"\r\ntrue,UNIX socket (pid=4242 uid=0 gid=0)\r\n\n", ""),
            await CliRun.RunAsync(server, "auth sessions origin,current", "-m", "csv"));
        Assert.Equal(
            (0, "credentials_data\r\n\"{\"\"username\"\": \"\"test\"\", \"\"session_id\"\": \"\"e27a9b60-7c1d-45fe-a3b2-19d84c50e6f3\"\", \"\"region\"\": \"\"us-east-1\"\", \"\"target\"\": \"\"i-0123456789abcdef0\"\", \"\"status\"\": \"\"Connected\"\", \"\"document\"\": null, \"\"reason\"\": null, \"\"details\"\": null, \"\"host\"\": \"\"test-host\"\", \"\"last_activity\"\": {\"\"$date\"\": 1719824405000}}\"\r\n\n", ""),
            await CliRun.RunAsync(server, "auth sessions credentials_data WHERE internal == true", "--mode", "csv"));
        Assert.Equal((0, "None of the specified fields found among 2 object(s)\n", ""), await CliRun.RunAsync(server, "auth sessions bogus", "-m", "csv"));
    }

    [Fact]
    public async Task Long_texts_are_cut_in_tables()
    {
        await using var server = await TestServer.StartAsync();
        await server.InjectAsync(
            TrueNasSamples.Of("a", "2024-07-01T08:00:05Z", new string('x', 64), CredentialKind.LongTermKey),
            TrueNasSamples.Of("b", "2024-07-01T08:00:06Z", new string('y', 65), CredentialKind.LongTermKey));

        var (_, output, _) = await CliRun.RunAsync(server, "auth sessions origin");

        Assert.Equal([new string('x', 64), new string('y', 61) + "..."], output.Split('\n').Skip(3).Take(2).Select(line => line.Trim('|', ' ')));
    }

    private static async Task AssertShownAsync(Session[] sessions, string command, string table)
    {
        await using var server = await TestServer.StartAsync();
        await server.InjectAsync(sessions);

        Assert.Equal((0, table, ""), await CliRun.RunAsync(server, command));
    }
}
