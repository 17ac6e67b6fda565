using System.Globalization;

namespace SsmSessions.Testing;

/// <summary>The processes that a process has started, as Linux shows them.</summary>
public static class ChildProcesses
{
    /// <summary>Their ids; none where the process has ended, or this kernel does not tell.</summary>
    public static IReadOnlyList<int> Of(int process)
    {
        try
        {
            return [.. Directory.GetDirectories($"/proc/{process}/task").SelectMany(OfThread)];
        }
        catch (IOException)
        {
            return [];
        }
    }

    private static IEnumerable<int> OfThread(string task)
    {
        try
        {
            return File.ReadAllText(Path.Combine(task, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(id => int.Parse(id, CultureInfo.InvariantCulture));
        }
        catch (IOException)
        {
            // The thread has ended.
            return [];
        }
    }
}
