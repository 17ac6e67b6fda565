using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using SsmSessions.Core.Identity;

namespace SsmSessions.Server.Hosting;

/// <summary>A request of ASP.NET as signatures see it: as it stood on the wire.</summary>
internal sealed class SignedHttpRequest(HttpContext http, ReadOnlyMemory<byte> body) : ISignedRequest
{
    private readonly string _target = TargetOf(http);

    public string Method => http.Request.Method;

    public string Path => _target.IndexOf('?', StringComparison.Ordinal) is >= 0 and var mark ? _target[..mark] : _target;

    public string Query => _target.IndexOf('?', StringComparison.Ordinal) is >= 0 and var mark ? _target[(mark + 1)..] : "";

    public string? Header(string name) => http.Request.Headers.TryGetValue(name, out var values) && values.Count > 0
        ? values.Count == 1 ? values[0] : string.Join(',', values.ToArray())
        : null;

    public void HashBody(Span<byte> sha256) => SHA256.HashData(body.Span, sha256);

    /// <summary>The request line's target, without scheme and host where a proxy's form has them.</summary>
    private static string TargetOf(HttpContext http)
    {
        var target = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (target.StartsWith('/'))
            return target;
        var host = target.IndexOf("://", StringComparison.Ordinal);
        var path = host < 0 ? -1 : target.IndexOf('/', host + 3);
        return path < 0 ? "/" : target[path..];
    }
}
