using SsmSessions.Benchmarks.Consul;
using SsmSessions.Benchmarks.Load;

namespace SsmSessions.Benchmarks.Growth.Consul;

/// <summary>A host of Consul's API in a process of its own, on SQLite.</summary>
internal sealed class MeasuredConsul : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private Worker _host = NewHost();
    private ConsulApi? _api;

    /// <summary>Its API.</summary>
    public ConsulApi Api => _api!;

    /// <summary>Before it had anything to keep.</summary>
    public ConsulHostState Empty { get; private set; } = null!;

    public static async Task<MeasuredConsul> StartAsync(CancellationToken cancellationToken)
    {
        var consul = new MeasuredConsul();
        try
        {
            consul.Empty = await consul.LookAsync(cancellationToken);
            consul._api = new ConsulApi(consul.Empty.Url);
            return consul;
        }
        catch
        {
            consul.Dispose();
            throw;
        }
    }

    /// <summary>How it is after a collection.</summary>
    public Task<ConsulHostState> LookAsync(CancellationToken cancellationToken) =>
        _host.CarryOutAsync<ConsulHostOrder, ConsulHostState>(new ConsulHostOrder(IsBare: false, _folder.Of("store")), cancellationToken);

    /// <summary>Ends the host as a crash would, starts it again on the same store, and says in how many seconds it listens.</summary>
    public async Task<double> StartAgainAsync(CancellationToken cancellationToken)
    {
        _host.Dispose();
        _host = NewHost();
        return (await LookAsync(cancellationToken)).Started;
    }

    public void Dispose()
    {
        _api?.Dispose();
        _host.Dispose();
        _folder.Dispose();
    }

    private static Worker NewHost() => new(ConsulHost.Kind, isMeasured: true);
}
