using SsmSessions.Fuzzing.Doors.Http;
using SsmSessions.Fuzzing.Doors.Parsers;
using SsmSessions.Fuzzing.Doors.Sockets;

namespace SsmSessions.Fuzzing.Doors;

/// <summary>Every door. To add one: write its class, then name it here; its inputs that are kept go to the folder of its name in <c>Corpus</c>.</summary>
internal static class AllDoors
{
    public static IReadOnlyList<Func<Door>> Makers { get; } =
    [
        () => new AwsJsonDoor(),
        () => new ConsulDoor(),
        () => new DorisDoor(),
        () => new AdminDoor(),
        () => new TrueNasDoor(isDdp: false),
        () => new TrueNasDoor(isDdp: true),
        () => new OpeningDoor(),
        () => new DataChannelDoor(),
        () => new PortStreamsDoor(),
        () => new OnePortDoor(),
        () => new AgentMessageDoor(),
        () => new SmuxDoor(),
        () => new GoDoor(),
        () => new SignatureDoor(),
        () => new DocumentsDoor(),
        () => new CliDoor(),
    ];

    public static IReadOnlyList<string> Names { get; } = [.. Makers.Select(make => make().Name)];

    /// <summary>A door by its name.</summary>
    public static Door Named(string name) => Makers[Names.ToList().IndexOf(name)]();
}
