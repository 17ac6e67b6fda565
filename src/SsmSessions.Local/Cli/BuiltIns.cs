namespace SsmSessions.Local.Cli;

/// <summary>What is there in every namespace (spec/truenas-sessions.md §3, §4).</summary>
internal static class BuiltIns
{
    public static IReadOnlyList<CliEntry> All { get; } =
    [
        Of("..", "Go one level up", UpAsync),
        Of("exit", "Exit CLI", ExitAsync, "quit"),
        Of("ls", "List available directories and commands", ListAsync),
        Of("man", "Show help and examples for specific command", ManualAsync),
        Of("?", "List available built-in commands", HelpAsync, "help"),
        Of("/", "Go to the root level", TopAsync),
        Of(".mode", "Get/set output mode", ModeAsync),
        Of(".stacks", "Enable/disable printing stack traces for errors", StacksAsync),
    ];

    private static CliAction Of(string name, string description, CliAction.Body run, params string[] aliases) =>
        new(name, description, run) { Aliases = aliases, IsBuiltIn = true };

    private static Task UpAsync(CliShell shell, CliNamespace home, string? rest)
    {
        if (home.Parent is { } parent)
            shell.Enter(parent);
        return Task.CompletedTask;
    }

    private static Task TopAsync(CliShell shell, CliNamespace home, string? rest)
    {
        shell.Enter(shell.Top);
        return Task.CompletedTask;
    }

    private static Task ExitAsync(CliShell shell, CliNamespace home, string? rest)
    {
        shell.IsOver = true;
        return Task.CompletedTask;
    }

    private static Task ListAsync(CliShell shell, CliNamespace home, string? rest)
    {
        WriteAll(shell, [.. home.Own.OrderBy(entry => entry.Name, StringComparer.Ordinal)]);
        return Task.CompletedTask;
    }

    private static Task HelpAsync(CliShell shell, CliNamespace home, string? rest)
    {
        WriteAll(shell, All);
        return Task.CompletedTask;
    }

    private static Task ManualAsync(CliShell shell, CliNamespace home, string? rest)
    {
        string[] path = (rest ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var shown = string.Join(' ', path);
        CliEntry? found = home;
        foreach (var name in path)
            found = (found as CliNamespace)?.Find(name);
        shell.WriteLine(found switch
        {
            _ when path.Length == 0 => "Usage: man <command>",
            null => $"Command `{shown}` not found",
            CliAction action => action.Manual ?? $"No documentation found for `{shown}`",
            _ => $"`{shown}` is not a command",
        });
        return Task.CompletedTask;
    }

    private static Task ModeAsync(CliShell shell, CliNamespace home, string? rest)
    {
        if (string.IsNullOrEmpty(rest))
        {
            shell.WriteLine($"Current output mode: {shell.Mode.Name}");
            return Task.CompletedTask;
        }

        try
        {
            shell.Mode = OutputMode.Named(rest);
        }
        catch (CliFailure unknown)
        {
            throw new CliFailure($"Error: {unknown.Message}");
        }

        return Task.CompletedTask;
    }

    private static Task StacksAsync(CliShell shell, CliNamespace home, string? rest)
    {
        switch (rest?.ToUpperInvariant())
        {
            case null or "":
                shell.WriteLine($"Errors stack trace display: {(shell.Stacks ? "enabled" : "disabled")}");
                break;
            case "0" or "NO" or "OFF":
                shell.Stacks = false;
                break;
            case "1" or "YES" or "ON":
                shell.Stacks = true;
                break;
            default:
                shell.WriteLine($"Invalid value: '{rest}'. Should be 'on' or 'off'");
                break;
        }

        return Task.CompletedTask;
    }

    private static void WriteAll(CliShell shell, IReadOnlyList<CliEntry> entries)
    {
        var width = entries.Max(entry => entry.Name.Length);
        foreach (var entry in entries)
            shell.WriteLine($"{entry.Name.PadRight(width)} - {entry.Description}");
    }
}
