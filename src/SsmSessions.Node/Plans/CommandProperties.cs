using System.Text.Json;
using System.Text.RegularExpressions;

namespace SsmSessions.Node.Plans;

/// <summary>The properties of the two command types, for this platform (spec/ssm-control-plane.md §11.1).</summary>
internal sealed partial record CommandProperties
{
    /// <summary>What runs; never empty.</summary>
    public required IReadOnlyList<string> Commands { get; init; }

    /// <summary>Run as the service does, whatever user the preferences name.</summary>
    public bool RunAsElevated { get; init; }

    /// <summary>Send output and errors apart, and the exit code (spec/ssm-data-channel.md §9.3).</summary>
    public bool SeparateOutput { get; init; }

    /// <summary>Stands before output that begins a line.</summary>
    public string OutputPrefix { get; init; } = "";

    /// <summary>Stands before errors that begin a line.</summary>
    public string ErrorPrefix { get; init; } = "";

    /// <summary>The commands as one script for a shell.</summary>
    public string Script => string.Join('\n', Commands);

    /// <param name="json">The document's properties.</param>
    /// <param name="parameters">What replaces <c>{{ name }}</c>.</param>
    /// <param name="sessionType">The name of the session's type, for the text of the refusal.</param>
    /// <exception cref="SessionFailedException">They are not usable, or there are no commands.</exception>
    public static CommandProperties Parse(string? json, PlanParameters parameters, string sessionType)
    {
        using var document = JsonDocument.Parse(json ?? "{}");
        var all = new JsonTexts(document.RootElement, parameters);
        var branch = all.Object(Platform) ?? JsonTexts.Empty;
        var commands = branch.List("commands");
        if (commands.All(string.IsNullOrWhiteSpace))
            throw new SessionFailedException($"Commands cannot be empty for session type {sessionType}");

        // The documentation can be read both ways: the members of separate output beside the commands, or above them.
        var separate = branch.Boolean("separateOutputStream") ?? all.Boolean("separateOutputStream") ?? false;
        return new CommandProperties
        {
            Commands = commands,
            RunAsElevated = branch.Boolean("runAsElevated") ?? false,
            SeparateOutput = separate,
            OutputPrefix = separate ? Prefix("stdOutSeparatorPrefix", "stdoutSeparatorPrefix") : "",
            ErrorPrefix = separate ? Prefix("stdErrSeparatorPrefix", "stderrSeparatorPrefix") : "",
        };

        string Prefix(string member, string spokenOf)
        {
            var prefix = branch.Text(member) ?? all.Text(member) ?? "";
            return PrefixPattern().IsMatch(prefix) ? prefix : throw new SessionFailedException($"invalid {spokenOf} {prefix}");
        }
    }

    private static string Platform => OperatingSystem.IsWindows() ? "windows" : OperatingSystem.IsMacOS() ? "macos" : "linux";

    [GeneratedRegex(@"^[0-9a-zA-Z\r\n_:\-]{0,30}\z", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex PrefixPattern();
}
