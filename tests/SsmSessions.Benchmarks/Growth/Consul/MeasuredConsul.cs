using SsmSessions.Benchmarks.Consul;
using SsmSessions.Benchmarks.Load;

namespace SsmSessions.Benchmarks.Growth.Consul;

/// <summary>A host of Consul's API in a process of its own, on SQLite.</summary>
internal sealed class MeasuredConsul : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Worker _host = new(ConsulHost.Kind, isMeasured: true);
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

    public void Dispose()
    {
        _api?.Dispose();
        _host.Dispose();
        _folder.Dispose();
    }
}
