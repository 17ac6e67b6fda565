using SsmSessions.Server.Consul.Go;

namespace SsmSessions.Server.Consul.Catalog;

/// <summary>Bodies whose unknown members are refused, as those of catalog and agent are (spec/consul-sessions.md §10).</summary>
internal static class CatalogBody
{
    /// <summary>The largest body, bytes.</summary>
    private const int MaxBytes = 512 * 1024;

    private const string UnknownNamespace = "json: unknown field \"Namespace\"";

    /// <exception cref="ConsulException">It cannot be decoded.</exception>
    public static async Task DecodeAsync(ConsulRequest request, Action<GoMember> read)
    {
        try
        {
            await request.DecodeBodyAsync(MaxBytes, refusesUnknown: true, read);
        }
        catch (ConsulException unknown) when (unknown.Message.EndsWith(UnknownNamespace, StringComparison.Ordinal))
        {
            throw new ConsulException(unknown.Status, unknown.Message + " - Namespaces are a Consul Enterprise feature");
        }
    }

    /// <summary>Takes a member that is known, and means nothing here.</summary>
    public static void Skip(GoMember member)
    {
    }
}
