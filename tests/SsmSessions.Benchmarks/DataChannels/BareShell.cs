using System.Diagnostics;
using Microsoft.Win32.SafeHandles;
using SsmSessions.Node;
using SsmSessions.Node.Processes;

namespace SsmSessions.Benchmarks.DataChannels;

/// <summary>The shell that the node runs, in the same kind of terminal, with nothing in between.</summary>
internal sealed class BareShell : IDisposable
{
    private readonly PseudoTerminal _terminal;
    private readonly FileStream _output;
    private readonly byte[] _buffer = new byte[4096];

    private BareShell(PseudoTerminal terminal)
    {
        _terminal = terminal;

        // Reading waits.
        _ = Libc.Control(terminal.Descriptor, Libc.ControlSetFlags, 0);
        _output = new FileStream(new SafeFileHandle(terminal.Descriptor, ownsHandle: false), FileAccess.Read, bufferSize: 0);
    }

    public static async Task<BareShell> OpenAsync()
    {
        var terminal = new PseudoTerminal(TerminalSize.Default);
        var environment = ChildEnvironment.Inherited(home: "/");
        await ProcessLauncher.LaunchAsync(new LaunchSpec
        {
            Path = ExecutablePath.TryFind("sh", environment.GetValueOrDefault("PATH")) ?? "/bin/sh",
            Arguments = [],
            Environment = environment,
            WorkingDirectory = "/",
            Streams = (ChildStream.Open(terminal.SlavePath, Libc.OpenReadWrite), ChildStream.Same(0), ChildStream.Same(0)),
        });
        var shell = new BareShell(terminal);

        // Its prompt.
        shell.Read();
        return shell;
    }

    /// <summary>Types a key; says how long its echo took to come.</summary>
    public double Type(byte key, byte echo)
    {
        var typed = Stopwatch.GetTimestamp();
        _terminal.Write([key]);
        while (!Read().Contains(echo))
        {
        }

        return Stopwatch.GetElapsedTime(typed).TotalSeconds;
    }

    /// <summary>Hangs up.</summary>
    public void Dispose()
    {
        _output.Dispose();
        _terminal.Dispose();
    }

    private ReadOnlySpan<byte> Read() => _buffer.AsSpan(0, _output.Read(_buffer));
}
