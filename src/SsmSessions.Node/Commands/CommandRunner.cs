using System.Text;
using SsmSessions.Channel;
using SsmSessions.Node.Plans;
using SsmSessions.Node.Processes;

namespace SsmSessions.Node.Commands;

/// <summary>Runs a command without a terminal and without input (spec/ssm-data-channel.md §9.3). Derived: what becomes of its output.</summary>
internal abstract class CommandRunner(NodeSession session, NodeOptions options, CommandProperties command) : ISessionRunner
{
    private const byte ControlC = 0x03;
    private const byte ControlBackslash = 0x1C;

    private string? _startFailure;

    public virtual string CustomerMessage => "";

    /// <summary>The command; null until it runs, and where it could not be started.</summary>
    protected ChildProcess? Child { get; private set; }

    protected NodeSession Session => session;

    protected CommandProperties Command => command;

    public async ValueTask OpenAsync()
    {
        try
        {
            var process = SessionProcess.Of(session, command.RunAsElevated);
            var words = Words();
            Child = await ProcessLauncher.LaunchAsync(new LaunchSpec
            {
                Path = ExecutablePath.Find(words[0], process.ProgramFolders, process.Home),
                Arguments = [.. words.Skip(1)],
                Environment = process.Environment,
                WorkingDirectory = process.Home,
                Streams = OpenStreams(),
                RunAs = process.RunAs,
            });
        }
        catch (LaunchException failure)
        {
            // Told when the client listens: it gets this as output too.
            _startFailure = $"Error occurred starting the command: {failure.Message}\n";
        }
    }

    public void Start() => _ = RunAsync();

    public bool TryConsume(PayloadType type, ReadOnlySpan<byte> payload)
    {
        if (type == PayloadType.Output && payload.IndexOfAny(ControlC, ControlBackslash) is >= 0 and var at)
            Child?.Signal(payload[at] == ControlC ? Libc.SignalInterrupt : Libc.SignalQuit);
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        // Looked at before its output is closed, which may end the command, but not what it has started.
        var isRunning = Child?.Exited.IsCompleted == false;
        await StopOutputAsync();
        if (isRunning)
            await Child!.EndAsync(foregroundGroup: 0, options.TerminationGrace);
        else
            Child?.Reap();
    }

    /// <summary>Where the command reads and writes.</summary>
    /// <exception cref="LaunchException">There is no place for its output.</exception>
    protected abstract (ChildStream Input, ChildStream Output, ChildStream Error) OpenStreams();

    /// <summary>Sends the output of the command, to its end.</summary>
    protected abstract Task SendOutputAsync(ChildProcess child);

    /// <summary>Sends no more, and lets go of where the output was.</summary>
    protected abstract Task StopOutputAsync();

    private async Task RunAsync()
    {
        try
        {
            if (_startFailure is not null)
            {
                await session.Channel.SendAsync(PayloadType.StandardError, Encoding.UTF8.GetBytes(_startFailure), CancellationToken.None);
                throw new SessionFailedException(_startFailure);
            }

            await SendOutputAsync(Child!);
            session.Complete();
        }
        catch (Exception failure)
        {
            session.Fail(failure);
        }
    }

    /// <summary>One command is split into words and executed; of several a shell makes a script.</summary>
    private IReadOnlyList<string> Words()
    {
        if (command.Commands.Count > 1)
            return ["sh", "-c", command.Script];
        var words = CommandLine.Split(command.Commands[0]);
        return words.Count > 0 ? words : throw new SessionFailedException("Commands cannot be empty for session type NonInteractiveCommands");
    }
}
