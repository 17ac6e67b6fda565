using SsmSessions.Channel;

namespace SsmSessions.Tests.Channel;

/// <summary>A host has 10,000 channels that do nothing: each must cost next to nothing.</summary>
[Collection(typeof(MemoryCollection))]
public sealed class IdleChannelTests(ITestOutputHelper output)
{
    private const int Most = 1024;

    [Fact]
    public async Task A_new_end_takes_less_than_a_kilobyte()
    {
        var (options, link, time) = (new ChannelEndOptions { Role = ChannelRole.Agent }, new EndUnderTest(), TimeProvider.System);
        await new ChannelEnd(options, link, link, time).DisposeAsync();
        var before = GC.GetAllocatedBytesForCurrentThread();
        var end = new ChannelEnd(options, link, link, time);
        var taken = GC.GetAllocatedBytesForCurrentThread() - before;
        await end.DisposeAsync();

        output.WriteLine($"{taken} bytes");
        Assert.InRange(taken, 1, Most);
    }

    [Fact]
    public async Task An_end_that_was_busy_and_is_idle_again_takes_no_more()
    {
        await Busy().DisposeAsync();
        var taken = await RetainedMemory.OfEachAsync(count: 200, () => Task.FromResult(Busy()));

        output.WriteLine($"{taken} bytes");

        // What is around the end in this test (clock, lists) is counted too.
        Assert.InRange(taken, 1, 2 * Most);
    }

    [Fact]
    public async Task Nothing_runs_while_nothing_is_under_way()
    {
        await using var end = new EndUnderTest();
        Assert.Equal(0, end.Time.Timers);
        end.Send("a");
        end.Receive(0, "x");
        Assert.Equal(1, end.Time.Timers);
        end.Acknowledge(0);
        end.Advance(100);

        Assert.Equal(0, end.Time.Timers);
    }

    private static EndUnderTest Busy()
    {
        var end = new EndUnderTest();
        for (var i = 0; i < 200; i++)
        {
            end.Send("something to send");
            end.Receive(200 - i, "early");
        }

        end.Receive(0, "late");
        end.Acknowledge([.. Enumerable.Range(0, 200).Select(i => (long)i)]);
        end.Advance(200);
        Assert.Equal(0, end.Time.Timers);
        end.TakeSent();
        end.Trim();
        return end;
    }
}
