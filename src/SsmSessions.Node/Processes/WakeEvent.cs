namespace SsmSessions.Node.Processes;

/// <summary>Wakes a thread that polls descriptors.</summary>
internal sealed class WakeEvent : IDisposable
{
    private readonly Lock _lock = new();
    private int _descriptor;

    /// <exception cref="IOException">No descriptors are left.</exception>
    public WakeEvent()
    {
        _descriptor = Libc.CreateEvent(0, Libc.EventCloseOnExec | Libc.EventNonBlocking);
        if (_descriptor < 0)
            throw Libc.LastFailure("eventfd");
    }

    /// <summary>What is polled: readable once it was set.</summary>
    public int Descriptor => _descriptor;

    /// <summary>Wakes the thread, now or when it polls next.</summary>
    public unsafe void Set()
    {
        ulong one = 1;
        lock (_lock)
        {
            if (_descriptor >= 0)
                _ = Libc.Write(_descriptor, (byte*)&one, sizeof(ulong));
        }
    }

    /// <summary>Makes it unset again.</summary>
    public unsafe void Reset()
    {
        ulong count;
        _ = Libc.Read(_descriptor, (byte*)&count, sizeof(ulong));
    }

    public void Dispose()
    {
        lock (_lock)
        {
            if (_descriptor >= 0)
                _ = Libc.Close(_descriptor);
            _descriptor = -1;
        }
    }
}
