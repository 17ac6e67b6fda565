using SsmSessions.Local.Cli;
using SsmSessions.Testing;

namespace SsmSessions.Tests.Local.Cli;

/// <summary><c>ssm-sessions cli</c> in this process.</summary>
internal static class CliRun
{
    /// <summary>Runs a command against a server.</summary>
    public static Task<(int ExitCode, string Output, string Errors)> RunAsync(TestServer server, string command, params string[] options) =>
        RunAsync(["--url", server.Url.ToString(), "-c", command, .. options]);

    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var exitCode = await CliCommand.RunAsync(CliCommand.Create().Parse(arguments), output, errors, CancellationToken.None);
        return (exitCode, output.ToString(), errors.ToString());
    }
}
