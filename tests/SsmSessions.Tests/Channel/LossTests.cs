using System.Diagnostics;
using SsmSessions.Channel;
using SsmSessions.Testing.DataChannels;

namespace SsmSessions.Tests.Channel;

/// <summary>Whatever a link does to frames, both streams arrive as they were sent.</summary>
public sealed class LossTests(ITestOutputHelper output)
{
    private const int Runs = 1_000;

    [Fact]
    public void Both_streams_survive_a_link_that_drops_doubles_delays_and_reorders() => Each((seed, random) =>
    {
        var link = new LossyLinkOptions(random.NextDouble() * 0.3, random.NextDouble() * 0.2, TimeSpan.FromMilliseconds(random.Next(400)));
        var window = random.Next(2) == 0 ? 1000 : random.Next(1, 20);
        var options = new ChannelEndOptions { Role = ChannelRole.Agent, MaxUnacknowledgedMessages = window, MaxReorderMessages = random.Next(1, 50) };
        var simulation = new ChannelSimulation(
            seed, link, options, options with { Role = ChannelRole.Client, Rules = ChannelRole.Agent }, refuses: random.Next(3) == 0 ? 0.1 : 0);
        simulation.Run(random.Next(1, 60));
        AssertEqual(simulation);
        simulation.Drain();
        return simulation;
    });

    [Fact]
    public void Both_streams_survive_links_that_break_although_the_client_acknowledges_nothing_twice() => Each((seed, random) =>
    {
        // Within the life of a link frames are neither lost nor reordered: it is a TCP connection.
        var window = random.Next(2) == 0 ? 1000 : random.Next(1, 20);
        var options = new ChannelEndOptions { Role = ChannelRole.Agent, MaxUnacknowledgedMessages = window };
        var link = new LossyLinkOptions(MostDelay: TimeSpan.FromMilliseconds(random.Next(200)), KeepsOrder: true);
        var simulation = new ChannelSimulation(seed, link, options, options with { Role = ChannelRole.Client });
        simulation.Run(random.Next(1, 100), cuts: random.NextDouble() * 0.2);
        AssertEqual(simulation);
        simulation.Drain();
        AssertEqual(simulation);
        return simulation;
    });

    [Fact]
    public void The_same_seed_gives_the_same_run()
    {
        var options = new ChannelEndOptions { Role = ChannelRole.Agent };
        var runs = Enumerable.Range(0, 2).Select(_ =>
        {
            var simulation = new ChannelSimulation(
                7, new LossyLinkOptions(0.2, 0.2, TimeSpan.FromSeconds(1)), options, options with { Role = ChannelRole.Client, Rules = ChannelRole.Agent });
            simulation.Run(50);
            return Convert.ToHexString([.. simulation.Agent.Received]) + simulation.Elapsed;
        }).ToArray();

        Assert.Equal(runs[0], runs[1]);
    }

    private void Each(Func<int, Random, ChannelSimulation> run)
    {
        var watch = Stopwatch.StartNew();
        var cuts = 0;
        for (var seed = 0; seed < Runs; seed++)
        {
            try
            {
                cuts += run(seed, new Random(seed)).Cuts;
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"Seed {seed}", e);
            }
        }

        output.WriteLine($"{Runs} runs, {cuts} cuts, {watch.Elapsed}");
    }

    private static void AssertEqual(ChannelSimulation simulation)
    {
        Assert.Equal(simulation.Agent.Sent, simulation.Client.Received);
        Assert.Equal(simulation.Client.Sent, simulation.Agent.Received);
    }
}
