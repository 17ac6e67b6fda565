using SsmSessions.Conformance.Tests.Clients;

namespace SsmSessions.Conformance.Tests.DataChannels;

/// <summary>Shells, and what people do in them.</summary>
public abstract partial class SessionClientContract
{
    [Fact]
    public async Task A_shell_has_the_size_of_the_terminal_and_follows_it()
    {
        await using var shell = await OpenShellAsync();
        Assert.Equal("30 100", await RunAsync(shell, """until [ "$(stty size)" = "30 100" ]; do :; done; stty size"""));
        await shell.ResizeAsync(132, 43);
        Assert.Equal("43 132", await RunAsync(shell, """until [ "$(stty size)" = "43 132" ]; do :; done; stty size"""));
    }

    [Fact]
    public async Task Control_C_interrupts_what_runs()
    {
        await using var shell = await OpenShellAsync();
        await shell.TypeAsync("sh -c 'echo go''ing; exec sleep 100'\r");
        await shell.ReadUntilAsync("going");
        await shell.TypeAsync("\x03");
        await shell.ReadUntilAsync(Prompt);
        Assert.Equal("130", await RunAsync(shell, "echo $?"));
    }

    [Fact]
    public async Task A_full_screen_editor_writes_a_file()
    {
        Assert.SkipWhen(RealClient.Find("vi") is null, "vi: it is not installed");
        var file = Path.GetTempFileName();
        try
        {
            await using var shell = await OpenShellAsync();
            await shell.TypeAsync($"vi {file}\r");

            // It has the screen when it names the file at its lower edge.
            await shell.ReadUntilAsync($"\"{file}\"");
            await shell.TypeAsync("iwritten in a full screen\x1b");
            await shell.TypeAsync(":wq\r");
            await shell.ReadUntilAsync(Prompt);
            Assert.Equal("written in a full screen\n", await File.ReadAllTextAsync(file));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task Top_shows_the_load_until_q_is_pressed()
    {
        Assert.SkipWhen(RealClient.Find("top") is null, "top: it is not installed");
        await using var shell = await OpenShellAsync();
        await shell.TypeAsync("top\r");
        await shell.ReadUntilAsync("load average");
        await shell.TypeAsync("q");
        await shell.ReadUntilAsync(Prompt);
        Assert.Equal("0", await RunAsync(shell, "echo $?"));
    }

    [Fact]
    public async Task Exit_ends_the_session()
    {
        await using var shell = await OpenShellAsync();
        await shell.TypeAsync("exit\r");
        Assert.Equal("", await shell.WaitForEndAsync());
        await (await hosts.OpenAsync()).WaitForStatusAsync(shell.SessionId, "Terminated");
    }

    [Fact]
    public async Task TerminateSession_ends_the_client_and_what_runs()
    {
        await using var shell = await OpenShellAsync();
        var process = await RunAsync(shell, "echo $$");
        await (await hosts.OpenAsync()).TerminateAsync(shell.SessionId);
        Assert.Equal("", await shell.WaitForEndAsync());
        await Testing.Eventually.IsTrueAsync(() => !Directory.Exists($"/proc/{process}"), TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Characters_of_several_bytes_come_through_whole()
    {
        await using var shell = await OpenShellAsync();
        var text = string.Concat(Enumerable.Range(1, 300).Select(i => $"{i}:ÄÖÜ€😀;"));
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, text);
            Assert.Equal(text, await RunAsync(shell, $"cat {file}; echo"));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task An_interactive_command_is_talked_to_and_ends_the_session()
    {
        await using var run = await StartAsync(SessionRequest.Of("AWS-StartInteractiveCommand", ("command", "tty >/dev/null && echo 'name?'; read name; echo \"hello $name\"")));
        await run.ReadUntilAsync("name?");
        await run.TypeAsync("world\r");
        await run.ReadUntilAsync("hello world");
        Assert.Equal("", await run.WaitForEndAsync());
    }
}
