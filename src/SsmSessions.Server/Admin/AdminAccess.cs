using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using SsmSessions.Server.Hosting;

namespace SsmSessions.Server.Admin;

/// <summary>Who may use Admin: a loopback peer, or whoever has the admin token (DESIGN §7).</summary>
internal sealed class AdminAccess(IOptions<SsmSessionsOptions> options, LoopbackPeer loopback)
{
    /// <summary>True when the request may pass.</summary>
    public bool Allows(HttpContext http)
    {
        if (options.Value.AdminToken is { Length: > 0 } token && HasToken(http.Request, token))
            return true;
        return options.Value.Credentials is null && loopback.Is(http);
    }

    private static bool HasToken(HttpRequest request, string token)
    {
        const string Scheme = "Bearer ";
        var header = request.Headers.Authorization.ToString();
        return header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            && CryptographicOperations.FixedTimeEquals(Hash(header[Scheme.Length..].Trim()), Hash(token));
    }

    /// <summary>Of equal length whatever was sent, so that the comparison tells nothing about the token's length.</summary>
    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
