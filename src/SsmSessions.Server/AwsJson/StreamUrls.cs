using System.Buffers.Text;
using System.Text;
using Microsoft.Extensions.Options;
using SsmSessions.Core.Sessions;

namespace SsmSessions.Server.AwsJson;

/// <summary>Where a client opens the data channel of a session (spec/ssm-control-plane.md §4.2.2, ssm-data-channel.md §2.3).</summary>
internal sealed class StreamUrls(IOptions<SsmSessionsOptions> options)
{
    private readonly string _cellNumber = Base64Url.EncodeToString([0, 1, 0, 1, .. Encoding.UTF8.GetBytes(options.Value.HostName)]);

    /// <summary>
    /// The URL as it is right at this moment. Its query is URL-safe and holds nothing that expires; the cell number names the
    /// host that carries the channel.
    /// </summary>
    public string Of(Session session, ActionContext context)
    {
        var address = options.Value.PublicUrl is { } url
            ? (url.Scheme == Uri.UriSchemeHttps ? "wss://" : "ws://") + url.Authority + url.AbsolutePath.TrimEnd('/')
            : (context.Scheme == Uri.UriSchemeHttps ? "wss://" : "ws://") + context.Host;
        return $"{address}/v1/data-channel/{session.Id}?role=publish_subscribe&cell-number={_cellNumber}";
    }
}
