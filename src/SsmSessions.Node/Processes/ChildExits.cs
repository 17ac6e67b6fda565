using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace SsmSessions.Node.Processes;

/// <summary>Notices that children end: at each SIGCHLD every known child is looked at.</summary>
internal static class ChildExits
{
    private static readonly ConcurrentDictionary<ChildProcess, bool> Children = new();

    private static readonly PosixSignalRegistration? Registration =
        OperatingSystem.IsWindows() ? null : PosixSignalRegistration.Create(PosixSignal.SIGCHLD, static _ => CheckAll());

    /// <summary>Watches a child from now on; one that has ended already is noticed at once.</summary>
    public static void Watch(ChildProcess child)
    {
        GC.KeepAlive(Registration);
        Children[child] = true;
        child.Check();
    }

    /// <summary>Stops watching.</summary>
    public static void Forget(ChildProcess child) => Children.TryRemove(child, out _);

    private static void CheckAll()
    {
        foreach (var child in Children.Keys)
            child.Check();
    }
}
