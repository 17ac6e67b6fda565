using SsmSessions.Core.Leases;
using SsmSessions.Server.Consul.Go;

namespace SsmSessions.Server.Consul.Keys;

/// <summary>Keys on the wire (spec/consul-sessions.md §7.1).</summary>
internal static class KeyJson
{
    /// <summary>An array of entries.</summary>
    public static ReadOnlyMemory<byte> Render(IEnumerable<KeyEntry> entries)
    {
        var json = new GoJsonWriter();
        json.Array(entries, Write);
        return json.Written;
    }

    public static void Write(GoJsonWriter json, KeyEntry entry) => json.Object(json =>
    {
        json.Name("LockIndex").Number(entry.LockIndex);
        json.Name("Key").String(entry.Key);
        json.Name("Flags").Number(entry.Flags);
        json.Name("Value").Base64(entry.Value.Span);
        if (entry.Session is { Length: > 0 } session)
            json.Name("Session").String(session);
        json.Name("CreateIndex").Number(entry.CreateIndex);
        json.Name("ModifyIndex").Number(entry.ModifyIndex);
    });
}
