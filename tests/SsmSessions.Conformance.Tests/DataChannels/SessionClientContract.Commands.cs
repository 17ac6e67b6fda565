namespace SsmSessions.Conformance.Tests.DataChannels;

/// <summary>Commands without a terminal.</summary>
public abstract partial class SessionClientContract
{
    [Fact]
    public async Task A_non_interactive_command_tells_all_it_wrote_at_its_end()
    {
        await using var run = await StartAsync(SessionRequest.Of(
            "AWS-StartNonInteractiveCommand", ("command", "sh -c 'tty; echo to output; echo to error >&2; exit 3'")));
        var output = Lines(await run.ReadUntilAsync("to error"));
        Assert.Contains("not a tty", output, StringComparison.Ordinal);
        Assert.Contains("to output\n", output, StringComparison.Ordinal);
        Assert.Equal("", await run.WaitForEndAsync());
    }

    [Fact]
    public async Task A_program_that_does_not_exist_is_told()
    {
        await using var run = await StartAsync(SessionRequest.Of("AWS-StartNonInteractiveCommand", ("command", "no-such-program")));
        Assert.Contains("\"no-such-program\": executable file not found in $PATH", await run.WaitForEndAsync(), StringComparison.Ordinal);
        await (await hosts.OpenAsync()).WaitForStatusAsync(run.SessionId, "Failed");
    }
}
