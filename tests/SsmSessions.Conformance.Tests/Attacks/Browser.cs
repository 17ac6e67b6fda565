using System.Diagnostics;

namespace SsmSessions.Conformance.Tests.Attacks;

/// <summary>A real browser without a window, with an empty profile of its own. It ends with this.</summary>
internal sealed class Browser : IAsyncDisposable
{
    private const string Program = "/usr/bin/chromium";

    private readonly Process _process;
    private readonly string _profile;

    private Browser(Process process, string profile)
    {
        _process = process;
        _profile = profile;
    }

    /// <summary>Opens a page. The test is skipped where there is no browser.</summary>
    /// <param name="page">The page.</param>
    /// <param name="names">Names that lead to 127.0.0.1.</param>
    public static Browser Open(Uri page, params string[] names)
    {
        Assert.SkipUnless(File.Exists(Program), "Chromium is not installed (Debian's package chromium)");
        var profile = Directory.CreateTempSubdirectory("ssm-sessions-browser-").FullName;
        var start = new ProcessStartInfo(
            Program,
            [
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
                "--disable-dev-shm-usage", "--no-proxy-server", "--remote-debugging-port=0", $"--user-data-dir={profile}", $"--host-resolver-rules={string.Join(", ", names.Select(name => $"MAP {name} 127.0.0.1"))}",
                page.ToString(),
            ])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return new Browser(process, profile);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        try
        {
            Directory.Delete(_profile, recursive: true);
        }
        catch (IOException)
        {
            // One of its processes writes there to the last; the folder is a temporary one.
        }
    }
}
