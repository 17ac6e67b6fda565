using System.ComponentModel;
using System.Diagnostics;

namespace SsmSessions.Conformance.Tests.Crashes;

/// <summary>Commands of the system that tests need and not every system lets everybody use.</summary>
internal static class SystemCommand
{
    /// <summary>Runs a command; null when it could be done, else why not.</summary>
    public static async Task<string?> RunAsync(string name, params IEnumerable<string> arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(name, arguments) { UseShellExecute = false, RedirectStandardError = true })!;
            var errors = await process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync();
            return process.ExitCode == 0 ? null : errors.Trim();
        }
        catch (Win32Exception missing)
        {
            return missing.Message;
        }
    }
}
