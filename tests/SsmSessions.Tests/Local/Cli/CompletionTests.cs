using SsmSessions.Local.Cli;

namespace SsmSessions.Tests.Local.Cli;

/// <summary>What Tab offers.</summary>
public sealed class CompletionTests
{
    private static readonly string[] Columns = ["id", "current", "internal", "origin", "credentials", "credentials_data", "created_at"];

    [Theory]
    [InlineData("a", "auth")]
    [InlineData("b")]
    [InlineData("auth t", "terminate_session", "terminate_other_sessions")]
    [InlineData("auth terminate_session ", "id=")]
    [InlineData("auth sessions cr", "credentials", "credentials_data", "created_at")]
    [InlineData("auth sessions id,or", "origin")]
    [InlineData("auth sessions id,id")]
    [InlineData("auth sessions id,origin ", "WHERE")]
    [InlineData("auth sessions *", " WHERE")]
    [InlineData("auth sessions * ", "WHERE")]
    [InlineData("auth sessions id WHERE")]
    [InlineData("auth sessions id WHERE in", "internal")]
    [InlineData("auth sessions id WHERE internal ")]
    [InlineData("auth sessions id WHERE internal == false or or", "origin")]
    [InlineData("auth sessions id WHERE (o", "origin")]
    [InlineData("auth sessions #")]
    public void Names_go_on(string line, params string[] choices) =>
        Assert.Equal(choices, new CliShell(Settings(), TextWriter.Null).Complete(line).Select(choice => choice.Text));

    [Fact]
    public void Nothing_goes_on_a_line_that_is_too_long_to_be_looked_at() => Assert.Empty(
        new CliShell(Settings(), TextWriter.Null).Complete("auth sessions id WHERE a or" + new string(' ', 60_000) + "#"));

    [Theory]
    [InlineData("auth sessions ", "")]
    [InlineData("auth sessions id,", "id")]
    [InlineData("auth sessions id WHERE ", "")]
    [InlineData("auth sessions id WHERE internal == false or ", "")]
    public void Columns_are_offered(string line, string except) =>
        Assert.Equal(Columns.Where(name => name != except), new CliShell(Settings(), TextWriter.Null).Complete(line).Select(choice => choice.Text));

    private static CliSettings Settings() => CliSettings.Read(CliCommand.Create().Parse([]));
}
