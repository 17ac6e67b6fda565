using Microsoft.Extensions.DependencyInjection;
using SsmSessions.Benchmarks.Sessions;
using SsmSessions.Core.Sessions;
using SsmSessions.Core.Store;
using SsmSessions.Server;

namespace SsmSessions.Benchmarks.Growth.Store;

/// <summary>A store of a size, with the services that the actions call. Nothing else runs beside them: no server, no housekeeping.</summary>
internal sealed class GrowingStore : IAsyncDisposable
{
    /// <summary>The name of the host that the store is looked at from.</summary>
    public const string Host = "growth-host";

    /// <summary>Sessions that the host carries, whatever the size of the store.</summary>
    public const int CarriedSessions = 100;

    private readonly ServiceProvider _services;

    private GrowingStore(ServiceProvider services, SampleSessions samples, int size)
    {
        _services = services;
        Samples = samples;
        Size = size;
    }

    /// <summary>Sessions in it.</summary>
    public int Size { get; }

    /// <summary>What it was filled with.</summary>
    public SampleSessions Samples { get; }

    /// <summary>Opens a table and fills it.</summary>
    /// <returns>The store, and how long the filling took.</returns>
    public static async Task<(GrowingStore Store, TimeSpan Filling)> OpenAsync(
        ITable table, DateTimeOffset newest, int size, CancellationToken cancellationToken)
    {
        var services = new ServiceCollection().AddLogging().AddSingleton(_ => table).AddSsmSessions(options => options.HostName = Host);
        var store = new GrowingStore(services.BuildServiceProvider(), new SampleSessions(newest), size);
        try
        {
            // Made by the container, so that it disposes the table.
            await store.Service<ITable>().OpenAsync(cancellationToken);
            var filling = await SampleStore.FillAsync(table, number => WithDeadline(store.Samples.Make(number), newest), size, cancellationToken);
            await store.Service<SessionRepository>().PutManyAsync(
                Enumerable.Range(0, CarriedSessions).Select(i => Carried(store.Samples.Make(size + (10 * i)), newest)), cancellationToken);
            return (store, filling);
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }

    /// <summary>One of the services.</summary>
    public T Service<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    /// <summary>Active sessions have a deadline, as those have that StartSession made; it is far off.</summary>
    private static Session WithDeadline(Session session, DateTimeOffset newest) =>
        session.HasEnded ? session : session with { Deadline = newest.AddDays(10) };

    private static Session Carried(Session session, DateTimeOffset newest) => session with
    {
        Status = SessionStatus.Connecting,
        EndDate = null,
        Host = Host,
        Deadline = newest.AddDays(10),
    };
}
