using System.Globalization;

namespace SsmSessions.Conformance.Tests.Crashes;

/// <summary>How long and with which decisions crash tests run.</summary>
internal static class CrashRun
{
    private const int FewKills = 10;

    /// <summary>How often a host is killed; <c>SSMSESSIONS_TEST_KILLS</c> says it for a longer run.</summary>
    public static int Kills => Number("SSMSESSIONS_TEST_KILLS") ?? FewKills;

    /// <summary>What decides; <c>SSMSESSIONS_TEST_SEED</c> repeats a run's decisions.</summary>
    public static int Seed => Number("SSMSESSIONS_TEST_SEED") ?? Random.Shared.Next(1_000_000);

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : null;
}
