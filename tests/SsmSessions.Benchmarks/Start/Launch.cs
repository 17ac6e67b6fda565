using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using SsmSessions.Testing;

namespace SsmSessions.Benchmarks.Start;

/// <summary>A server that is started again and again, and what each start cost.</summary>
/// <param name="what">What it is.</param>
/// <param name="program">The program to start.</param>
/// <param name="arguments">Its arguments, given a port and an empty folder.</param>
/// <param name="action">The action that is asked for first.</param>
internal sealed class Launch(string what, string program, Func<int, string, string[]> arguments, string action = "DescribeSessions")
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Samples _milliseconds = new();
    private readonly Samples _megabytes = new();
    private readonly Samples _processor = new();

    public string What => what;

    /// <summary>From the start of the process to the first bytes of the answer, ms, median.</summary>
    public double Milliseconds => _milliseconds.Median;

    /// <summary>Resident after the answer, MB, median.</summary>
    public double Megabytes => _megabytes.Median;

    /// <summary>Seconds of processor time until then, median: what a busy machine changes least. Linux counts them in hundredths.</summary>
    public double Processor => _processor.Median;

    /// <summary>Starts it, asks, and ends it.</summary>
    /// <exception cref="InvalidOperationException">It ended, or did not answer with 200.</exception>
    public async Task MeasureAsync(bool counts, CancellationToken cancellationToken)
    {
        using var folder = new TemporaryFolder();
        // A Kestrel that has not been told otherwise looks at all that lies below the folder that it is started in.
        var empty = Directory.CreateDirectory(folder.Of("empty")).FullName;
        var port = FreePort.Next();
        var start = new ProcessStartInfo(program, arguments(port, folder.Of("data")))
        {
            WorkingDirectory = empty,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        var begin = Stopwatch.GetTimestamp();
        using var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            await AskAsync(process, port, patience.Token);
            var elapsed = Stopwatch.GetElapsedTime(begin);
            process.Refresh();
            if (!counts)
                return;
            _milliseconds.Add(elapsed.TotalMilliseconds);
            _megabytes.Add(process.WorkingSet64 / 1e6);
            _processor.Add(process.TotalProcessorTime.TotalSeconds);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }

    /// <summary>How long this took against another.</summary>
    public Measurement TimeAgainst(Launch reference, Wanted? wanted = null) => new(
        $"{what}: start to first answer", TimeText(Milliseconds), TimeText(reference.Milliseconds), Milliseconds / reference.Milliseconds, wanted, Processor: Processor);

    /// <summary>What this took of memory against another.</summary>
    public Measurement MemoryAgainst(Launch reference, Wanted? wanted = null) => new(
        $"{what}: resident after it", MemoryText(Megabytes), MemoryText(reference.Megabytes), Megabytes / reference.Megabytes, wanted);

    public static string TimeText(double milliseconds) => string.Create(CultureInfo.InvariantCulture, $"{milliseconds:0} ms");

    public static string MemoryText(double megabytes) => string.Create(CultureInfo.InvariantCulture, $"{megabytes:0} MB");

    private async Task AskAsync(Process process, int port, CancellationToken cancellationToken)
    {
        using var socket = await ConnectAsync(process, port, cancellationToken);
        await socket.SendAsync(AwsRequest.Of(port, action, action == "DescribeSessions" ? """{"State":"Active"}""" : "{}"), cancellationToken);
        var answer = new byte[4096];
        var length = await socket.ReceiveAsync(answer, cancellationToken);
        if (!answer.AsSpan(0, length).StartsWith("HTTP/1.1 200"u8))
            throw new InvalidOperationException($"{what} answered: {System.Text.Encoding.UTF8.GetString(answer, 0, length)}");
    }

    private async Task<Socket> ConnectAsync(Process process, int port, CancellationToken cancellationToken)
    {
        while (true)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
                return socket;
            }
            catch (SocketException) when (!process.HasExited)
            {
                socket.Dispose();
                await Task.Delay(TimeSpan.FromMilliseconds(1), cancellationToken);
            }
            catch (SocketException refused)
            {
                throw new InvalidOperationException($"{what} ended with status {process.ExitCode}", refused);
            }
        }
    }
}
