namespace SsmSessions.Node.Processes;

/// <summary>A pipe that a child writes to. Only the reading end, which never blocks, stays here.</summary>
internal sealed class OutputPipe : IDisposable
{
    private int _writeEnd;

    /// <exception cref="LaunchException">No descriptors are left.</exception>
    public unsafe OutputPipe()
    {
        var ends = stackalloc int[2];
        if (Libc.Pipe(ends, Libc.OpenCloseOnExec) != 0)
            throw new LaunchException(Libc.LastFailure("pipe2").Message);
        Descriptor = ends[0];
        _writeEnd = ends[1];
        _ = Libc.Control(Descriptor, Libc.ControlSetFlags, Libc.OpenNonBlocking);
    }

    /// <summary>The reading end.</summary>
    public int Descriptor { get; private set; }

    /// <summary>What the child gets.</summary>
    public ChildStream WriteEnd => ChildStream.Same(_writeEnd);

    /// <summary>The child has it: when it and its own children close it, the reading end ends.</summary>
    public void CloseWriteEnd()
    {
        if (_writeEnd >= 0)
            _ = Libc.Close(_writeEnd);
        _writeEnd = -1;
    }

    public void Dispose()
    {
        CloseWriteEnd();
        if (Descriptor >= 0)
            _ = Libc.Close(Descriptor);
        Descriptor = -1;
    }
}
