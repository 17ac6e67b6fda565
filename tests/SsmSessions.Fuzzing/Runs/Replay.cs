using SsmSessions.Fuzzing.Doors;

namespace SsmSessions.Fuzzing.Runs;

/// <summary>Sends files, one after the other, and tells what became of each.</summary>
internal static class Replay
{
    /// <returns>0, or 1 when one fails.</returns>
    public static async Task<int> RunAsync(Door door, IEnumerable<FileInfo> files)
    {
        await using var opened = door;
        using var log = new FailureLog();
        await door.OpenAsync(log);
        var failures = new Failures(door.Name, folder: null);
        await using var sender = new Sender(door, new RunSettings(0, 0), failures);
        foreach (var file in files)
        {
            var before = sender.Answers.ToDictionary();
            await sender.SendAsync(await File.ReadAllBytesAsync(file.FullName));
            await door.ForgetAsync();
            Console.WriteLine($"{file.Name}: {sender.Answers.First(answer => answer.Value != before.GetValueOrDefault(answer.Key)).Key}");
            foreach (var failure in log.Take())
                failures.Add(failure);
        }

        foreach (var failure in failures.All)
            Console.WriteLine(failure);
        return failures.Count == 0 ? 0 : 1;
    }
}
