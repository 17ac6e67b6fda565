using System.Globalization;
using SsmSessions.Testing;

namespace SsmSessions.Conformance.Tests.Soak;

/// <summary>What a process holds at a moment, as Linux tells it.</summary>
/// <param name="Memory">Bytes of memory of its own in use; pages of files that are mapped do not count.</param>
/// <param name="Descriptors">Open files and sockets.</param>
/// <param name="Threads">Threads.</param>
/// <param name="Children">Processes that it started and that are there still.</param>
internal sealed record ProcessState(long Memory, int Descriptors, int Threads, int Children)
{
    public static ProcessState Of(int process)
    {
        var status = File.ReadLines($"/proc/{process}/status")
            .Select(line => line.Split(':', 2, StringSplitOptions.TrimEntries))
            .ToDictionary(pair => pair[0], pair => pair[1].Split(' ')[0], StringComparer.Ordinal);
        return new ProcessState(
            long.Parse(status["RssAnon"], CultureInfo.InvariantCulture) * 1024,
            Directory.GetFiles($"/proc/{process}/fd").Length,
            int.Parse(status["Threads"], CultureInfo.InvariantCulture),
            ChildProcesses.Of(process).Count);
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Memory / 1e6:0.0} MB, {Descriptors} descriptors, {Threads} threads, {Children} children");
}
