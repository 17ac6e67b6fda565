using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SsmSessions.Core.Identity;
using SsmSessions.Server.Hosting;

namespace SsmSessions.Server.TrueNas;

/// <summary>Who is let in, and as whom (DESIGN §7). Sessions of every region are shown, so the region of a caller means nothing.</summary>
internal sealed class TrueNasLogin(IServiceProvider services, LoopbackPeer loopback, IOptions<SsmSessionsOptions> options)
{
    private const string AnyRegion = "us-east-1";
    private const string DefaultKey = "test";

    // The keys that the authenticator needs are read from the store, which opens after the doors are mapped.
    private readonly Lazy<RequestAuthenticator> _authenticator = new(services.GetRequiredService<RequestAuthenticator>);

    /// <summary>False for peers that are not even listened to: without a credentials file, whoever is not on this machine.</summary>
    public bool Allows(HttpContext http) =>
        options.Value.Credentials is not null || UnixPeer.IsOwner(http) || loopback.Is(http);

    /// <summary>True when a secret may come by this way: by TLS, or from this machine.</summary>
    public bool TakesSecrets(HttpContext http) => http.Request.IsHttps || UnixPeer.IsOwner(http) || loopback.Is(http);

    /// <summary>
    /// Who a peer is before he says anything, or null. The unix socket belongs to the user who runs the service, and nobody else can open it:
    /// whoever comes that way is root of the account. With a credentials file that names several accounts nobody can say of which.
    /// </summary>
    public Caller? AtStart(HttpContext http)
    {
        if (!UnixPeer.IsOwner(http))
            return options.Value.Credentials is null ? ByKey(DefaultKey, "") : null;
        var accounts = options.Value.Credentials?.Accounts ?? [Tenant.DefaultAccount];
        if (accounts.Count != 1)
            return null;
        var tenant = new Tenant(accounts.First(), AnyRegion);
        return new Caller(tenant, CallerKind.Root, "root", tenant.GlobalArn("iam", "root"), AccessKeyId: "");
    }

    /// <summary>Who has a key, or null for nobody.</summary>
    public Caller? ByKey(string accessKeyId, string secretAccessKey) => _authenticator.Value.Login(accessKeyId, secretAccessKey, AnyRegion);
}
