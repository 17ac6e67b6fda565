using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using SsmSessions.Core.Identity;
using SsmSessions.Server;
using SsmSessions.Server.Consul;
using SsmSessions.Testing;
using SsmSessions.Testing.Attacks;
using SsmSessions.Tests.Identity;

namespace SsmSessions.Tests.Attacks;

/// <summary>Peers that are not on this machine, or say so; names that are not the server's; tokens of Admin and of the Consul API.</summary>
public sealed class PeerAttacks
{
    private const string PeerHeader = "X-Test-Peer";
    private const string AdminToken = "correct-horse-battery-staple";
    private const string AdminRefused = """403 {"error":"Admin answers loopback peers, or whoever sends the admin token as \u0027Authorization: Bearer TOKEN\u0027."}""";
    private const string ForeignHost = "403 This Host is not allowed here. The server's option --allow-host allows it.";
    private const string ConsulDenied = "403 Permission denied";

    /// <summary>The doors that answer this machine only where there are no credentials, and what they tell others.</summary>
    private static readonly (string Door, string Method, string Path, string Refused)[] Doors =
    [
        ("Admin", "GET", "/_ssm-sessions/health", AdminRefused),
        ("Admin", "GET", "/_ssm-sessions/nodes", AdminRefused),
        ("Admin", "POST", "/_ssm-sessions/reset", AdminRefused),
        ("Doris", "GET", "/rest/v1/session", """200 {"msg":"Unauthorized","code":401,"data":"Without --credentials this answers processes on this machine only.","count":0}"""),
        ("Doris", "GET", "/rest/v1/session/all", """200 {"msg":"Unauthorized","code":401,"data":"Without --credentials this answers processes on this machine only.","count":0}"""),
        ("TrueNAS", "GET", "/api/current", "403 Without --credentials this answers processes on this machine only."),
        ("TrueNAS", "GET", "/websocket", "403 Without --credentials this answers processes on this machine only."),
        ("Consul", "GET", "/v1/session/list", ConsulDenied),
        ("Consul", "PUT", "/v1/kv/owned", ConsulDenied),
        ("Consul", "GET", "/v1/agent/self", ConsulDenied),
    ];

    [Fact]
    public async Task Peers_elsewhere()
    {
        await using var server = await StartAsync();
        var table = new AttackTable("peers elsewhere, no --credentials");
        foreach (var address in (string[])["192.0.2.7", "10.0.0.1", "169.254.169.254", "2001:db8::7", "::ffff:192.0.2.7", "fe80::1", "0.0.0.0"])
        {
            foreach (var (door, method, path, refused) in Doors)
                table.Try($"{door}: a peer at another address", await SendAsync(server, method, path, (PeerHeader, address)), refused);
        }

        table.Verify(fewest: 70);
    }

    [Fact]
    public async Task Peers_that_speak_for_others()
    {
        await using var server = await StartAsync();
        var table = new AttackTable("peers behind a proxy on this machine, no --credentials");
        (string, string)[] headers =
        [
            ("X-Forwarded-For", "192.0.2.7"), ("X-Forwarded-For", "127.0.0.1"), ("x-forwarded-for", ""), ("X-Forwarded-Host", "evil.example"), ("X-Forwarded-Proto", "https"),
            ("X-Forwarded-Port", "443"), ("X-Forwarded-Server", "proxy"), ("Forwarded", "for=192.0.2.7"), ("Forwarded", "for=127.0.0.1;host=localhost"), ("X-Real-IP", "127.0.0.1"),
            ("Via", "1.1 proxy"), ("X-Client-IP", "127.0.0.1"), ("X-Cluster-Client-IP", "127.0.0.1"), ("True-Client-IP", "127.0.0.1"), ("CF-Connecting-IP", "127.0.0.1"),
        ];
        foreach (var header in headers)
        {
            foreach (var (door, method, path, refused) in Doors)
                table.Try($"{door}: {header.Item1}", await SendAsync(server, method, path, header), refused);
        }

        table.Verify(fewest: 150);
    }

    [Fact]
    public async Task Everybody_where_there_is_a_public_url()
    {
        await using var server = await StartAsync(options => options.PublicUrl = new Uri("https://sessions.example"));
        var table = new AttackTable("loopback peers, --public-url, no --credentials");
        foreach (var (door, method, path, refused) in Doors)
            table.Try($"{door}: a loopback peer", await SendAsync(server, method, path), refused);
        table.Verify(fewest: 10);
    }

