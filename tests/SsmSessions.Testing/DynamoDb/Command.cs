using System.ComponentModel;
using System.Diagnostics;

namespace SsmSessions.Testing.DynamoDb;

/// <summary>Runs a command to its end.</summary>
internal static class Command
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>npm as this system calls it.</summary>
    public static string Npm => OperatingSystem.IsWindows() ? "npm.cmd" : "npm";

    /// <exception cref="EmulatorUnavailableException">There is no such command, it failed, or it took too long.</exception>
    public static async Task RunAsync(string name, string[] arguments, string? folder = null)
    {
        var start = new ProcessStartInfo(name, arguments) { WorkingDirectory = folder ?? "" };
        try
        {
            var (exitCode, _, errors) = await FinishedProcess.RunAsync(start, Patience);
            if (exitCode != 0)
                throw new EmulatorUnavailableException($"{name} {string.Join(' ', arguments)} failed: {errors.Trim()}");
        }
        catch (Win32Exception missing)
        {
            throw Missing(start, missing);
        }
        catch (OperationCanceledException late)
        {
            throw new EmulatorUnavailableException($"{name} {string.Join(' ', arguments)} took more than {Patience.TotalMinutes} minutes.", late);
        }
    }

    /// <exception cref="EmulatorUnavailableException">There is no such command.</exception>
    public static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception missing)
        {
            throw Missing(start, missing);
        }
    }

    private static EmulatorUnavailableException Missing(ProcessStartInfo start, Win32Exception missing) =>
        new($"There is no {start.FileName} here.", missing);
}
