using System.Globalization;
using SsmSessions.Conformance.Tests.DataChannels;
using SsmSessions.Testing;

namespace SsmSessions.Conformance.Tests.Soak;

/// <summary>
/// Every front end at work with faults set all the time: nothing that no fault explains goes wrong, and when the load is gone the service holds no
/// more than it did after a third of it. <c>SSMSESSIONS_TEST_SOAK_MINUTES</c> says how long; a fraction of a minute where it is not set.
/// </summary>
public sealed class SoakTests
{
    private const int Samples = 6;

    /// <summary>Code is compiled and caches are filled in these first ones.</summary>
    private const int WarmUp = 2;
    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Nothing_grows_and_nothing_goes_wrong()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "what a process holds is read from /proc");
        var minutes = double.TryParse(Environment.GetEnvironmentVariable("SSMSESSIONS_TEST_SOAK_MINUTES"), CultureInfo.InvariantCulture, out var asked) ? asked : 0.25;
        var folder = Directory.CreateTempSubdirectory("soak").FullName;
        try
        {
            await using var service = await ServiceProcess.StartAsync(
                "--data", folder, "--node", ChannelWork.Echo + "=echo", "--node", ChannelWork.Local + "=local");
            var load = new SoakLoad(service);
            var states = new List<ProcessState>();
            for (var sample = 1; sample <= Samples; sample++)
            {
                await load.RunAsync(TimeSpan.FromMinutes(minutes / Samples));
                states.Add(await AtRestAsync(service));
                Figures.Tell($"{sample} of {Samples}: {states[^1]}; {load.Done}");
            }

            var (before, after) = (states[WarmUp - 1], states[^1]);
            Assert.Empty(load.Wrong);
            Assert.InRange(after.Descriptors, 0, before.Descriptors + 5);
            Assert.InRange(after.Threads, 0, before.Threads + 10);
            Assert.Equal(before.Children, after.Children);
            Assert.InRange(after.Memory, 0, (before.Memory * 5 / 4) + 40_000_000);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>What the service holds when nobody is connected: connections that were cut are noticed by and by, threads leave when they were idle for a
    /// while.</summary>
    private static async Task<ProcessState> AtRestAsync(ServiceProcess service)
    {
        var least = ProcessState.Of(service.Id);
        var unchanged = 0;
        await Eventually.IsTrueAsync(
            () =>
            {
                var now = ProcessState.Of(service.Id);
                unchanged = now.Descriptors == least.Descriptors && now.Children == least.Children ? unchanged + 1 : 0;
                least = now;
                return unchanged == 400;
            },
            Quiet);
        return least;
    }
}