    [Fact]
    public async Task Names_that_are_not_the_servers()
    {
        await using var server = await StartAsync();
        var table = new AttackTable("Host of another name");
        var port = server.Url.Port;
        string[] hosts =
        [
            "evil.example", $"evil.example:{port}", $"127.0.0.1.evil.example:{port}", $"localhost.evil.example:{port}", "localhost.", "localhost.localdomain", "ip6-localhost", "a.localhost",
            "192.0.2.7", "0.0.0.0", "[::]", "[2001:db8::7]", "metadata.google.internal", "*", "127.1.evil.example",
        ];
        foreach (var host in hosts)
        {
            foreach (var (door, method, path, _) in Doors.Append(("POST /", "POST", "/", "")).Append(("data channel", "GET", "/v1/data-channel/x", "")))
                table.Try($"{door}: another Host", await SendAsync(server, method, path, ("Host", host)), ForeignHost, "400");
        }

        // These are no names, and the server refuses to read them.
        foreach (var host in (string[])["127.0.0.1@evil.example", "evil.example#127.0.0.1", "127.0.0.1 evil.example", "127.0.0.1:1:2"])
            table.Try("every door: what is no Host", await SendAsync(server, "GET", "/_ssm-sessions/health", ("Host", host)), "400", ForeignHost);
        table.Verify(fewest: 150);
    }

