using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace SsmSessions.Testing;

/// <summary>The executable <c>ssm-sessions</c> as a process of its own, on a free loopback port.</summary>
public sealed partial class ServiceProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>The shell's standard input is a pipe from the test process, so that the service ends with it, however that ends.</summary>
    private const string EndWithParent = """
        exec 3<&0
        "$@" </dev/null 3<&- &
        service=$!
        echo "pid $service"
        { cat <&3; kill -9 $service; } >/dev/null 2>&1 &
        watcher=$!
        wait $service
        status=$?
        kill $watcher
        exit $status
        """;

    private readonly Process _shell;
    private readonly Process _service;

    private ServiceProcess(Process shell, Process service, Uri url)
    {
        _shell = shell;
        _service = service;
        Url = url;
        Http = new HttpClient { BaseAddress = url };
    }

    /// <summary>Where it listens.</summary>
    public Uri Url { get; }

    /// <summary>A client of it.</summary>
    public HttpClient Http { get; }

    /// <summary>Its process id.</summary>
    public int Id => _service.Id;

    /// <summary>Starts the service and waits until it says where it listens.</summary>
    /// <exception cref="InvalidOperationException">It ended instead; the message has what it wrote.</exception>
    public static Task<ServiceProcess> StartAsync(params IEnumerable<string> arguments) => StartUnderAsync([], arguments);

    /// <summary>The same under a command that becomes the service: <c>ip netns exec NAME</c> for one.</summary>
    /// <exception cref="InvalidOperationException">It ended instead; the message has what it wrote.</exception>
    public static Task<ServiceProcess> StartUnderAsync(IEnumerable<string> command, IEnumerable<string> arguments) =>
        StartCommandAsync([.. command, .. CommandLine], arguments);

    /// <summary>The same with an executable that was published.</summary>
    /// <exception cref="InvalidOperationException">It ended instead; the message has what it wrote.</exception>
    public static Task<ServiceProcess> StartPublishedAsync(string executable, params IEnumerable<string> arguments) =>
        StartCommandAsync([executable], arguments);

    private static async Task<ServiceProcess> StartCommandAsync(IEnumerable<string> command, IEnumerable<string> arguments)
    {
        var shell = StartShell(command, arguments);
        using var patience = new CancellationTokenSource(Patience);
        Process? service = null;
        while (await shell.StandardOutput.ReadLineAsync(patience.Token) is { } line)
        {
            if (line.StartsWith("pid ", StringComparison.Ordinal))
                service = Process.GetProcessById(int.Parse(line.AsSpan(4), CultureInfo.InvariantCulture));
            else if (ListensOn().Match(line) is { Success: true } match)
                return new ServiceProcess(Drained(shell), service!, new Uri(match.Groups["url"].Value));
        }

        throw new InvalidOperationException("the service ended: " + await shell.StandardError.ReadToEndAsync(patience.Token));
    }

    /// <summary>Starts the service and kills it a while later, be it ready by then or not.</summary>
    /// <returns>Whether it had said that it listens.</returns>
    public static async Task<bool> KillWhileStartingAsync(TimeSpan after, params IEnumerable<string> arguments)
    {
        using var shell = StartShell(CommandLine, arguments);
        using var patience = new CancellationTokenSource(Patience);
        var line = await shell.StandardOutput.ReadLineAsync(patience.Token);
        await Task.Delay(after, patience.Token);
        await SignalAsync(int.Parse(line.AsSpan(4), CultureInfo.InvariantCulture), "KILL");
        var output = await shell.StandardOutput.ReadToEndAsync(patience.Token);
        await shell.WaitForExitAsync(patience.Token);
        return output.Split('\n').Any(written => ListensOn().IsMatch(written));
    }

    /// <summary>Runs the executable to its end.</summary>
    public static Task<(int ExitCode, string Output, string Errors)> RunAsync(
        IEnumerable<string> arguments, params IEnumerable<(string Name, string Value)> environment) =>
        FinishedProcess.RunAsync(StartInfo(CommandLine[0], [.. CommandLine[1..], .. arguments], environment), Patience);

    /// <summary>Runs an executable that was published to its end.</summary>
    public static Task<(int ExitCode, string Output, string Errors)> RunPublishedAsync(string executable, params IEnumerable<string> arguments) =>
        FinishedProcess.RunAsync(StartInfo(executable, arguments, []), Patience);

    /// <summary>Ends it as a crash does: nothing is flushed, nobody is told.</summary>
    public async Task KillAsync()
    {
        _service.Kill();
        await _shell.WaitForExitAsync();
    }

    /// <summary>Sends it a signal: <c>STOP</c> for one.</summary>
    public Task SignalAsync(string signal) => SignalAsync(_service.Id, signal);

    /// <summary>Asks it to stop, as a service manager does, and returns its exit status.</summary>
    public async Task<int> StopAsync()
    {
        await SignalAsync("TERM");
        using var patience = new CancellationTokenSource(Patience);
        await _shell.WaitForExitAsync(patience.Token);
        return _shell.ExitCode;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        _shell.StandardInput.Close();
        await _shell.WaitForExitAsync();
        _shell.Dispose();
        _service.Dispose();
    }

    private static Process StartShell(IEnumerable<string> command, IEnumerable<string> arguments)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "A shell of Unix watches over the process.");
        return Process.Start(StartInfo("sh", ["-c", EndWithParent, "sh", .. command, "--urls", "http://127.0.0.1:0", .. arguments], []))!;
    }

    private static async Task SignalAsync(int process, string signal)
    {
        using var kill = Process.Start("kill", ["-" + signal, process.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    /// <summary>The build copies the executable beside the tests.</summary>
    private static string[] CommandLine { get; } =
        [Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet", Path.Combine(AppContext.BaseDirectory, "ssm-sessions.dll")];

    private static ProcessStartInfo StartInfo(string name, IEnumerable<string> arguments, IEnumerable<(string Name, string Value)> environment)
    {
        var start = new ProcessStartInfo(name, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (variable, value) in environment)
            start.Environment[variable] = value;
        return start;
    }

    /// <summary>Reads what the process still writes, so that it never waits for a reader.</summary>
    private static Process Drained(Process process)
    {
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
        return process;
    }

    [GeneratedRegex(@"^ssm-sessions \S+ listens on (?<url>http://\S+)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex ListensOn();
}
