using System.Diagnostics;

namespace SsmSessions.Testing;

/// <summary>Runs programs to their end.</summary>
public static class FinishedProcess
{
    /// <summary>Runs a program to its end; one that is not done in time is killed with all that it started.</summary>
    /// <param name="start">What to start. Its output and errors are read; its input, where it is redirected, is empty.</param>
    /// <param name="patience">How long it may take.</param>
    /// <returns>Its exit code, and what it wrote.</returns>
    /// <exception cref="OperationCanceledException">It took longer.</exception>
    /// <exception cref="System.ComponentModel.Win32Exception">There is no such program.</exception>
    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(ProcessStartInfo start, TimeSpan patience)
    {
        start.UseShellExecute = false;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        using var process = Process.Start(start)!;
        if (start.RedirectStandardInput)
            process.StandardInput.Close();
        using var limit = new CancellationTokenSource(patience);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var errors = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, await output, await errors);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }
}
