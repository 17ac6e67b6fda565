using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using SsmSessions.Node.Processes;

namespace SsmSessions.Benchmarks.Peers;

/// <summary>A program of somebody else that this service is compared with. It ends with what it has started.</summary>
internal sealed class PeerProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(50);

    private PeerProcess(Process process) => Process = process;

    public Process Process { get; }

    /// <summary>Where a program lies: on PATH, or where servers are that are not meant for every user; null where it is not installed.</summary>
    public static string? Find(string program) =>
        ExecutablePath.TryFind(program, Environment.GetEnvironmentVariable("PATH")) ?? ExecutablePath.TryFind(program, folders: null);

    /// <summary>Starts an installed program. What it prints is kept for <see cref="WaitForPortAsync"/>, or for who reads it.</summary>
    public static PeerProcess Start(string program, params IEnumerable<string> arguments) => new(Process.Start(new ProcessStartInfo(Find(program)!, arguments)
    {
        UseShellExecute = false,
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!);

    /// <summary>Waits until it listens.</summary>
    /// <exception cref="InvalidOperationException">It does not; the message has what it said.</exception>
    public async Task WaitForPortAsync(int port, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < Patience)
        {
            if (Process.HasExited)
                throw new InvalidOperationException($"{Process.StartInfo.FileName}: {await Process.StandardError.ReadToEndAsync(cancellationToken)}");
            try
            {
                using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(LookAgain, cancellationToken);
            }
        }

        throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"{Process.StartInfo.FileName} does not listen on port {port}"));
    }

    /// <summary>Throws away what it prints from now on, so that it never waits for a reader.</summary>
    public void Mute()
    {
        Process.BeginOutputReadLine();
        Process.BeginErrorReadLine();
    }

    public void Dispose()
    {
        Process.Kill(entireProcessTree: true);
        Process.Dispose();
    }
}
