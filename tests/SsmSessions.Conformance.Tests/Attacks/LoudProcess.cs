using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace SsmSessions.Conformance.Tests.Attacks;

/// <summary>The service as a process that logs all there is to log, and what it has written.</summary>
internal sealed partial class LoudProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly string[] Categories =
        ["Default", "Microsoft", "System", "SsmSessions", "Microsoft.AspNetCore", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Hosting.Diagnostics", "Microsoft.AspNetCore.Server.Kestrel", "Microsoft.AspNetCore.Server.Kestrel.BadRequests", "Microsoft.AspNetCore.Routing"];

    private readonly Process _process;
    private readonly StringBuilder _written = new();
    private readonly TaskCompletionSource<Uri> _listens = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private LoudProcess(Process process) => _process = process;

    /// <summary>Where it listens.</summary>
    public Uri Url => _listens.Task.Result;

    /// <summary>Its process id.</summary>
    public int Id => _process.Id;

    /// <summary>Standard output and standard error so far.</summary>
    public string Written
    {
        get
        {
            lock (_written)
                return _written.ToString();
        }
    }

    /// <summary>Starts it and waits until it listens.</summary>
    public static async Task<LoudProcess> StartAsync(IReadOnlyDictionary<string, string> environment, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "ssm-sessions.dll"), "--urls", "http://127.0.0.1:0", .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        foreach (var category in Categories)
        {
            start.Environment["Logging__LogLevel__" + category] = "Trace";
            start.Environment["Logging__Console__LogLevel__" + category] = "Trace";
        }

        var loud = new LoudProcess(Process.Start(start)!);
        loud._process.OutputDataReceived += (_, line) => loud.Take(line.Data);
        loud._process.ErrorDataReceived += (_, line) => loud.Take(line.Data);
        loud._process.BeginOutputReadLine();
        loud._process.BeginErrorReadLine();
        await loud._listens.Task.WaitAsync(Patience);
        return loud;
    }

    /// <summary>Asks it to stop, and waits until all is written.</summary>
    public async Task StopAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        using var patience = new CancellationTokenSource(Patience);
        await _process.WaitForExitAsync(patience.Token);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private void Take(string? line)
    {
        if (line is null)
            return;
        lock (_written)
            _written.AppendLine(line);
        if (ListensOn().Match(line) is { Success: true } match)
            _listens.TrySetResult(new Uri(match.Groups["url"].Value));
    }

    [GeneratedRegex(@"^ssm-sessions \S+ listens on (?<url>http://[^\s,]+)", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex ListensOn();
}
