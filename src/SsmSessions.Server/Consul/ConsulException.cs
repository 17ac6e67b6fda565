using SsmSessions.Core.Faults;

namespace SsmSessions.Server.Consul;

/// <summary>A call that fails: the message is the body, as plain text (spec/consul-sessions.md §3.4).</summary>
/// <param name="status">The status of the answer.</param>
/// <param name="text">The body.</param>
internal sealed class ConsulException(int status, string text) : Exception(text)
{
    public int Status => status;

    /// <summary>Headers that go with it.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>The caller has no right to it.</summary>
    public static ConsulException PermissionDenied() => new(403, "Permission denied");

    /// <summary>The caller's token does not exist.</summary>
    public static ConsulException UnknownToken() => new(403, "ACL not found");

    /// <summary>A fault on demand. A server that limits its callers answers 429 (spec/consul-sessions.md §3.4).</summary>
    public static ConsulException Of(FaultRule rule) => rule.Effect switch
    {
        FaultEffect.Throttle => new(429, rule.Message ?? "Your IP is issuing too many concurrent connections, please rate limit your calls\n"),
        FaultEffect.Error => new(rule.Status ?? 500, rule.Message ?? rule.Error!),
        _ => new(500, rule.Message ?? "internal error"),
    };

    /// <summary>The store did not answer. Clients try again after a 500 only (spec/consul-sessions.md §3.4).</summary>
    public static ConsulException NoLeader() => new(500, "No cluster leader");
}
