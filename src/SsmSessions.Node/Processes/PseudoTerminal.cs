using System.Runtime.InteropServices;

namespace SsmSessions.Node.Processes;

/// <summary>The master side of a pseudo-terminal. Never blocks.</summary>
internal sealed class PseudoTerminal : IDisposable
{
    private readonly Lock _lock = new();
    private int _master;

    /// <exception cref="LaunchException">There are no terminals left.</exception>
    public PseudoTerminal(TerminalSize size)
    {
        _master = Libc.OpenTerminalMaster(
            Libc.OpenReadWrite | Libc.OpenNoControllingTerminal | Libc.OpenCloseOnExec | Libc.OpenNonBlocking);
        if (_master < 0)
            throw Failed();
        try
        {
            if (Libc.GrantTerminal(_master) != 0 || Libc.UnlockTerminal(_master) != 0)
                throw Failed();
            SlavePath = ReadSlavePath(_master);
            Resize(size);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The file that the child opens.</summary>
    public string SlavePath { get; } = "";

    /// <summary>What is polled.</summary>
    public int Descriptor => _master;

    /// <summary>The process group in the foreground; 0 where there is none.</summary>
    public int ForegroundGroup
    {
        get
        {
            lock (_lock)
                return _master < 0 ? 0 : Math.Max(0, Libc.ForegroundGroup(_master));
        }
    }

    /// <summary>Tells the programs in it their size.</summary>
    public void Resize(TerminalSize size)
    {
        var window = new Libc.WindowSize { Columns = Clamp(size.Columns), Rows = Clamp(size.Rows) };
        lock (_lock)
        {
            if (_master >= 0)
                _ = Libc.SetWindowSize(_master, Libc.IoctlSetWindowSize, ref window);
        }

        static ushort Clamp(int cells) => (ushort)Math.Clamp(cells, 0, ushort.MaxValue);
    }

    /// <summary>Gives the terminal to the user who runs in it.</summary>
    public void GiveTo(UserAccount user) => _ = Libc.ChangeOwner(SlavePath, user.User, uint.MaxValue);

    /// <summary>Types what the terminal takes now.</summary>
    /// <returns>How many bytes it took; all of them where it is closed, as nobody will read them.</returns>
    public unsafe int Write(ReadOnlySpan<byte> input)
    {
        lock (_lock)
        {
            var written = 0;
            fixed (byte* bytes = input)
            {
                while (written < input.Length && _master >= 0)
                {
                    var taken = Libc.Write(_master, bytes + written, (nuint)(input.Length - written));
                    if (taken >= 0)
                        written += (int)taken;
                    else if (Marshal.GetLastPInvokeError() is var error && error == Libc.Eagain)
                        return written;
                    else if (error != Libc.Eintr)
                        break;
                }
            }

            return input.Length;
        }
    }

    /// <summary>Hangs up: what runs in it gets SIGHUP.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_master >= 0)
                _ = Libc.Close(_master);
            _master = -1;
        }
    }

    private static unsafe string ReadSlavePath(int master)
    {
        const int NameBytes = 128;
        var name = stackalloc byte[NameBytes];
        return Libc.TerminalName(master, name, NameBytes) == 0 ? Marshal.PtrToStringUTF8((nint)name)! : throw Failed();
    }

    private static LaunchException Failed() =>
        new($"Failed to start pty: {Libc.ErrorText(Marshal.GetLastPInvokeError())}");
}
