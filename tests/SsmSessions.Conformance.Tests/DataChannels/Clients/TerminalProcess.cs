using System.Collections;
using SsmSessions.Channel;
using SsmSessions.Node;
using SsmSessions.Node.Processes;
using SsmSessions.Testing.DataChannels;

namespace SsmSessions.Conformance.Tests.DataChannels.Clients;

/// <summary>A program in a terminal, as a user has it before him.</summary>
internal sealed class TerminalProcess : IAsyncDisposable
{
    private const int PollMilliseconds = 100;
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(500);

    private readonly PseudoTerminal _terminal;
    private readonly ChildProcess _child;
    private readonly ClientRecord _screen;
    private readonly Task _reading;
    private volatile bool _isOver;

    private TerminalProcess(PseudoTerminal terminal, ChildProcess child, TimeSpan deadline)
    {
        _terminal = terminal;
        _child = child;
        _screen = new ClientRecord(deadline);
        _reading = Task.Factory.StartNew(Read, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Starts a program in a terminal of its own.</summary>
    /// <param name="path">Its file.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="variables">Environment variables besides those of this process.</param>
    /// <param name="size">The size of the terminal.</param>
    /// <param name="deadline">How long any wait may take.</param>
    public static async Task<TerminalProcess> StartAsync(
        string path, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> variables, TerminalSize size, TimeSpan deadline)
    {
        var environment = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(v => (string)v.Key, v => (string?)v.Value ?? "", StringComparer.Ordinal);
        foreach (var (name, value) in variables)
            environment[name] = value;
        var terminal = new PseudoTerminal(size);
        var child = await ProcessLauncher.LaunchAsync(new LaunchSpec
        {
            Path = path,
            Arguments = arguments,
            Environment = environment,
            WorkingDirectory = Path.GetTempPath(),
            Streams = (ChildStream.Open(terminal.SlavePath, Libc.OpenReadWrite), ChildStream.Same(0), ChildStream.Same(0)),
        });
        return new TerminalProcess(terminal, child, deadline);
    }

    /// <summary>Waits for a text on the screen behind what was returned before; returns all up to and with it.</summary>
    public Task<string> ReadUntilAsync(string text) => _screen.ReadUntilAsync(text);

    /// <summary>Types.</summary>
    public void Type(string text) => Assert.Equal(text.Length, _terminal.Write(System.Text.Encoding.ASCII.GetBytes(text)));

    /// <summary>Changes the size of the terminal.</summary>
    public void Resize(TerminalSize size) => _terminal.Resize(size);

    /// <summary>Waits for the end of the program; returns its exit code.</summary>
    public async Task<int> WaitForExitAsync(TimeSpan within)
    {
        var code = await _child.Exited.WaitAsync(within);
        await _reading.WaitAsync(within);
        return code;
    }

    /// <summary>Ends the program.</summary>
    public async ValueTask DisposeAsync()
    {
        await _child.EndAsync(_terminal.ForegroundGroup, Grace);
        _isOver = true;
        await _reading;
        _terminal.Dispose();
    }

    private unsafe void Read()
    {
        const int BufferBytes = 16 * 1024;
        var buffer = stackalloc byte[BufferBytes];
        while (!_isOver)
        {
            var entry = new Libc.PollEntry { Descriptor = _terminal.Descriptor, Events = Libc.PollIn };
            if (Libc.Poll(&entry, 1, PollMilliseconds) <= 0)
                continue;
            var length = Libc.Read(_terminal.Descriptor, buffer, BufferBytes);

            // Who had the terminal is gone.
            if (length <= 0)
                return;
            _screen.TryAdd(PayloadType.Output, new ReadOnlySpan<byte>(buffer, (int)length));
        }
    }
}
