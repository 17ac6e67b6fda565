using SsmSessions.Fuzzing.Doors;
using SsmSessions.Fuzzing.Inputs;
using SsmSessions.Fuzzing.Runs;

namespace SsmSessions.Tests.Hostile;

/// <summary>Every door takes what is in its corpus, and some inputs more, without failing. SsmSessions.Fuzzing sends it as many as one likes.</summary>
public sealed class FuzzedDoorTests
{
    private const int Inputs = 1_500;

    public static TheoryData<string> Doors => [.. AllDoors.Names];

    [Theory]
    [MemberData(nameof(Doors))]
    public async Task No_input_makes_a_door_fail(string name)
    {
        await using var door = AllDoors.Named(name);
        using var run = new DoorRun(door, new RunSettings(Inputs, Seed: 6) { IsAlone = false });

        var report = await run.RunAsync(CancellationToken.None);

        Assert.Empty(report.Failures);
        Assert.Equal(Inputs + Corpus.Of(name).Count, report.Inputs);
    }

    [Theory]
    [MemberData(nameof(Doors))]
    public void Every_door_has_a_corpus(string name) => Assert.NotEmpty(Corpus.Of(name));

    [Fact]
    public async Task Inputs_follow_from_their_seed_and_number_alone()
    {
        await using var door = AllDoors.Named("aws-json");

        Assert.Equal(door.Make(FuzzRandom.Of(1, door.Name, 17)), door.Make(FuzzRandom.Of(1, door.Name, 17)));
        Assert.NotEqual(door.Make(FuzzRandom.Of(1, door.Name, 17)), door.Make(FuzzRandom.Of(1, door.Name, 18)));
        Assert.NotEqual(door.Make(FuzzRandom.Of(1, door.Name, 17)), door.Make(FuzzRandom.Of(2, door.Name, 17)));
    }
}
