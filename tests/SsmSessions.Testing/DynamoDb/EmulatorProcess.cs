using System.Collections.Concurrent;
using System.Diagnostics;

namespace SsmSessions.Testing.DynamoDb;

/// <summary>Runs an emulator for as long as this process lives.</summary>
internal static class EmulatorProcess
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(50);

    /// <summary>The shell's standard input is a pipe from this process. It ends when this process ends, even if that is killed.</summary>
    private const string EndWithParent = """
        "$@" </dev/null >/dev/null 2>&1 &
        cat >/dev/null
        kill $!
        """;

    /// <summary>Keeps the pipes from being collected, and with it the emulators alive.</summary>
    private static readonly ConcurrentBag<Process> Running = [];

    /// <summary>Starts a command on a free port, and returns its address when it answers there.</summary>
    /// <exception cref="EmulatorUnavailableException">It does not answer in time.</exception>
    public static async Task<Uri> StartAsync(string folder, Func<int, string[]> command)
    {
        var port = FreePort.Next();
        var process = Start(folder, command(port));
        var url = new Uri($"http://127.0.0.1:{port}/");
        if (await AnswersAsync(url))
            return url;
        process.StandardInput.Close();
        throw new EmulatorUnavailableException($"{string.Join(' ', command(port))} did not answer within {Patience.TotalSeconds} s.");
    }

    /// <summary>Starts a command that listens on a port, and returns its shell when it answers there. It ends when the shell's standard input is
    /// closed, or with this process.</summary>
    /// <exception cref="EmulatorUnavailableException">It does not answer in time.</exception>
    public static async Task<Process> StartOnAsync(int port, string folder, string[] command)
    {
        var process = Start(folder, command);
        if (await AnswersAsync(new Uri($"http://127.0.0.1:{port}/")))
            return process;
        process.StandardInput.Close();
        throw new EmulatorUnavailableException($"{string.Join(' ', command)} did not answer within {Patience.TotalSeconds} s.");
    }

    private static Process Start(string folder, string[] command)
    {
        var start = OperatingSystem.IsWindows()
            ? new ProcessStartInfo(command[0], command[1..])
            : new ProcessStartInfo("sh", ["-c", EndWithParent, "sh", .. command]);
        start.WorkingDirectory = folder;
        start.UseShellExecute = false;
        start.RedirectStandardInput = true;
        var process = Command.Start(start);
        Running.Add(process);
        if (OperatingSystem.IsWindows())
            AppDomain.CurrentDomain.ProcessExit += (_, _) => process.Kill();
        return process;
    }

    /// <summary>Any answer will do: without a signature it is a refusal.</summary>
    private static async Task<bool> AnswersAsync(Uri url)
    {
        using var client = new HttpClient();
        using var patience = new CancellationTokenSource(Patience);
        while (!patience.IsCancellationRequested)
        {
            try
            {
                using var response = await client.GetAsync(url, patience.Token);
                return true;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(BetweenTries);
            }
            catch (OperationCanceledException)
            {
                return false;
            }
        }

        return false;
    }
}
