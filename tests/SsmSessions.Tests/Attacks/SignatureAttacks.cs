using System.Text;
using SsmSessions.Core;
using SsmSessions.Core.Identity;
using SsmSessions.Testing;
using SsmSessions.Testing.Attacks;
using SsmSessions.Tests.Identity;

namespace SsmSessions.Tests.Attacks;

/// <summary>Signed calls, changed in every way.</summary>
public sealed class SignatureAttacks
{
    private const string Accounts =
        """
        {"accounts":{
          "111122223333":{
            "users":[{"name":"alice","accessKeyId":"AKIAALICE","secretAccessKey":"open sesame"}],
            "roles":[{"role":"Admin","sessionName":"carol","accessKeyId":"ASIACAROL","secretAccessKey":"open oats","sessionToken":"tok+en/1=="}]},
          "444455556666":{"users":[{"name":"mallory","accessKeyId":"AKIAMALLORY","secretAccessKey":"open barley"}]}}}
        """;

    private const string Differs =
        "400 InvalidSignatureException: The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.";

    private const string UnknownClient = "400 UnrecognizedClientException: The security token included in the request is invalid.";
    private const string Unsigned = "400 MissingAuthenticationTokenException: Missing Authentication Token";
    private const string Refused = "^400 (InvalidSignature|IncompleteSignature|UnrecognizedClient)Exception: ";

    /// <summary>What a call gets that is carried out: nobody has the session that it ends.</summary>
    private const string LetIn = "400 ValidationException: Session is not in a valid state";

    [Fact]
    public async Task A_users_call() => await TamperAsync("signature of a user", "AKIAALICE", "open sesame", token: null);

    [Fact]
    public async Task A_call_by_temporary_credentials() => await TamperAsync("signature of a role", "ASIACAROL", "open oats", "tok+en/1==");

    [Fact]
    public async Task A_call_that_is_sent_again()
    {
        var clock = new AdjustableTimeProvider(TimeProvider.System);
        await using var server = await StartAsync(clock);
        await using var twin = await StartAsync(clock);
        await using var stranger = await TestServer.StartAsync(realTime: clock, configure: options => options.Credentials = CredentialsFile.Parse(
            """{"accounts":{"444455556666":{"users":[{"name":"mallory","accessKeyId":"AKIAMALLORY","secretAccessKey":"open barley"}]}}}"""u8, "the test"));
        var table = new AttackTable("signature, replayed");
        var good = Call(server, "AKIAALICE", "open sesame", token: null, "StartSession", $$"""{"Target":"{{TestServer.Node}}"}""");

        // The real service keeps no memory of signatures: a call that arrives twice is carried out twice.
        for (var i = 0; i < 2; i++)
            table.Try("the same call within its 5 minutes: carried out again, as the real service does", await TryAsync(server, good), "200 {…}");
        table.Try("at another server that knows the same keys, Host as it was signed", await TryAsync(twin, good), "200 {…}");
        table.Try("at another server that knows the same keys, its own Host", await TryAsync(twin, good.With("Host", twin.Url.Authority)), Differs);
        table.Try("at a server that knows other keys", await TryAsync(stranger, good), UnknownClient);
        table.Try("by another key id", await TryAsync(server, good.With("Authorization", good["Authorization"]!.Replace("AKIAALICE", "ASIACAROL", StringComparison.Ordinal))), UnknownClient);
        clock.Offset = TimeSpan.FromSeconds(290);
        table.Try("after 290 s", await TryAsync(server, good), "200 {…}");
        clock.Offset = TimeSpan.FromSeconds(302);
        table.Try("after 302 s", await TryAsync(server, good), "^400 InvalidSignatureException: Signature expired: .* is now earlier than .* [(].* - 5 min[.][)]$");
        clock.Offset = TimeSpan.FromDays(1);
        table.Try("after a day", await TryAsync(server, good), "^400 InvalidSignatureException: Signature expired: .* [(].* - 5 min[.][)]$");
        clock.Offset = -TimeSpan.FromSeconds(302);
        table.Try("302 s before its time", await TryAsync(server, good), "^400 InvalidSignatureException: Signature not yet current: .* is still later than .* [(].* [+] 5 min[.][)]$");
        table.Verify();
    }

