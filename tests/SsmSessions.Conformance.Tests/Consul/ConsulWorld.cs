using SsmSessions.Core.Store;
using SsmSessions.Testing;

namespace SsmSessions.Conformance.Tests.Consul;

/// <summary>One or more hosts that answer Consul's API, and their clock.</summary>
internal sealed class ConsulWorld : IAsyncDisposable
{
    private readonly IReadOnlyList<TestServer> _hosts;
    private readonly ManualTimeProvider? _clock;

    private ConsulWorld(IReadOnlyList<Uri> urls, IReadOnlyList<TestServer> hosts, ManualTimeProvider? clock)
    {
        Urls = urls;
        Client = new ConsulClient(urls);
        _hosts = hosts;
        _clock = clock;
    }

    /// <summary>A client of all hosts. Its first request goes to the host n1.</summary>
    public ConsulClient Client { get; }

    /// <summary>Where they listen.</summary>
    public IReadOnlyList<Uri> Urls { get; }

    /// <summary>A key that nobody else uses.</summary>
    public string Key { get; } = $"conformance/{Guid.NewGuid():N}";

    /// <summary>Starts the hosts n1, n2, …, each with a table of its own, which it disposes.</summary>
    public static async Task<ConsulWorld> StartAsync(IEnumerable<ITable> tables, ManualTimeProvider? clock, Action<Server.SsmSessionsOptions>? configure = null)
    {
        var hosts = new List<TestServer>();
        foreach (var table in tables)
        {
            var name = $"n{hosts.Count + 1}";
            hosts.Add(await TestServer.StartAsync(clock, table, options =>
            {
                options.HostName = name;
                configure?.Invoke(options);
            }));
        }

        return new ConsulWorld([.. hosts.Select(host => host.Url)], hosts, clock);
    }

    /// <summary>A server that runs already: another implementation, whose time is the real one. What it has of sessions is destroyed.</summary>
    public static async Task<ConsulWorld> AtAsync(Uri url)
    {
        var world = new ConsulWorld([url], [], clock: null);
        foreach (var session in (await world.Client.GetAsync("/v1/session/list")).Json.EnumerateArray())
            await world.Client.PutAsync("/v1/session/destroy/" + session.GetProperty("ID").GetString());
        return world;
    }

    /// <summary>Lets time pass.</summary>
    public async Task PassAsync(TimeSpan time)
    {
        if (_clock is null)
            await Task.Delay(time);
        else
            _clock.Advance(time);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        foreach (var host in _hosts)
            await host.DisposeAsync();
    }
}
