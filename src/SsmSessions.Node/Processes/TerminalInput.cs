namespace SsmSessions.Node.Processes;

/// <summary>What is typed into a terminal: at once, from whichever thread brings it; what the terminal does not take waits for the
/// thread of its <see cref="ProcessPump"/>.</summary>
internal sealed class TerminalInput(PseudoTerminal terminal, WakeEvent wake) : IDisposable
{
    /// <summary>The most that may wait, bytes.</summary>
    public const int MaxWaiting = 4 * 1024 * 1024;

    private readonly Lock _lock = new();
    private readonly ByteQueue _waiting = new();
    private bool _closed;

    /// <summary>True while something waits.</summary>
    public bool HasMore
    {
        get
        {
            lock (_lock)
                return _waiting.Count > 0;
        }
    }

    /// <summary>Types it. False, and nothing typed, when too much waits already.</summary>
    public bool TryWrite(ReadOnlySpan<byte> input)
    {
        lock (_lock)
        {
            if (_closed)
                return true;
            if (_waiting.Count > MaxWaiting)
                return false;
            if (_waiting.Count == 0)
                input = input[terminal.Write(input)..];
            if (input.IsEmpty)
                return true;
            _waiting.Add(input);
        }

        wake.Set();
        return true;
    }

    /// <summary>Types what waits, as far as the terminal takes it.</summary>
    public void Flush()
    {
        lock (_lock)
        {
            while (_waiting.Count > 0)
            {
                var next = _waiting.Peek().Span;
                var written = terminal.Write(next);
                _waiting.Advance(written);
                if (written < next.Length)
                    return;
            }
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _closed = true;
            _waiting.Dispose();
        }
    }
}
