using System.Diagnostics;

namespace SsmSessions.Conformance.Tests.Hosts;

/// <summary>The executable <c>ssm-sessions</c> as a process of its own.</summary>
internal sealed class LocalProcess : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly Process _process;

    private LocalProcess(Process process, Uri url)
    {
        _process = process;
        Url = url;
    }

    /// <summary>Where it listens.</summary>
    public Uri Url { get; }

    /// <summary>Starts it on a free port and waits until it says where it listens.</summary>
    public static async Task<LocalProcess> StartAsync(params string[] arguments)
    {
        var configuration = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        var program = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "SsmSessions.Local", configuration, "ssm-sessions"));
        var start = new ProcessStartInfo(program, ["--urls", "http://127.0.0.1:0", .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var process = Process.Start(start)!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        using var deadline = new CancellationTokenSource(Deadline);
        const string Mark = " listens on ";
        while (await process.StandardOutput.ReadLineAsync(deadline.Token) is { } line)
        {
            var at = line.IndexOf(Mark, StringComparison.Ordinal);
            if (at >= 0)
                return new LocalProcess(process, new Uri(line[(at + Mark.Length)..]));
        }

        throw new InvalidOperationException($"{program} ended without listening");
    }

    /// <summary>Ends it at once (SIGKILL).</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }
}
