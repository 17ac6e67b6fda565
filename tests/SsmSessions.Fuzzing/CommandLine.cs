using System.CommandLine;
using SsmSessions.Fuzzing.Doors;
using SsmSessions.Fuzzing.Runs;

namespace SsmSessions.Fuzzing;

/// <summary>The fuzzer's command line: which doors, how many inputs, from which seed.</summary>
internal static class CommandLine
{
    private const string AllOfThem = "all";

    public static Task<int> RunAsync(string[] args)
    {
        var doors = new Option<string[]>("--door") { Description = "A door, repeatable; 'all' for every one.", DefaultValueFactory = _ => [AllOfThem] };
        doors.AcceptOnlyFromAmong([AllOfThem, .. AllDoors.Names]);
        var inputs = new Option<long>("--inputs") { Description = "How many inputs are made for each door, besides its corpus.", DefaultValueFactory = _ => 100_000 };
        var seed = new Option<ulong>("--seed") { Description = "What the inputs follow from.", DefaultValueFactory = _ => 1 };
        var first = new Option<long>("--first") { Description = "The number of the first input: inputs do not depend on those before." };
        var folder = new Option<string>("--failures") { Description = "The folder for inputs that fail.", DefaultValueFactory = _ => "fuzz-failures" };
        var files = new Option<FileInfo[]>("--file") { Description = "Sends these files instead, to the one door that is named.", AllowMultipleArgumentsPerToken = true };
        var root = new RootCommand("Sends the doors of the service inputs that nobody would send in good faith, and tells what became of them.") { doors, inputs, seed, first, folder, files };
        root.SetAction(async (parsed, cancellationToken) =>
        {
            var named = parsed.GetRequiredValue(doors);
            string[] chosen = named.Contains(AllOfThem, StringComparer.Ordinal) ? [.. AllDoors.Names] : named;
            if (parsed.GetValue(files) is { Length: > 0 } given)
                return await Replay.RunAsync(AllDoors.Named(chosen[0]), given);
            var settings = new RunSettings(parsed.GetValue(inputs), parsed.GetValue(seed), parsed.GetValue(first), parsed.GetValue(folder));
            return await FuzzReport.RunAsync(chosen, settings, cancellationToken);
        });
        return root.Parse(args).InvokeAsync();
    }
}
