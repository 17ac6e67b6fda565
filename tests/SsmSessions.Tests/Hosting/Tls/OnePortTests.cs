using System.Net;
using System.Net.WebSockets;
using System.Security.Authentication;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using SsmSessions.Server;
using SsmSessions.Testing;

namespace SsmSessions.Tests.Hosting.Tls;

/// <summary>HTTP, TLS and a proxy to itself on one port of a real server (DESIGN §5).</summary>
public sealed class OnePortTests
{
    private const string Aws = "ssmmessages.us-east-1.amazonaws.com";
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(StreamUrlMode.Wss, "https://localhost")]
    [InlineData(StreamUrlMode.Wss, "https://127.0.0.1")]
    [InlineData(StreamUrlMode.Wss, "https://[::1]")]
    [InlineData(StreamUrlMode.Wss, "https://gateway.example.com")]
    [InlineData(StreamUrlMode.Aws, "https://localhost")]
    public async Task Plain_HTTP_and_TLS_share_the_port(StreamUrlMode mode, string address)
    {
        await using var server = await StartAsync(mode);
        using var http = new HttpClient(Trust.HandlerOf(server));

        Assert.Equal("http", server.Url.Scheme);
        Assert.Equal($"http 127.0.0.1:{server.Url.Port}", await server.Http.GetStringAsync("/v1/data-channel/seen"));
        Assert.Equal($"https {new Uri(address).Authority}", await http.GetStringAsync(address + "/v1/data-channel/seen"));
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(address + "/_ssm-sessions/health")).StatusCode);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_real_services_name_leads_to_websockets_by_TLS_and_through_the_tunnel(bool asProxy)
    {
        await using var server = await StartAsync(StreamUrlMode.Aws);
        using var http = new HttpClient(Trust.HandlerOf(server, asProxy));

        foreach (var name in new[] { Aws, "ssmmessages-fips.us-gov-west-1.amazonaws.com", "ssmmessages.cn-north-1.amazonaws.com.cn" })
        {
            Assert.Equal($"https {name}", await http.GetStringAsync($"https://{name}/v1/data-channel/seen"));
            foreach (var path in new[] { "/", "/_ssm-sessions/health", "/v1/data-channels/seen", "/V1/data-channel/seen" })
                Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync($"https://{name}{path}")).StatusCode);
        }
    }

    [Fact]
    public async Task A_websocket_goes_through_the_tunnel()
    {
        await using var server = await StartAsync(StreamUrlMode.Aws);
        using var invoker = new HttpMessageInvoker(Trust.HandlerOf(server, asProxy: true));
        using var socket = new ClientWebSocket();

        await socket.ConnectAsync(new Uri($"wss://{Aws}/v1/data-channel/echo?role=publish_subscribe"), invoker, CancellationToken.None);

        await AssertEchoesAsync(socket);
    }

    [Fact]
    public async Task A_websocket_goes_by_TLS_and_by_neither()
    {
        await using var server = await StartAsync(StreamUrlMode.Wss);
        using var invoker = new HttpMessageInvoker(Trust.HandlerOf(server));
        foreach (var scheme in new[] { "wss", "ws" })
        {
            using var socket = new ClientWebSocket();
            await socket.ConnectAsync(new Uri($"{scheme}://{server.Url.Authority}/v1/data-channel/echo"), invoker, CancellationToken.None);
            await AssertEchoesAsync(socket);
        }
    }

    [Theory]
    [InlineData("ssm.us-east-1.amazonaws.com:443")]
    [InlineData("ssmmessages.us-east-1.amazonaws.com:80")]
    [InlineData("ssmmessages.us-east-1.amazonaws.com")]
    [InlineData("localhost:443")]
    [InlineData("127.0.0.1:22")]
    [InlineData("ssmmessages.us-east-1.amazonaws.com.evil.example:443")]
    [InlineData("user@ssmmessages.us-east-1.amazonaws.com:443")]
    public async Task A_tunnel_to_anywhere_else_is_refused(string target)
    {
        await using var server = await StartAsync(StreamUrlMode.Aws);

        Assert.Equal(
            Forbidden("This proxy leads to ssmmessages.<region>.amazonaws.com:443 of ssm-sessions and nowhere else.\n"),
            await ExchangeAsync(server, $"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n"));
    }

    [Fact]
    public async Task There_is_no_tunnel_in_another_mode()
    {
        await using var server = await StartAsync(StreamUrlMode.Wss);

        Assert.Equal(
            Forbidden("This server is a proxy only with --stream-url aws.\n"),
            await ExchangeAsync(server, $"CONNECT {Aws}:443 HTTP/1.1\r\nHost: {Aws}\r\n\r\n"));
    }

    [Fact]
    public async Task What_is_not_TLS_in_a_tunnel_ends_it()
    {
        await using var server = await StartAsync(StreamUrlMode.Aws);

        var answer = await ExchangeAsync(server, $"CONNECT {Aws}:443 HTTP/1.1\r\n\r\nGET /v1/data-channel/seen HTTP/1.1\r\nHost: {Aws}\r\n\r\n");

        Assert.Equal("HTTP/1.1 200 Connection established\r\n\r\n", answer);
    }

    [Fact]
    public async Task A_tunnel_to_one_region_is_none_to_another()
    {
        await using var server = await StartAsync(StreamUrlMode.Aws);
        await using var tunnel = await Trust.DialAsync(server.Url);
        await tunnel.WriteAsync(Encoding.ASCII.GetBytes($"CONNECT {Aws}:443 HTTP/1.1\r\n\r\n"));
        var established = new byte["HTTP/1.1 200 Connection established\r\n\r\n".Length];
        await tunnel.ReadExactlyAsync(established);

        await Assert.ThrowsAnyAsync<Exception>(() => Trust.HandshakeAsync(tunnel, "ssmmessages.eu-west-1.amazonaws.com", server.Authority));
    }

    [Fact]
    public async Task A_name_that_is_not_served_gets_no_certificate()
    {
        await using var wss = await StartAsync(StreamUrlMode.Wss);
        await using var aws = await StartAsync(StreamUrlMode.Aws);

        foreach (var (server, name) in new[] { (wss, Aws), (wss, "evil.example"), (aws, "evil.example"), (aws, "s3.amazonaws.com"), (aws, "gateway.example.com.evil.example") })
        {
            await using var stream = await Trust.DialAsync(server.Url);
            var failure = await Assert.ThrowsAnyAsync<Exception>(() => Trust.HandshakeAsync(stream, name, server.Authority));
            Assert.True(failure is IOException or AuthenticationException, failure.ToString());
        }
    }

    [Fact]
    public async Task Without_TLS_the_real_services_name_is_a_foreign_one()
    {
        await using var server = await StartAsync(StreamUrlMode.Aws);

        using var plain = new HttpRequestMessage(HttpMethod.Get, "/v1/data-channel/seen") { Headers = { Host = Aws } };
        Assert.Equal(HttpStatusCode.Forbidden, (await server.Http.SendAsync(plain)).StatusCode);
    }

    [Theory]
    [InlineData("localhost", Aws, 403)]
    [InlineData(Aws, "localhost", 403)]
    [InlineData(Aws, "ssmmessages.eu-west-1.amazonaws.com", 403)]
    [InlineData(Aws, Aws + ":80", 403)]
    [InlineData(Aws, Aws + ":443", 200)]
    [InlineData("SSMMESSAGES.us-east-1.amazonaws.com", "ssmMessages.us-east-1.AMAZONAWS.com", 200)]
    public async Task A_request_is_for_the_name_that_its_connection_is_to(string connected, string named, int status)
    {
        await using var server = await StartAsync(StreamUrlMode.Aws);
        await using var tls = await Trust.HandshakeAsync(await Trust.DialAsync(server.Url), connected, server.Authority);

        await tls.WriteAsync(Encoding.ASCII.GetBytes($"GET /v1/data-channel/seen HTTP/1.1\r\nHost: {named}\r\nConnection: close\r\n\r\n"));

        Assert.StartsWith($"HTTP/1.1 {status} ", await ReadAllAsync(tls), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\0\u0001\u0002\u0003\r\n\r\n")]
    [InlineData("CONNECTED\r\n\r\n")]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n\r\n")]
    public async Task Garbage_is_a_bad_request(string garbage)
    {
        await using var server = await StartAsync(StreamUrlMode.Aws);

        Assert.StartsWith("HTTP/1.1 400 ", await ExchangeAsync(server, garbage), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Garbage_that_looks_like_TLS_ends_the_connection()
    {
        await using var server = await StartAsync(StreamUrlMode.Aws);

        Assert.DoesNotContain("HTTP", await ExchangeAsync(server, "\u0016\u0003\u0001\0\u0005hello"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_tunnel_answers_before_it_waits_for_TLS()
    {
        await using var server = await StartAsync(StreamUrlMode.Aws);
        await using var stream = await Trust.DialAsync(server.Url);
        foreach (var part in new[] { "CON", "NECT ", Aws, ":443 HTTP/1.1\r", "\n", "\r\n" })
            await stream.WriteAsync(Encoding.ASCII.GetBytes(part));
        var established = new byte["HTTP/1.1 200 Connection established\r\n\r\n".Length];
        await stream.ReadExactlyAsync(established);
        await using var tls = await Trust.HandshakeAsync(stream, Aws, server.Authority);

        Assert.Equal("HTTP/1.1 200 Connection established\r\n\r\n", Encoding.ASCII.GetString(established));
        Assert.Equal($"CN=ssm-sessions", tls.RemoteCertificate!.Subject);
    }

    [Fact]
    public async Task In_the_mode_ws_nothing_but_HTTP_is_spoken()
    {
        await using var server = await StartAsync(StreamUrlMode.Ws);
        await using var stream = await Trust.DialAsync(server.Url);
        using var any = SsmSessions.Server.Hosting.Tls.CertificateAuthority.Create(Names.Loopback, TimeProvider.System.GetUtcNow()).Certificate;

        await Assert.ThrowsAnyAsync<Exception>(() => Trust.HandshakeAsync(stream, "localhost", any));
        // A host that is not known: the same for every method.
        Assert.StartsWith("HTTP/1.1 403 ", await ExchangeAsync(server, $"CONNECT {Aws}:443 HTTP/1.1\r\nHost: {Aws}:443\r\nConnection: close\r\n\r\n"), StringComparison.Ordinal);
    }

    private static Task<TestServer> StartAsync(StreamUrlMode mode) => TestServer.StartAsync(
        configure: options =>
        {
            options.StreamUrl = mode;
            options.AllowedHosts.Add("gateway.example.com");
        },
        map: app =>
        {
            app.UseWebSockets();
            app.Map("/v1/data-channel/seen", (RequestDelegate)(http => http.Response.WriteAsync($"{http.Request.Scheme} {http.Request.Host}")));
            app.Map("/v1/data-channel/echo", (RequestDelegate)EchoAsync);
        });

    private static async Task EchoAsync(HttpContext http)
    {
        using var socket = await http.WebSockets.AcceptWebSocketAsync();
        var buffer = new byte[1024];
        var received = await socket.ReceiveAsync(buffer, CancellationToken.None);
        await socket.SendAsync(buffer.AsMemory(0, received.Count), received.MessageType, received.EndOfMessage, CancellationToken.None);
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, statusDescription: null, CancellationToken.None);
    }

    private static async Task AssertEchoesAsync(ClientWebSocket socket)
    {
        await socket.SendAsync("hello"u8.ToArray(), WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);
        var buffer = new byte[16];
        var received = await socket.ReceiveAsync(buffer, CancellationToken.None);
        Assert.Equal("hello", Encoding.ASCII.GetString(buffer, 0, received.Count));
    }

    private static async Task<string> ExchangeAsync(TestServer server, string request)
    {
        await using var stream = await Trust.DialAsync(server.Url);
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request));
        return await ReadAllAsync(stream);
    }

    /// <summary>Until the server ends the connection.</summary>
    private static async Task<string> ReadAllAsync(Stream stream)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        using var all = new MemoryStream();
        try
        {
            await stream.CopyToAsync(all, deadline.Token);
        }
        catch (IOException)
        {
            // What it did not want to read makes its end a reset.
        }

        return Encoding.Latin1.GetString(all.ToArray());
    }

    private static string Forbidden(string text) =>
        $"HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain\r\nContent-Length: {text.Length}\r\nConnection: close\r\n\r\n{text}";
}
