using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace SsmSessions.Node.Processes;

/// <summary>Starts processes, all from one thread that lives as long as this process: the signal that a child gets when its parent
/// dies is sent when the <em>thread</em> dies that started it.</summary>
internal static class ProcessLauncher
{
    private const int StackBytes = 512 * 1024;

    private static readonly BlockingCollection<Action> Work = [];
    private static readonly Lazy<Thread> Launcher = new(StartThread);
    private static string? _setPrivileges;

    /// <summary>Starts a program in a session of its own.</summary>
    /// <exception cref="LaunchException">It cannot be started; the message says why.</exception>
    public static Task<ChildProcess> LaunchAsync(LaunchSpec spec)
    {
        var launched = new TaskCompletionSource<ChildProcess>(TaskCreationOptions.RunContinuationsAsynchronously);
        _ = Launcher.Value;
        Work.Add(() =>
        {
            try
            {
                launched.SetResult(Launch(WithPrivileges(spec)));
            }
            catch (Exception failure)
            {
                launched.SetException(failure);
            }
        });
        return launched.Task;
    }

    private static Thread StartThread()
    {
        var thread = new Thread(
            () =>
            {
                foreach (var work in Work.GetConsumingEnumerable())
                    work();
            },
            StackBytes)
        { IsBackground = true, Name = "process launcher" };
        thread.Start();
        return thread;
    }

    /// <summary>The same by way of setpriv, which changes the user and binds the child's life to ours.</summary>
    private static LaunchSpec WithPrivileges(LaunchSpec spec)
    {
        _setPrivileges ??= FindSetPrivileges();
        if (_setPrivileges.Length == 0)
        {
            return spec.RunAs is null
                ? spec
                : throw new LaunchException("running as another user needs the program setpriv of util-linux");
        }

        // The order of setpriv: the user first, then the signal, which a change of user would clear.
        string[] user = spec.RunAs is { } account ? [$"--reuid={account.User}", $"--regid={account.Group}", "--init-groups"] : [];
        return spec with
        {
            Path = _setPrivileges,
            Arguments = [.. user, "--pdeathsig", "KILL", "--", spec.Path, .. spec.Arguments],
        };
    }

    /// <summary>The file of a setpriv that can do it (that of busybox cannot), or an empty text.</summary>
    private static string FindSetPrivileges()
    {
        var path = Environment.GetEnvironmentVariable("PATH");
        if (ExecutablePath.TryFind("setpriv", path) is not { } setPrivileges || ExecutablePath.TryFind("true", path) is not { } nothing)
            return "";
        var trial = Launch(new LaunchSpec
        {
            Path = setPrivileges,
            Arguments = ["--pdeathsig", "KILL", "--", nothing],
            Environment = new Dictionary<string, string>(StringComparer.Ordinal),
            WorkingDirectory = "/",
            Streams = (ChildStream.Open("/dev/null", Libc.OpenReadWrite), ChildStream.Same(0), ChildStream.Same(0)),
        });
        var code = trial.Exited.GetAwaiter().GetResult();
        trial.Reap();
        return code == 0 ? setPrivileges : "";
    }

    private static unsafe ChildProcess Launch(LaunchSpec spec)
    {
        const int OpaqueBytes = 1024;
        var actions = stackalloc byte[OpaqueBytes];
        var attributes = stackalloc byte[OpaqueBytes];
        var signals = stackalloc byte[OpaqueBytes];
        _ = Libc.InitializeActions(actions);
        _ = Libc.InitializeAttributes(attributes);
        using var arguments = new NativeStrings([spec.Path, .. spec.Arguments]);
        using var environment = new NativeStrings(spec.Environment.Select(variable => $"{variable.Key}={variable.Value}"));
        using var path = new NativeStrings([spec.Path]);
        try
        {
            Check(Libc.AddChangeDirectory(actions, Directory.Exists(spec.WorkingDirectory) ? spec.WorkingDirectory : "/"));
            AddStream(actions, target: 0, spec.Streams.Input);
            AddStream(actions, target: 1, spec.Streams.Output);
            AddStream(actions, target: 2, spec.Streams.Error);
            Check(Libc.AllSignals(signals));
            Check(Libc.SetDefaultSignals(attributes, signals));
            Check(Libc.NoSignals(signals));
            Check(Libc.SetSignalMask(attributes, signals));
            Check(Libc.SetSpawnFlags(attributes, Libc.SpawnNewSession | Libc.SpawnSetSignalDefault | Libc.SpawnSetSignalMask));

            int id;
            Check(Libc.Spawn(&id, path.Pointer[0], actions, attributes, arguments.Pointer, environment.Pointer));
            var child = new ChildProcess(id);
            ChildExits.Watch(child);
            return child;
        }
        finally
        {
            _ = Libc.DestroyActions(actions);
            _ = Libc.DestroyAttributes(attributes);
        }

        void Check(int error)
        {
            if (error != 0)
                throw new LaunchException($"fork/exec {spec.Path}: {Libc.ErrorText(error)}");
        }
    }

    private static unsafe void AddStream(byte* actions, int target, ChildStream stream)
    {
        var error = stream.Path is { } path
            ? Libc.AddOpen(actions, target, path, stream.Flags, mode: 0)
            : Libc.AddDuplicate(actions, stream.Descriptor, target);
        if (error != 0)
            throw new LaunchException(Libc.ErrorText(error));
    }

    /// <summary>A null-terminated array of null-terminated texts.</summary>
    private sealed unsafe class NativeStrings : IDisposable
    {
        private readonly int _count;

        public NativeStrings(IEnumerable<string> texts)
        {
            string[] all = [.. texts];
            if (Array.Exists(all, text => text.Contains('\0', StringComparison.Ordinal)))
                throw new LaunchException("a command must not contain the character NUL");
            _count = all.Length;
            Pointer = (byte**)NativeMemory.AllocZeroed((nuint)_count + 1, (nuint)nint.Size);
            for (var i = 0; i < _count; i++)
                Pointer[i] = (byte*)Marshal.StringToCoTaskMemUTF8(all[i]);
        }

        public byte** Pointer { get; }

        public void Dispose()
        {
            for (var i = 0; i < _count; i++)
                Marshal.FreeCoTaskMem((nint)Pointer[i]);
            NativeMemory.Free(Pointer);
        }
    }
}
