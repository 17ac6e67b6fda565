using System.Text;
using SsmSessions.Channel;
using SsmSessions.Channel.Payloads;
using SsmSessions.Node.Plans;
using SsmSessions.Node.Processes;

namespace SsmSessions.Node.Commands;

/// <summary>Sends output and errors apart, while the command runs, and its exit code at the end.</summary>
internal sealed class SeparateOutputRunner(NodeSession session, NodeOptions options, CommandProperties command, ClientVersion? client)
    : CommandRunner(session, options, command)
{
    private OutputPipe? _output;
    private OutputPipe? _errors;
    private ProcessPump? _pump;

    public override string CustomerMessage => client?.KnowsSeparateOutput == false
        ? "Please update session manager plugin to version 1.2.312.0 or later for separate output and errors."
        : "";

    protected override (ChildStream Input, ChildStream Output, ChildStream Error) OpenStreams()
    {
        _output = new OutputPipe();
        _errors = new OutputPipe();
        return (ChildStream.Open("/dev/null", Libc.OpenReadOnly), _output.WriteEnd, _errors.WriteEnd);
    }

    protected override async Task SendOutputAsync(ChildProcess child)
    {
        _output!.CloseWriteEnd();
        _errors!.CloseWriteEnd();
        _pump = new ProcessPump(
            [Source(_output, PayloadType.Output, Command.OutputPrefix), Source(_errors, PayloadType.StandardError, Command.ErrorPrefix)],
            input: null,
            new WakeEvent(),
            ReleasePipes);
        await _pump.Ended;
        await Session.Channel.SendAsync(PayloadType.ExitCode, ExitCode.ToPayload(await child.Exited), CancellationToken.None);
    }

    protected override async Task StopOutputAsync()
    {
        if (_pump is null)
            ReleasePipes();
        else
            await _pump.DisposeAsync();
    }

    private OutputSource Source(OutputPipe pipe, PayloadType type, string prefix) =>
        new(pipe.Descriptor, Session.Channel, type) { LinePrefix = Encoding.ASCII.GetBytes(prefix) };

    private void ReleasePipes()
    {
        _output?.Dispose();
        _errors?.Dispose();
    }
}
