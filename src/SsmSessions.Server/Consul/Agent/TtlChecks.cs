using System.Text;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SsmSessions.Core.Leases;
using SsmSessions.Core.Leases.Commands;
using SsmSessions.Server.Consul.Catalog;
using SsmSessions.Server.Consul.Go;
using SsmSessions.Server.Hosting;

namespace SsmSessions.Server.Consul.Agent;

/// <summary>
/// The checks of this host's own node that somebody has to report: one of which nothing is heard for its time to live turns critical. The
/// catalog keeps them; when they were last heard of is known here only, so that after a restart each begins anew.
/// </summary>
internal sealed class TtlChecks(LeaseRegistry registry, IOptions<SsmSessionsOptions> options, TimeProvider time, ILogger<TtlChecks> log)
    : BackgroundService, IHostedLifecycleService
{
    /// <summary>The kind of such a check in the catalog.</summary>
    public const string Kind = "ttl";

    /// <summary>The most of an output that is kept, bytes.</summary>
    private const int MaxOutput = 4096;

    private static readonly TimeSpan SweepInterval = TimeSpan.FromMilliseconds(250);

    private readonly Dictionary<string, Heard> _heard = new(StringComparer.OrdinalIgnoreCase);
    private readonly Lock _lock = new();

    /// <summary>The name of this host's node.</summary>
    public string Node => options.Value.HostName;

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        if (!options.Value.ControlPlaneOnly && registry.Known.Nodes.TryGetValue(Node, out var node))
        {
            foreach (var check in node.Checks.Values.Where(IsReported))
                Hear(check, output: "");
        }

        return Task.CompletedTask;
    }

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>A check of this host's node that the agent knows, and not only the catalog; null for none.</summary>
    public async ValueTask<CatalogCheck?> FindAsync(string id, CancellationToken cancellationToken)
    {
        var state = await registry.ReadAsync(cancellationToken);
        return state.Nodes.GetValueOrDefault(Node)?.Checks.GetValueOrDefault(id) is { } check && IsOwn(check) ? check : null;
    }

    /// <summary>The checks of this host's node that the agent knows.</summary>
    public static IEnumerable<CatalogCheck> OwnOf(CatalogNode? node) => node?.Checks.Values.Where(IsOwn) ?? [];

    /// <summary>Adds a check. One that is there stands as it stood.</summary>
    /// <exception cref="ConsulException">It cannot be added.</exception>
    public async Task AddAsync(CatalogCheck check, CancellationToken cancellationToken)
    {
        if (await FindAsync(check.CheckId, cancellationToken) is { } known)
            check = check with { Status = known.Status, Output = known.Output };
        Task<LeaseOutcome> added;
        lock (_lock)
        {
            if (IsReported(check))
                Hear(check, output: "");
            added = registry.ApplyAsync(new RegisterNode(Node, Node: null) { Checks = [check] }, cancellationToken);
        }

        if ((await added).Refusal is { } refusal)
            throw new ConsulException(500, refusal);
    }

    /// <summary>Takes a check away. False when the agent knows none of that id.</summary>
    public async Task<bool> RemoveAsync(string id, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, cancellationToken) is not { } check)
            return false;
        Task<LeaseOutcome> removed;
        lock (_lock)
        {
            _heard.Remove(id);
            removed = registry.ApplyAsync(new Deregister(Node, CheckId: check.CheckId), cancellationToken);
        }

        await removed;
        return true;
    }

    /// <summary>Somebody says how a check stands.</summary>
    /// <exception cref="ConsulException">There is no such check, or none that is reported.</exception>
    public async Task ReportAsync(string id, string status, string output, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, cancellationToken) is not { } check || !IsReported(check))
            throw new ConsulException(500, $"CheckID {GoText.Quote(id)} does not have associated TTL");
        output = Cut(output);
        Task<LeaseOutcome> reported;
        lock (_lock)
        {
            // Most reports say what is known: they write nothing. Once it was not heard of in time that is no longer what is known.
            var isWaitedFor = _heard.GetValueOrDefault(id)?.Until is not null;
            Hear(check, output);
            if (isWaitedFor && check.Status == status && check.Output == output)
                return;
            reported = registry.ApplyAsync(new ReportCheck(Node, check.CheckId, status, output), cancellationToken);
        }

        await reported;
    }

    /// <summary>Turns those critical that were not heard of in time.</summary>
    public async Task EndOverdueAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        List<(string Id, Task<LeaseOutcome> Ended)> overdue = [];
        lock (_lock)
        {
            foreach (var (id, heard) in _heard.Where(check => check.Value.Until <= now).ToArray())
            {
                var output = heard.Output.Length == 0 ? "TTL expired" : "TTL expired (last output before timeout follows): " + heard.Output;
                _heard[id] = heard with { Until = null };
                overdue.Add((id, registry.ApplyAsync(new ReportCheck(Node, id, CatalogCheck.Critical, output), cancellationToken)));
            }
        }

        // One that fails must not keep the others from being settled.
        await Task.WhenAll(overdue.Select(check => SettleAsync(check.Id, check.Ended, now)));
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => options.Value.ControlPlaneOnly
        ? Task.CompletedTask
        : Repeating.EveryAsync(SweepInterval, EndOverdueAsync, log.ChecksFailed, stoppingToken);

    private static bool IsReported(CatalogCheck check) => check is { Type: Kind, Ttl.Length: > 0 };

    private static bool IsOwn(CatalogCheck check) => IsReported(check) || check.Type == AgentMaintenance.Kind;

    private static string Cut(string output)
    {
        var bytes = Encoding.UTF8.GetBytes(output);
        return bytes.Length <= MaxOutput
            ? output
            : $"{Encoding.UTF8.GetString(bytes.AsSpan(0, MaxOutput))} ... (captured {MaxOutput} of {bytes.Length} bytes)";
    }

    /// <summary>Whatever became of it, nothing is lost: one that could not be said is said again, one that is gone is forgotten.</summary>
    private async Task SettleAsync(string id, Task<LeaseOutcome> ended, DateTimeOffset now)
    {
        var isThere = false;
        try
        {
            isThere = (await ended).Done;
        }
        catch
        {
            lock (_lock)
            {
                if (_heard.GetValueOrDefault(id) is { Until: null } heard)
                    _heard[id] = heard with { Until = now };
            }

            throw;
        }

        lock (_lock)
        {
            if (!isThere && _heard.GetValueOrDefault(id) is { Until: null })
                _heard.Remove(id);
        }
    }

    private void Hear(CatalogCheck check, string output)
    {
        var ttl = GoDuration.ToTimeSpan(GoDuration.Parse(check.Ttl).Nanoseconds);
        lock (_lock)
            _heard[check.CheckId] = new Heard(Later(time.GetUtcNow(), ttl), output);
    }

    private static DateTimeOffset Later(DateTimeOffset now, TimeSpan time) => time < DateTimeOffset.MaxValue - now ? now + time : DateTimeOffset.MaxValue;

    /// <summary>When a check was heard of.</summary>
    /// <param name="Until">When it will be overdue; null when it was, and has been said to be.</param>
    /// <param name="Output">What it said.</param>
    private sealed record Heard(DateTimeOffset? Until, string Output);
}
