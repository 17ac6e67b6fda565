using Microsoft.Extensions.Options;
using SsmSessions.Core.Leases;
using SsmSessions.Core.Leases.Commands;
using SsmSessions.Server.Consul.Go;

namespace SsmSessions.Server.Consul.Sessions;

/// <summary><c>PUT /v1/session/create</c>. The order of checks is that of spec/consul-sessions.md §2.7.</summary>
internal sealed class SessionCreate(LeaseRegistry registry, IOptions<SsmSessionsOptions> options)
{
    /// <summary>The largest body.</summary>
    private const int MaxBytes = 64 * 1024;

    private static readonly TimeSpan LongestTtl = TimeSpan.FromHours(24);

    public async Task<ConsulAnswer> ServeAsync(ConsulRequest request)
    {
        request.RefuseNamespace();
        var body = SessionBody.Read(await request.ReadBodyAsync(MaxBytes), options.Value.HostName);
        request.RequireDatacenter();
        if (body.Node.Length == 0)
            throw new ConsulException(500, "Must provide Node");
        request.Rights.RequireWrite(ConsulResource.Session, body.Node);
        var lease = new Lease
        {
            Id = LeaseId.Create(),
            Name = body.Name,
            Node = body.Node,
            LockDelay = body.LockDelay,
            Behavior = BehaviorOf(body.Behavior),
            TtlText = body.Ttl,
            Ttl = TtlOf(body.Ttl),
            Checks = body.Checks,
            NodeChecks = body.NodeChecks,
            ServiceChecks = body.ServiceChecks,
        };
        var outcome = await registry.ApplyAsync(new CreateLease(lease), request.Aborted);
        if (outcome.Refusal is { } refusal)
            throw new ConsulException(500, "apply failed: " + refusal);
        return ConsulAnswer.Json(json => json.Object(json => json.Name("ID").String(lease.Id)));
    }

    private static LeaseBehavior BehaviorOf(string text) => text switch
    {
        "" or "release" => LeaseBehavior.Release,
        "delete" => LeaseBehavior.Delete,
        _ => throw new ConsulException(500, $"Invalid Behavior setting '{text}'"),
    };

    private TimeSpan TtlOf(string text)
    {
        if (text.Length == 0)
            return TimeSpan.Zero;
        var (nanoseconds, failure) = GoDuration.Parse(text);
        if (failure is not null)
            throw new ConsulException(500, $"Session TTL '{text}' invalid: {failure}");
        var least = options.Value.ConsulSessionTtlMin;
        if (nanoseconds != 0 && (nanoseconds < least.Ticks * TimeSpan.NanosecondsPerTick || nanoseconds > LongestTtl.Ticks * TimeSpan.NanosecondsPerTick))
        {
            throw new ConsulException(
                500, $"Invalid Session TTL '{nanoseconds}', must be between [{GoDuration.Format(least)}={GoDuration.Format(LongestTtl)}]");
        }

        return GoDuration.ToTimeSpan(nanoseconds);
    }
}
