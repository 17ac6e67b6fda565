using System.Globalization;

namespace SsmSessions.Conformance.Tests.Crashes;

/// <summary>A network of its own (a namespace of Linux), joined to this machine's by one cable that can be pulled. Only root can have one.</summary>
internal sealed class SeparateNetwork : IAsyncDisposable
{
    private readonly string _name;
    private readonly string _cable;

    private SeparateNetwork(int number)
    {
        _name = string.Create(CultureInfo.InvariantCulture, $"ssm-crash-{number}");
        _cable = string.Create(CultureInfo.InvariantCulture, $"ssmc{number}");
        OurAddress = string.Create(CultureInfo.InvariantCulture, $"10.213.{number % 250}.1");
        ItsAddress = string.Create(CultureInfo.InvariantCulture, $"10.213.{number % 250}.2");
    }

    /// <summary>This machine, as it is reached from there.</summary>
    public string OurAddress { get; }

    /// <summary>What runs there, as it is reached from here.</summary>
    public string ItsAddress { get; }

    /// <summary>The command under which something runs there.</summary>
    public string[] Command => ["ip", "netns", "exec", _name];

    /// <summary>Makes one; the test is skipped where that cannot be.</summary>
    public static async Task<SeparateNetwork> RequireAsync()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Linux has networks in namespaces");
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root can make a network");
        var network = new SeparateNetwork(Environment.ProcessId % 100_000);
        var failure = await network.MakeAsync();
        if (failure is not null)
            await network.DisposeAsync();
        Assert.SkipUnless(failure is null, $"this root cannot make a network: {failure}");
        return network;
    }

    /// <summary>Pulls the cable: packets are lost, and nobody is told.</summary>
    public async Task CutAsync() => Assert.Null(await RunAsync("netns", "exec", _name, "ip", "link", "set", _cable + "b", "down"));

    /// <summary>Puts it back.</summary>
    public async Task HealAsync() => Assert.Null(await RunAsync("netns", "exec", _name, "ip", "link", "set", _cable + "b", "up"));

    public async ValueTask DisposeAsync()
    {
        await RunAsync("link", "delete", _cable + "a");
        await RunAsync("netns", "delete", _name);
    }

    private async Task<string?> MakeAsync() =>
        await RunAsync("netns", "add", _name)
        ?? await RunAsync("link", "add", _cable + "a", "type", "veth", "peer", "name", _cable + "b", "netns", _name)
        ?? await RunAsync("address", "add", OurAddress + "/24", "dev", _cable + "a")
        ?? await RunAsync("link", "set", _cable + "a", "up")
        ?? await RunAsync("-netns", _name, "address", "add", ItsAddress + "/24", "dev", _cable + "b")
        ?? await RunAsync("-netns", _name, "link", "set", "lo", "up")
        ?? await RunAsync("-netns", _name, "link", "set", _cable + "b", "up");

    private static Task<string?> RunAsync(params string[] arguments) => SystemCommand.RunAsync("ip", arguments);
}
