using SsmSessions.Channel;
using SsmSessions.Node.Plans;
using SsmSessions.Node.Processes;

namespace SsmSessions.Node.Commands;

/// <summary>Collects output and errors in one file, as the agent does, and sends it when the command has ended.</summary>
internal sealed class CollectedOutputRunner(NodeSession session, NodeOptions options, CommandProperties command)
    : CommandRunner(session, options, command)
{
    private readonly CancellationTokenSource _stop = new();
    private FileStream? _collected;

    protected override (ChildStream Input, ChildStream Output, ChildStream Error) OpenStreams()
    {
        try
        {
            _collected = PrivateFile.Create(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), FileOptions.DeleteOnClose);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new LaunchException("Failed to open file for writing command output. error: " + failure.Message);
        }

        return (
            ChildStream.Open("/dev/null", Libc.OpenReadOnly),
            ChildStream.Open(_collected.Name, Libc.OpenWriteOnly | Libc.OpenAppend),
            ChildStream.Same(1));
    }

    protected override async Task SendOutputAsync(ChildProcess child)
    {
        // Both have it open: it needs no name any more, and is gone whatever becomes of this process.
        File.Delete(_collected!.Name);
        await child.Exited.WaitAsync(_stop.Token);
        var carried = new byte[Utf8Tail.MaxBytes];
        for (int carriedBytes = 0, read = -1; read != 0;)
        {
            var buffer = Session.Channel.Rent();
            carried.AsSpan(0, carriedBytes).CopyTo(buffer.Payload.Span);
            read = await _collected.ReadAsync(buffer.Payload[carriedBytes..], _stop.Token);
            var text = buffer.Payload[..(carriedBytes + read)];
            carriedBytes = read == 0 ? 0 : Utf8Tail.UnfinishedBytes(text.Span);
            text.Span[^carriedBytes..].CopyTo(carried);
            await Session.Channel.SendAsync(buffer, text.Length - carriedBytes, PayloadType.Output, _stop.Token);
        }
    }

    protected override async Task StopOutputAsync()
    {
        await _stop.CancelAsync();
        if (_collected is not null)
            await _collected.DisposeAsync();
    }
}
