using System.Text;
using SsmSessions.Core.Identity;
using SsmSessions.Testing;
using SsmSessions.Testing.Attacks;

namespace SsmSessions.Tests.Attacks;

/// <summary>Signed upgrades to a data channel, changed in every way: by header, and presigned.</summary>
public sealed class UpgradeAttacks
{
    private const string BadSignature = "The signature of the request is not valid.";
    private const string UnknownSession = "There is no session of this id.";
    private const string ByTokenAlone = "the signature taken away altogether: the token alone decides";

    private const string Accounts =
        """
        {"accounts":{
          "111122223333":{"users":[{"name":"alice","accessKeyId":"AKIAALICE","secretAccessKey":"open sesame"}]},
          "444455556666":{"users":[{"name":"mallory","accessKeyId":"AKIAMALLORY","secretAccessKey":"open barley"}]}}}
        """;

    private static readonly SigV4Signer Alice = new("AKIAALICE", "open sesame");

    [Fact]
    public async Task An_upgrade_signed_by_headers()
    {
        await using var server = await StartAsync();
        var session = await StartSessionAsync(server);
        var table = new AttackTable("data channel, signed upgrade");
        var url = session.StreamUrl;
        var good = new RawRequest("GET", url.PathAndQuery, [("Host", url.Authority), .. Alice.SignUpgrade(url).Select(h => (h.Key, h.Value))], []);
        table.Try("as it was signed (must be let in so far)", await TryAsync(url, good), ChannelAttempt.Opened);

        foreach (var tampered in SignatureTampering.Of(good).Where(IsOfUpgrade))
        {
            var isUnsigned = tampered.Request["Authorization"] is null;
            table.Try(
                isUnsigned ? ByTokenAlone : tampered.Attempt, await TryAsync(url, tampered.Request), isUnsigned ? [ChannelAttempt.Opened] : [BadSignature, "400", "403"]);
        }

        foreach (var more in (string[])["&a=b", "&role=x"])
            table.Try("address: a query added", await ChannelAttempt.OpenAsync(new Uri(url.OriginalString + more), token: null, Alice.SignUpgrade(url)), BadSignature);
        var other = await StartSessionAsync(server);
        table.Try("the signature for another session", await ChannelAttempt.OpenAsync(other.StreamUrl, other.Token, Alice.SignUpgrade(url)), BadSignature);
        table.Try("the signature of a call of the API", await ChannelAttempt.OpenAsync(url, session.Token, SignedCall(url)), BadSignature);
        table.Try("all of it right, after all that (must be let in)", await ChannelAttempt.OpenAsync(url, session.Token, Alice.SignUpgrade(url)), ChannelAttempt.Opened);
        table.Verify(fewest: 1_000);
    }

    [Fact]
    public async Task An_upgrade_signed_in_its_query()
    {
        await using var server = await StartAsync();
        var session = await StartSessionAsync(server);
        var table = new AttackTable("data channel, presigned upgrade");
        var url = session.StreamUrl;
        var good = Presigner.Sign(new RawRequest("GET", url.PathAndQuery, [("Host", url.Authority)], []), "AKIAALICE", "open sesame", "ssmmessages", TimeSpan.FromMinutes(1));
        table.Try("as it was signed (must be let in so far)", await TryAsync(url, good), ChannelAttempt.Opened);

        foreach (var (attempt, request) in Presigner.Tamper(good))
        {
            var isUnsigned = !request.Target.Contains("X-Amz-Algorithm=", StringComparison.Ordinal);
            table.Try(isUnsigned ? ByTokenAlone : attempt, await TryAsync(url, request), isUnsigned ? [ChannelAttempt.Opened] : [BadSignature]);
        }

        table.Verify(fewest: 300);
    }

    [Fact]
    public async Task A_session_of_another_account()
    {
        await using var server = await StartAsync();
        var session = await StartSessionAsync(server);
        var table = new AttackTable("data channel, another account");
        var mallory = new SigV4Signer("AKIAMALLORY", "open barley");
        var nobodys = new Uri(session.StreamUrl.OriginalString.Replace(session.Id, "alice-aaaaaaaaaaaaaaaaaaaaaaaaaa", StringComparison.Ordinal));

        table.Try("a session that does not exist", await ChannelAttempt.OpenAsync(nobodys, "x", mallory.SignUpgrade(nobodys)), UnknownSession);
        table.Try("another account's session, no token of it", await ChannelAttempt.OpenAsync(session.StreamUrl, "x", mallory.SignUpgrade(session.StreamUrl)), UnknownSession);
        table.Try("another account's session and its token", await ChannelAttempt.OpenAsync(session.StreamUrl, session.Token, mallory.SignUpgrade(session.StreamUrl)), UnknownSession);
        await server.CallSignedAsync(Alice, "TerminateSession", $$"""{"SessionId":"{{session.Id}}"}""");
        table.Try("another account's session that has ended", await ChannelAttempt.OpenAsync(session.StreamUrl, session.Token, mallory.SignUpgrade(session.StreamUrl)), UnknownSession);
        table.Verify();
    }

    /// <summary>Leaves out what is no upgrade any more, and what this client cannot send: a header twice.</summary>
    private static bool IsOfUpgrade(Tampered tampered) =>
        tampered.Request.Method == "GET" && tampered.Request.Body.Length == 0
        && tampered.Request.Headers.Select(h => h.Name.ToLowerInvariant()).Distinct(StringComparer.Ordinal).Count() == tampered.Request.Headers.Count
        && tampered.Request["Host"] is { Length: > 0 }
        && (tampered.Request.Target.StartsWith("/v1/data-channel/", StringComparison.Ordinal) || tampered.Request.Target == "/");

    private static Task<string> TryAsync(Uri url, RawRequest request) => ChannelAttempt.OpenAsync(
        new Uri($"ws://{url.Authority}{request.Target}"), token: null, request.Headers.ToDictionary(h => h.Name, h => h.Value, StringComparer.OrdinalIgnoreCase));

    private static Dictionary<string, string> SignedCall(Uri url)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, url);
        Alice.SignCall(message, url, []);
        return message.Headers.NonValidated.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.Ordinal);
    }

    private static Task<TestServer> StartAsync() => TestServer.StartAsync(
        configure: options => options.Credentials = CredentialsFile.Parse(Encoding.UTF8.GetBytes(Accounts), "the test"));

    private static async Task<StartedChannel> StartSessionAsync(TestServer server) =>
        StartedChannelOf(await server.CallSignedAsync(Alice, "StartSession", $$"""{"Target":"{{TestServer.Node}}"}"""));

    private static StartedChannel StartedChannelOf(string body)
    {
        using var json = System.Text.Json.JsonDocument.Parse(body);
        return new StartedChannel(Text("SessionId"), new Uri(Text("StreamUrl")), Text("TokenValue"));

        string Text(string name) => json.RootElement.TryGetProperty(name, out var value) ? value.GetString()! : throw new InvalidOperationException(body);
    }
}