    [Fact]
    public async Task A_presigned_call()
    {
        var clock = new AdjustableTimeProvider(TimeProvider.System);
        await using var server = await StartAsync(clock);
        using var connection = new RawConnection(server.Url);
        var table = new AttackTable("signature, presigned call");
        var good = Presigner.Sign(
            new RawRequest(
                "POST",
                "/",
                [("Host", server.Url.Authority), ("Content-Type", "application/x-amz-json-1.1"), ("X-Amz-Target", "AmazonSSM.TerminateSession")],
                """{"SessionId":"nobody-0123456789abcdef0"}"""u8.ToArray()),
            "AKIAALICE",
            "open sesame",
            "ssm",
            TimeSpan.FromMinutes(10));
        table.Try("the call as it was signed", (await connection.SendAsync(good)).ToString(), LetIn);
        foreach (var (attempt, request) in Presigner.Tamper(good))
            table.Try(attempt, (await connection.SendAsync(request)).ToString(), Refused, Unsigned);
        for (var i = 0; i < good.Body.Length * 8; i++)
        {
            var body = good.Body.ToArray();
            body[i / 8] ^= (byte)(1 << (i % 8));
            table.Try("body: a bit flipped", (await connection.SendAsync(good with { Body = body })).ToString(), Differs, "400 SerializationException");
        }

        foreach (var name in (string[])["Host", "Content-Type", "X-Amz-Target"])
            table.Try("a signed header changed", (await connection.SendAsync(good.With(name, good[name] + "x"))).ToString(), "400", "404 <UnknownOperationException/>", "400 UnknownOperationException");
        table.Try("another action", (await connection.SendAsync(good.With("X-Amz-Target", "AmazonSSM.ResumeSession"))).ToString(), Differs);
        clock.Offset = TimeSpan.FromSeconds(590);
        table.Try("after 590 of its 600 s", (await connection.SendAsync(good)).ToString(), LetIn);
        clock.Offset = TimeSpan.FromSeconds(602);
        table.Try("after 602 of its 600 s", (await connection.SendAsync(good)).ToString(), "^400 InvalidSignatureException: Signature expired: .* [(].* - 10 min[.][)]$");
        table.Verify(fewest: 500);
    }

    private static async Task<string> TryAsync(TestServer server, RawRequest request)
    {
        using var connection = new RawConnection(server.Url);
        var answer = await connection.SendAsync(request);
        return answer.Status == 200 ? "200 {…}" : answer.ToString();
    }

    private static async Task TamperAsync(string door, string keyId, string secret, string? token)
    {
        await using var server = await StartAsync();
        using var connection = new RawConnection(server.Url);
        var table = new AttackTable(door);
        var good = Call(server, keyId, secret, token, "TerminateSession", """{"SessionId":"nobody-0123456789abcdef0"}""");
        table.Try("the call as it was signed", (await connection.SendAsync(good)).ToString(), LetIn);

        foreach (var tampered in SignatureTampering.Of(good))
            table.Try(tampered.Attempt, (await connection.SendAsync(tampered.Request)).ToString(), tampered.Refusals);

        table.Try("the call as it was signed, after all that", (await connection.SendAsync(good)).ToString(), LetIn);
        table.Verify(fewest: 1_000);
    }

    private static Task<TestServer> StartAsync(TimeProvider? realTime = null) => TestServer.StartAsync(
        realTime: realTime, configure: options => options.Credentials = CredentialsFile.Parse(Encoding.UTF8.GetBytes(Accounts), "the test"));

    /// <summary>A call that is signed with all of its headers, as clients do.</summary>
    private static RawRequest Call(TestServer server, string keyId, string secret, string? token, string action, string json)
    {
        var request = new TestRequest
        {
            ["Host"] = server.Url.Authority,
            ["Content-Type"] = "application/x-amz-json-1.1",
            ["X-Amz-Target"] = "AmazonSSM." + action,
            Body = Encoding.UTF8.GetBytes(json),
        };
        request.Sign(keyId, secret, TimeProvider.System.GetUtcNow(), token);
        return new RawRequest("POST", "/", request.Headers, request.Body);
    }
}
