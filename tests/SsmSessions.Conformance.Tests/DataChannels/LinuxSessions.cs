using System.Globalization;

namespace SsmSessions.Conformance.Tests.DataChannels;

/// <summary>What <c>/proc</c> tells of processes.</summary>
internal static class LinuxSessions
{
    private const int BytesInKiB = 1024;

    /// <summary>The processes that live and belong to a session (that of a terminal) which one of these leads, or led.</summary>
    public static IReadOnlyList<int> MembersOf(IReadOnlySet<int> leaders)
    {
        var members = new List<int>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id))
                continue;
            try
            {
                // pid (name) state parent group session …; the name may hold blanks and brackets.
                var stat = File.ReadAllText(Path.Combine(folder, "stat"));
                var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
                if (fields[0] != "Z" && leaders.Contains(int.Parse(fields[3], CultureInfo.InvariantCulture)))
                    members.Add(id);
            }
            catch (Exception ended) when (ended is IOException or UnauthorizedAccessException)
            {
                // It has ended meanwhile.
            }
        }

        return members;
    }

    /// <summary>Resident memory of a process, bytes.</summary>
    public static long ResidentBytes(int process)
    {
        var line = File.ReadLines($"/proc/{process}/status").First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
        return BytesInKiB * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }
}