    [Fact]
    public async Task The_token_of_Admin()
    {
        await using var server = await StartAsync(options =>
        {
            options.AdminToken = AdminToken;
            options.PublicUrl = new Uri("https://sessions.example");
        });
        var table = new AttackTable("Admin, --admin-token");
        table.Try("the token (must be let in)", (await SendAsync(server, "GET", "/_ssm-sessions/health", ("Authorization", "Bearer " + AdminToken)))[..3], "200");
        table.Try("none", await SendAsync(server, "GET", "/_ssm-sessions/health"), AdminRefused);
        for (var i = 0; i < AdminToken.Length; i++)
        {
            table.Try("a beginning of it", await TryAsync("Bearer " + AdminToken[..i]), AdminRefused);
            table.Try("a character changed", await TryAsync($"Bearer {AdminToken[..i]}{(AdminToken[i] == 'x' ? 'y' : 'x')}{AdminToken[(i + 1)..]}"), AdminRefused);
        }

        foreach (var header in (string[])[
            AdminToken, "Bearer", "Bearer  ", $"Bearer {AdminToken}x", $"Bearer {AdminToken} {AdminToken}", $"Bearer {AdminToken.ToUpperInvariant()}", $"Bearer {AdminToken},",
            $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(AdminToken))}", $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"admin:{AdminToken}"))}", $"Token {AdminToken}", $"Bearer\t{AdminToken}",
        ])
        {
            table.Try("in another form", await TryAsync(header), AdminRefused);
        }

        table.Try("in the query", await SendAsync(server, "GET", $"/_ssm-sessions/health?token={AdminToken}&access_token={AdminToken}"), AdminRefused);
        table.Try("in a cookie", await SendAsync(server, "GET", "/_ssm-sessions/health", ("Cookie", $"token={AdminToken}")), AdminRefused);
        table.Try("in another header", await SendAsync(server, "GET", "/_ssm-sessions/health", ("X-Admin-Token", AdminToken)), AdminRefused);
        foreach (var path in (string[])["/_SSM-SESSIONS/health", "//_ssm-sessions/health", "/_ssm-sessions/./health", "/x/../_ssm-sessions/health", "/%5fssm-sessions/health", "/_ssm-sessions/health/"])
            table.Try("none, the path written otherwise", (await SendAsync(server, "GET", path))[..3], "403", "404");
        table.Verify(fewest: 70);

        Task<string> TryAsync(string header) => SendAsync(server, "GET", "/_ssm-sessions/health", ("Authorization", header));
    }

    [Fact]
    public async Task Tokens_of_the_Consul_API()
    {
        const string Writer = "5e1f0c4a-writer";
        const string Reader = "77b0d9c2-reader";
        const string NotFound = "403 ACL not found";
        await using var server = await StartAsync(options => options.ConsulTokens = ConsulTokens.Parse(Encoding.UTF8.GetBytes(
            """
            {"tokens":{"WRITER":{"session":{"":"write"},"key":{"":"write"},"node":{"":"write"},"agent":{"":"write"}},"READER":{"session":{"":"read"},"key":{"":"read"},"node":{"":"read"}}}}
            """.Replace("WRITER", Writer, StringComparison.Ordinal).Replace("READER", Reader, StringComparison.Ordinal))));
        var table = new AttackTable("Consul, --consul-tokens");
        table.Try("the writer's token writes (must be let in)", await TryAsync("PUT", "/v1/kv/mine", Writer), "200 true");
        table.Try("the reader's token reads (must be let in)", (await TryAsync("GET", "/v1/kv/mine", Reader))[..3], "200");
        (string Method, string Path)[] writes =
        [
            ("PUT", "/v1/kv/mine"), ("DELETE", "/v1/kv/mine"), ("PUT", "/v1/session/create"), ("PUT", "/v1/agent/maintenance?enable=true"), ("PUT", "/v1/kv/mine?acquire=aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"),
        ];
        foreach (var (method, path) in writes)
        {
            table.Try("a write without a token", await SendAsync(server, method, path), "^403 (Permission denied|rpc error)");
            table.Try("a write with a reader's token", await TryAsync(method, path, Reader), "^403 (Permission denied|rpc error)");
            for (var i = 1; i < Writer.Length; i++)
            {
                table.Try("a beginning of a token", await TryAsync(method, path, Writer[..i]), NotFound);
                table.Try("a token with a character changed", await TryAsync(method, path, $"{Writer[..i]}{(Writer[i] == 'x' ? 'y' : 'x')}{Writer[(i + 1)..]}"), NotFound);
            }

            table.Try("a token in another case", await TryAsync(method, path, Writer.ToUpperInvariant()), NotFound);
            table.Try("a wrong token in the query, the right one in the header", await TryAsync(method, $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}token=x", Writer), NotFound);
        }

        foreach (var path in (string[])["/v1/kv/mine", "/v1/session/list", "/v1/catalog/nodes", "/v1/agent/self", "/v1/health/state/any"])
            table.Try("a read with a token that does not exist", await TryAsync("GET", path, "x"), NotFound);
        table.Try("a key without a token", await SendAsync(server, "GET", "/v1/kv/mine"), ConsulDenied);
        foreach (var path in (string[])["/v1/session/list", "/v1/catalog/nodes", "/v1/kv/?keys"])
            table.Try("a list without a token: empty", await SendAsync(server, "GET", path), "200 []");
        table.Verify(fewest: 150);

        Task<string> TryAsync(string method, string path, string token) => SendAsync(server, method, path, ("X-Consul-Token", token));
    }

    [Fact]
    public async Task Doors_with_credentials()
    {
        await using var server = await StartAsync(options => options.Credentials = CredentialsFile.Parse(Encoding.UTF8.GetBytes(Door.File), "test"));
        var table = new AttackTable("loopback peers, --credentials");
        foreach (var (door, method, path, refused) in Doors.Where(d => d.Door is "Admin" or "Consul"))
            table.Try($"{door}: a loopback peer", await SendAsync(server, method, path), refused);
        foreach (var path in (string[])["/rest/v1/session", "/rest/v1/session/all"])
        {
            table.Try("Doris: no password", await SendAsync(server, "GET", path), """200 {"msg":"Unauthorized","code":401,"data":"Cookie is invalid","count":0}""");
            table.Try("Doris: the right pair, in the clear, from elsewhere", await SendAsync(server, "GET", path, (PeerHeader, "192.0.2.7"), ("Authorization", Basic("AKIDALICE", Door.UserSecret))), """200 {"msg":"Unauthorized","code":401,"data":"A password is taken over TLS only, or from this machine.","count":0}""");
            foreach (var (user, password) in ((string, string)[])[("AKIDALICE", ""), ("AKIDALICE", Door.UserSecret[..^1]), ("AKIDALICE", Door.UserSecret + "x"), ("AKIDALICE", Door.UserSecret.ToUpperInvariant()), ("akidalice", Door.UserSecret), ("alice", Door.UserSecret), ("", ""), ("AKIDALICE\0", Door.UserSecret), ("ASIACAROL", "carol's secret"), ("111122223333", "x"), ("test", "test")])
                table.Try("Doris: a wrong pair", await SendAsync(server, "GET", path, ("Authorization", Basic(user, password))), "^200 [{]\"msg\":\"Unauthorized\",\"code\":401,\"data\":\"Access denied for user ");
            table.Try("Doris: the right pair (must be let in)", (await SendAsync(server, "GET", path, ("Authorization", Basic("AKIDALICE", Door.UserSecret))))[..20], "200 {\"msg\":\"success\"");
        }

        table.Verify();
    }

    private static string Basic(string user, string password) => "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"));

    private static async Task<string> SendAsync(TestServer server, string method, string path, params (string Name, string Value)[] headers)
    {
        using var connection = new RawConnection(server.Url);
        var request = new RawRequest(method, path, [.. headers.Any(h => h.Name == "Host") ? Array.Empty<(string, string)>() : [("Host", server.Url.Authority)], .. headers], []);
        return (await connection.SendAsync(request)).ToString();
    }

    /// <summary>A server that takes a peer's address from a header: the tests' own connections all come from loopback.</summary>
    private static Task<TestServer> StartAsync(Action<SsmSessionsOptions>? configure = null) => TestServer.StartAsync(
        configure: configure,
        map: app => app.Use((http, next) =>
        {
            if (http.Request.Headers[PeerHeader] is [{ } address])
                http.Connection.RemoteIpAddress = IPAddress.Parse(address);
            http.Request.Headers.Remove(PeerHeader);
            return next(http);
        }));
}
