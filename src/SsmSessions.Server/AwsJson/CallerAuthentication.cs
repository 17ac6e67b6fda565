using Microsoft.AspNetCore.Http;
using SsmSessions.Core.Identity;

namespace SsmSessions.Server.AwsJson;

/// <summary>Who makes a call.</summary>
internal sealed class CallerAuthentication
{
#pragma warning disable CA1822

    public ValueTask<Caller> AuthenticateAsync(
        HttpContext http, ReadOnlyMemory<byte> body, bool allowsAnonymous, CancellationToken cancellationToken)
    {
        var header = http.Request.Headers.Authorization.ToString();
        var start = header.IndexOf("Credential=", StringComparison.Ordinal);
        var parts = start < 0 ? [] : header[(start + "Credential=".Length)..].Split(',')[0].Split('/');
        if (parts.Length != 5)
            throw new InvalidOperationException("no identity");
        var tenant = new Tenant(Tenant.DefaultAccount, parts[2]);
        return new(new Caller(tenant, CallerKind.User, parts[0], tenant.GlobalArn("iam", "user/" + parts[0]), parts[0]));
    }
}
