using SsmSessions.Node.Processes;
using SsmSessions.Testing.Shipping;

namespace SsmSessions.Benchmarks.Start;

/// <summary>How long the executable takes from its start to its first answer, and what it then holds in memory, beside a bare Kestrel that
/// is published in the same ways. It publishes all of them first; a later run finds most of that done.</summary>
internal sealed class StartToFirstAnswer : IBenchmark
{
    private const string Ours = "src/SsmSessions.Local";
    private const string Bare = "tests/SsmSessions.BareServer";
    private const double WantedMilliseconds = 45;
    private const double WantedMegabytes = 30;

    public string Name => "start";

    public string Title => "start to first answer and memory after it, an empty data folder each time, against a bare Kestrel published the same way";

    /// <summary>As for the tests of what is shipped: 1, or the framework that has a native runtime.</summary>
    private static string? Native => Environment.GetEnvironmentVariable("SSMSESSIONS_TEST_AOT") is { Length: > 0 } wanted ? wanted : null;

    public async Task<IReadOnlyList<Measurement>> RunAsync(
        BenchmarkSettings settings, IBenchmarkProgress progress, CancellationToken cancellationToken)
    {
        if (Publishing.Obstacle is { } obstacle)
            return [Measurement.LeftOut(obstacle)];
        progress.Expect(4 + settings.Rounds);
        progress.Step("publishing as shipped");
        string[] runtime = ["-r", Publishing.Runtime];
        var (shipped, bareShipped) = (await PublishAsync(Ours, "shipped", runtime), await PublishAsync(Bare, "shipped", runtime));
        progress.Step("publishing framework-dependent");
        var (portable, barePortable) = (await PublishAsync(Ours, "portable", []), await PublishAsync(Bare, "portable", []));
        string? native = null, bareNative = null;
        if (Native is { } framework)
        {
            progress.Step("compiling to native code");
            string[] properties = [.. runtime, "-p:Aot=true", .. framework == "1" ? Array.Empty<string>() : [$"-p:Framework={framework}"]];
            (native, bareNative) = (await PublishAsync(Ours, "native", properties), await PublishAsync(Bare, "native", properties));
        }

        var launches = new Launches(
            Executable("ssm-sessions, as shipped", shipped), Executable("bare Kestrel, as shipped", bareShipped),
            Managed("ssm-sessions, framework-dependent", portable, "ssm-sessions.dll"),
            Managed("bare Kestrel, framework-dependent", barePortable, "bare-server.dll"),
            native is null ? null : Executable("ssm-sessions, native", native),
            bareNative is null ? null : Executable("bare Kestrel, native", bareNative),
            MotoServer());
        progress.Step("warming up");
        foreach (var launch in launches.All)
            await launch.MeasureAsync(counts: false, cancellationToken);
        for (var round = 1; round <= settings.Rounds; round++)
        {
            progress.Step($"round {round}");
            foreach (var launch in launches.All)
                await launch.MeasureAsync(counts: true, cancellationToken);
        }

        return [.. launches.Compared()];
    }

    private static async Task<string> PublishAsync(string project, string kind, string[] arguments)
    {
        // Lasts from run to run: publishing is incremental, and leaves what is up to date.
        var work = Path.Combine(AppContext.BaseDirectory, "start", kind);
        var output = Path.Combine(work, "published", Path.GetFileName(project));
        await Publishing.RunAsync("publish", project, Path.Combine(work, Path.GetFileName(project)), ["-o", output, .. arguments]);
        return output;
    }

    private static Launch Executable(string what, string folder) => new(
        what, Directory.GetFiles(folder).Single(file => Path.GetFileName(file) is "ssm-sessions" or "bare-server"), Arguments);

    private static Launch Managed(string what, string folder, string assembly) => new(
        what, "dotnet", (port, data) => [Path.Combine(folder, assembly), .. Arguments(port, data)]);

    /// <summary>The bare server takes the options that it does not know for configuration.</summary>
    private static string[] Arguments(int port, string data) => ["--urls", $"http://127.0.0.1:{port}", "--data", data];

    private static Launch? MotoServer() => ExecutablePath.TryFind("moto_server", Environment.GetEnvironmentVariable("PATH")) is null
        ? null
        : new Launch("moto_server", "moto_server", (port, _) => ["-H", "127.0.0.1", "-p", $"{port}"], "DescribeParameters");

    /// <summary>All that is started in turn.</summary>
    private sealed record Launches(
        Launch Shipped, Launch BareShipped, Launch Portable, Launch BarePortable, Launch? Native, Launch? BareNative, Launch? Moto)
    {
        public IEnumerable<Launch> All => new[] { Shipped, BareShipped, Portable, BarePortable, Native, BareNative, Moto }.OfType<Launch>();

        public IEnumerable<Measurement> Compared()
        {
            yield return Shipped.TimeAgainst(BareShipped, Wanted.AtMost(1.3));
            yield return Shipped.MemoryAgainst(BareShipped, Wanted.AtMost(1.5));
            yield return Portable.TimeAgainst(BarePortable);
            yield return Portable.MemoryAgainst(BarePortable);
            if (Native is { } native && BareNative is { } bare)
            {
                yield return Against(WantedMilliseconds, $"{native.What}: start to first answer", native.Milliseconds, Launch.TimeText) with { Processor = native.Processor };
                yield return Against(WantedMegabytes, $"{native.What}: resident after it", native.Megabytes, Launch.MemoryText);
                yield return native.TimeAgainst(bare);
                yield return native.MemoryAgainst(bare);
            }
            else
            {
                yield return Measurement.LeftOut("native code: SSMSESSIONS_TEST_AOT=1, or =net9.0 where net10.0 has no native runtime, has it compiled");
            }

            if (Moto is { } moto)
            {
                yield return Shipped.TimeAgainst(moto);
                yield return Shipped.MemoryAgainst(moto);
            }
            else
            {
                yield return Measurement.LeftOut("there is no moto_server on PATH");
            }
        }

        private static Measurement Against(double wanted, string what, double number, Func<double, string> text) =>
            new(what, text(number), text(wanted), number / wanted, Wanted.AtMost(1));
    }
}
