namespace SsmSessions.Fuzzing.Runs;

/// <summary>What became of the inputs of a door.</summary>
/// <param name="Door">Its name.</param>
/// <param name="Inputs">How many were sent.</param>
/// <param name="Answers">How many of which kind of answer.</param>
/// <param name="Worst">The longest that one took.</param>
/// <param name="Took">How long all took.</param>
/// <param name="Early">What the process held after the first tenth.</param>
/// <param name="Late">What it held at the end.</param>
/// <param name="Failures">What may not be, each with the file of its input where it has one.</param>
internal sealed record DoorReport(
    string Door, long Inputs, IReadOnlyDictionary<string, long> Answers, TimeSpan Worst, TimeSpan Took, Usage Early, Usage Late, IReadOnlyList<string> Failures);
