using System.Security.Cryptography;
using System.Text;
using SsmSessions.Core.Identity;

namespace SsmSessions.Tests.Identity;

/// <summary>An authenticator with all that it stands on: clocks that stand still, node keys, a table in memory.</summary>
internal sealed class Door
{
    public static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    public const string UserSecret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

    public const string File = """
        {"accounts": {"111122223333": {
          "users": [
            {"name": "alice", "accessKeyId": "AKIDALICE", "secretAccessKey": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"},
            {"name": "division/team/bob", "accessKeyId": "AKIDBOB", "secretAccessKey": "bob's secret"},
            {"name": "root", "accessKeyId": "AKIDROOT", "secretAccessKey": "root's secret"}],
          "roles": [
            {"role": "Admin", "sessionName": "carol@example.com", "accessKeyId": "ASIACAROL", "secretAccessKey": "carol's secret",
             "sessionToken": "carol's token", "expires": "2026-11-21T13:00:00Z"},
            {"role": "Node", "sessionName": "i-0123456789abcdef0", "accessKeyId": "ASIANODE", "secretAccessKey": "node's secret",
             "sessionToken": "node's token"}]
        }}}
        """;

    public Door(string? file = null)
        : this(file is null ? null : CredentialsFile.Parse(Encoding.UTF8.GetBytes(file), "test"))
    {
    }

    public Door(CredentialsFile? credentials) =>
        Authenticator = new RequestAuthenticator(credentials, Issued, NodeKeys, RealTime, ServiceTime);

    public StillClock RealTime { get; } = new() { Now = Noon };

    public StillClock ServiceTime { get; } = new() { Now = Noon };

    public KeyRing NodeKeys { get; } = new();

    public IssuedCredentials Issued { get; } = new(RandomNumberGenerator.GetBytes(32));

    public RequestAuthenticator Authenticator { get; }

    public async Task<Caller> LetInAsync(ISignedRequest request, string service = "ssm") =>
        await Authenticator.AuthenticateAsync(request, service, CancellationToken.None);

    public async Task<AuthenticationFailedException> RefuseAsync(ISignedRequest request, string service = "ssm") =>
        await Assert.ThrowsAsync<AuthenticationFailedException>(() => LetInAsync(request, service));
}

/// <summary>A clock that shows what it is told.</summary>
internal sealed class StillClock : TimeProvider
{
    public DateTimeOffset Now { get; set; }

    public override DateTimeOffset GetUtcNow() => Now;
}

/// <summary>Registered nodes.</summary>
internal sealed class KeyRing : INodeKeys
{
    private readonly Dictionary<string, NodeKey> _keys = [];

    public ValueTask<NodeKey?> FindAsync(string nodeId, CancellationToken cancellationToken) => new(_keys.GetValueOrDefault(nodeId));

    public RSA Register(string nodeId, Tenant tenant)
    {
        var rsa = RSA.Create(2_048);
        _keys[nodeId] = new NodeKey(tenant, rsa.ExportSubjectPublicKeyInfo());
        return rsa;
    }
}
