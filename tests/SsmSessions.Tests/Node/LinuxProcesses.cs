using System.Globalization;
using System.Text.RegularExpressions;

namespace SsmSessions.Tests.Node;

/// <summary>The processes of this machine, as Linux shows them.</summary>
internal static partial class LinuxProcesses
{
    /// <summary>The process id that a shell said as <c>shell=1234=</c>; 0 where it has not.</summary>
    public static int ShellIn(string output) =>
        ShellId().Match(output) is { Success: true } match ? int.Parse(match.Groups["id"].ValueSpan, CultureInfo.InvariantCulture) : 0;

    /// <summary>The living processes whose session that one leads. The dead ones wait for init to reap them.</summary>
    public static IReadOnlyList<int> OfSession(int leader) =>
    [
        .. from folder in Directory.EnumerateDirectories("/proc")
           let id = int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0
           where id > 0 && LivingSessionOf(folder) == leader
           select id,
    ];

    private static int LivingSessionOf(string folder)
    {
        try
        {
            // pid (name) state ppid pgrp session …; the name may hold anything.
            var stat = File.ReadAllText(Path.Combine(folder, "stat"));
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] is "Z" or "X" ? 0 : int.Parse(fields[3], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    [GeneratedRegex("shell=(?<id>[0-9]+)=", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex ShellId();
}
