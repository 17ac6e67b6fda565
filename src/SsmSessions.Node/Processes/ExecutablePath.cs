namespace SsmSessions.Node.Processes;

/// <summary>Where programs are found.</summary>
internal static class ExecutablePath
{
    private const int Executable = 1;
    private const string UsualFolders = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// <summary>The file that a name means, as a shell would look for it.</summary>
    /// <param name="name">A name, or a path where it has a slash.</param>
    /// <param name="folders">The value of PATH, or null for the usual folders.</param>
    /// <param name="workingDirectory">Where relative paths begin.</param>
    /// <exception cref="LaunchException">There is no such file, or it may not be executed; with the agent's texts.</exception>
    public static string Find(string name, string? folders, string workingDirectory)
    {
        if (name.Contains('/', StringComparison.Ordinal))
        {
            var path = Path.GetFullPath(name, workingDirectory);
            if (!File.Exists(path))
                throw new LaunchException($"fork/exec {name}: no such file or directory");
            return IsExecutable(path) ? path : throw new LaunchException($"fork/exec {name}: permission denied");
        }

        return TryFind(name, folders) ?? throw new LaunchException($"exec: \"{name}\": executable file not found in $PATH");
    }

    /// <summary>The program of this name in these folders, or null.</summary>
    public static string? TryFind(string name, string? folders) => name.Length == 0
        ? null
        : (folders ?? UsualFolders).Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Where(Path.IsPathRooted).Select(folder => Path.Combine(folder, name)).FirstOrDefault(IsExecutable);

    private static bool IsExecutable(string path) => File.Exists(path) && Libc.Access(path, Executable) == 0;
}

/// <summary>A program could not be started; the message may be shown to the user.</summary>
internal sealed class LaunchException(string message) : Exception(message);
