using System.Buffers.Text;
using System.Text;
using Microsoft.Extensions.Options;
using SsmSessions.Core.Sessions;
using SsmSessions.Server.Hosting.Tls;

namespace SsmSessions.Server.AwsJson;

/// <summary>Where a client opens the data channel of a session (spec/ssm-control-plane.md §4.2.2, ssm-data-channel.md §2.3).</summary>
internal sealed class StreamUrls(IOptions<SsmSessionsOptions> options)
{
    private readonly SsmSessionsOptions _options = options.Value;
    private readonly string _ownCellNumber = CellNumber(options.Value.HostName);

    /// <summary>
    /// The URL as it is right at this moment. Its query is URL-safe and holds nothing that expires; the cell number names the
    /// host that carries the channel. The real service's form has no cell number: clients that insist on it take no other query.
    /// </summary>
    public string Of(Session session, ActionContext context)
    {
        var path = $"/v1/data-channel/{session.Id}?role=publish_subscribe";
        return _options.StreamUrl == StreamUrlMode.Aws
            ? $"wss://{AwsNames.StreamHost(session.Tenant.Region)}{path}"
            : $"{OwnAddress(context)}{path}&cell-number={CellNumberOf(session)}";
    }

    private string OwnAddress(ActionContext context)
    {
        var (scheme, address) = _options.PublicUrl is { } url
            ? (url.Scheme, url.Authority + url.AbsolutePath.TrimEnd('/'))
            : (context.Scheme, context.Host);
        return (_options.StreamUrl == StreamUrlMode.Wss || scheme == Uri.UriSchemeHttps ? "wss://" : "ws://") + address;
    }

    private string CellNumberOf(Session session) =>
        session.Host is null || session.Host == _options.HostName ? _ownCellNumber : CellNumber(session.Host);

    private static string CellNumber(string host) => Base64Url.EncodeToString([0, 1, 0, 1, .. Encoding.UTF8.GetBytes(host)]);
}
