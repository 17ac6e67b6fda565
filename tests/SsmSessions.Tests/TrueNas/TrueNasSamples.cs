using SsmSessions.Core.Sessions;
using SsmSessions.Testing;

namespace SsmSessions.Tests.TrueNas;

/// <summary>The sessions of the documented samples.</summary>
internal static class TrueNasSamples
{
    /// <summary>Those of spec/truenas-sessions.md §2, in another order than they are shown in.</summary>
    public static Session[] OfSpec =>
    [
        Of("e27a9b60-7c1d-45fe-a3b2-19d84c50e6f3", "2024-07-01T09:00:05Z", "UNIX socket (pid=4242 uid=0 gid=0)", CredentialKind.UnixSocket, current: true),
        Of("3f0c2a9e-51d7-4b86-9d6e-0c7be1a4f210", "2024-07-01T08:00:05.987Z", "192.0.2.44:51822", CredentialKind.LongTermKey),
        Of("b8d41c77-0a2f-4e39-8c55-6e9f2d30ab14", "2024-07-01T08:05:00Z", "[2001:db8::5]:50123", CredentialKind.TemporaryKey),
    ];

    /// <summary>Those of the project's own documentation.</summary>
    public static Session[] OfDocumentation =>
    [
        Of("8a21fefe-1255-42eb-a86d-8a7f74752b94", "2023-07-25T17:54:49Z", "10.234.15.210:15864", CredentialKind.UnixSocket),
        Of("f01274e8-4954-4926-9346-76a16d3648dd", "2023-07-26T11:05:16Z", "UNIX socket (pid=2459768 uid=0 gid=0)", CredentialKind.UnixSocket, current: true),
    ];

    public static Session Of(string id, string start, string? origin, CredentialKind credential, bool current = false) =>
        TestServerSessions.NewSession(id, DateTimeOffset.Parse(start, System.Globalization.CultureInfo.InvariantCulture)) with
        {
            Host = "test-host",
            Origin = new SessionOrigin { Client = origin, Credential = credential, AccessKeyId = "AKIAEXAMPLE", IsCurrent = current },
        };
}
