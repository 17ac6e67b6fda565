using System.CommandLine;

namespace SsmSessions.Local.Cli;

/// <summary><c>ssm-sessions cli</c>: the TrueNAS command line, as far as sessions go (spec/truenas-sessions.md).</summary>
internal static class CliCommand
{
    private const int Failed = 1;

    public static Command Create()
    {
        var command = new Command(
            "cli",
            "The TrueNAS command line over the sessions of a running service: a prompt, or one command.\n\n" +
            "  ssm-sessions cli -c \"auth sessions\"\n" +
            "  ssm-sessions cli -m csv -c \"auth sessions id,origin WHERE internal == false\"\n" +
            "  ssm-sessions cli -c 'auth terminate_session \"3f0c2a9e-51d7-4b86-9d6e-0c7be1a4f210\"'");
        foreach (var setting in CliSettings.All)
            command.Add(setting.Option);
        return command;
    }

    /// <summary>Executes the command, or lines until there are no more.</summary>
    /// <returns>0, or 1 for a command that fails; at the prompt such a command is told and forgotten.</returns>
    /// <exception cref="SettingException">A setting cannot be used.</exception>
    public static async Task<int> RunAsync(ParseResult parsed, TextWriter output, TextWriter errors, CancellationToken cancellationToken)
    {
        var settings = CliSettings.Read(parsed);
        var shell = new CliShell(settings, output);
        try
        {
            await shell.StartAsync();
            if (settings.Command is { } command)
                await shell.ExecuteAsync(command);
            else
                await PromptAsync(shell, output, cancellationToken);
            return 0;
        }
        catch (CliFailure failure)
        {
            errors.Write(failure.Message.TrimEnd('\n') + "\n");
            return Failed;
        }
    }

    private static async Task PromptAsync(CliShell shell, TextWriter output, CancellationToken cancellationToken)
    {
        Func<Task<string?>> read = async () => await Console.In.ReadLineAsync(cancellationToken);
        if (TerminalPrompt.IsPossible)
        {
            var prompt = new TerminalPrompt(shell, CliHistory.Open(output, TimeProvider.System));
            read = () => prompt.ReadAsync(cancellationToken);
        }

        while (!shell.IsOver && await read() is { } line)
        {
            try
            {
                await shell.ExecuteAsync(line);
            }
            catch (CliFailure failure)
            {
                output.Write(failure.Message.TrimEnd('\n') + "\n\n");
            }

            await output.FlushAsync(cancellationToken);
        }
    }
}
