using System.Text;
using SsmSessions.Channel;
using SsmSessions.Channel.Payloads;
using SsmSessions.Node.Plans;
using SsmSessions.Node.Processes;

namespace SsmSessions.Node.Shells;

/// <summary>Runs a shell, or a command, in a terminal (spec/ssm-data-channel.md §9.1, §9.2).</summary>
/// <param name="session">The session.</param>
/// <param name="options">How the node behaves.</param>
/// <param name="command">The command; null for an interactive shell.</param>
internal sealed class TerminalRunner(NodeSession session, NodeOptions options, CommandProperties? command) : ISessionRunner
{
    private PseudoTerminal? _terminal;
    private WakeEvent? _wake;
    private TerminalInput? _input;
    private ITranscript? _transcript;
    private ChildProcess? _child;
    private ProcessPump? _pump;

    public async ValueTask OpenAsync()
    {
        try
        {
            var process = SessionProcess.Of(session, command?.RunAsElevated ?? false);
            _terminal = new PseudoTerminal(TerminalSize.Default);
            if (process.RunAs is { } user)
                _terminal.GiveTo(user);
            _child = await ProcessLauncher.LaunchAsync(new LaunchSpec
            {
                Path = ExecutablePath.TryFind("sh", process.ProgramFolders) ?? "/bin/sh",
                Arguments = command is null ? [] : ["-c", command.Script],
                Environment = process.Environment,
                WorkingDirectory = process.Home,
                Streams = (ChildStream.Open(_terminal.SlavePath, Libc.OpenReadWrite), ChildStream.Same(0), ChildStream.Same(0)),
                RunAs = process.RunAs,
            });
        }
        catch (LaunchException failure)
        {
            throw new SessionFailedException("Unable to start command: " + failure.Message, failure);
        }
    }

    public void Start()
    {
        _transcript = session.OpenTranscript();
        _wake = new WakeEvent();
        _input = new TerminalInput(_terminal!, _wake);
        if (command is null && session.Parameters.Text(session.Plan.Inputs.LinuxShellProfile) is { } profile && !string.IsNullOrWhiteSpace(profile))
            _input.TryWrite(Encoding.UTF8.GetBytes(profile + "\n"));

        var output = new OutputSource(_terminal!.Descriptor, session.Channel, PayloadType.Output) { Transcript = _transcript };
        _pump = new ProcessPump([output], _input, _wake, _terminal.Dispose);
        _ = RunAsync(_pump, _child!);
    }

    public bool TryConsume(PayloadType type, ReadOnlySpan<byte> payload)
    {
        if (type == PayloadType.Output)
            return _input!.TryWrite(payload);
        if (type == PayloadType.Size && SizeData.Read(payload) is { } data)
        {
            var size = new TerminalSize((int)Math.Min(data.Cols, ushort.MaxValue), (int)Math.Min(data.Rows, ushort.MaxValue));
            _terminal!.Resize(size);
            _transcript?.Resize(size);
        }

        return true;
    }

    public async ValueTask DisposeAsync()
    {
        // Looked at before the terminal is hung up, which may end the shell, but not what is in its foreground.
        var isRunning = _child?.Exited.IsCompleted == false;
        var foreground = _terminal?.ForegroundGroup ?? 0;
        if (_pump is not null)
            await _pump.DisposeAsync();
        _terminal?.Dispose();
        if (isRunning)
            await _child!.EndAsync(foreground, options.TerminationGrace);
        else
            _child?.Reap();
        _transcript?.Dispose();
    }

    private async Task RunAsync(ProcessPump pump, ChildProcess child)
    {
        _ = child.Exited.ContinueWith(_ => pump.ExpectNoMore(), TaskScheduler.Default);
        try
        {
            await pump.Ended;

            // The end of the terminal is seen a little earlier than that of the shell.
            await Task.WhenAny(child.Exited, Task.Delay(options.TerminationGrace));
            session.Complete();
        }
        catch (Exception failure)
        {
            session.Fail(failure);
        }
    }
}
