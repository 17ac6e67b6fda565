using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using SsmSessions.Core.Identity;
using SsmSessions.Server.Hosting;
using SsmSessions.Testing;
using SsmSessions.Testing.Attacks;

namespace SsmSessions.Tests.Attacks;

/// <summary>The proof by which hosts on one table tell each other that they have seen to a signature: forged, old, for another session.</summary>
public sealed class RelayAttacks
{
    private const string BadSignature = "The signature of the request is not valid.";

    [Fact]
    public async Task A_proof_that_is_not_a_hosts()
    {
        await using var server = await TestServer.StartAsync(configure: options => options.Credentials = CredentialsFile.Parse(
            """{"accounts":{"111122223333":{"users":[{"name":"alice","accessKeyId":"AKIAALICE","secretAccessKey":"open sesame"}]}}}"""u8, "the test"));
        var table = new AttackTable("relay between hosts");
        var body = await server.CallSignedAsync(new SigV4Signer("AKIAALICE", "open sesame"), "StartSession", $$"""{"Target":"{{TestServer.Node}}"}""");
        using var json = System.Text.Json.JsonDocument.Parse(body);
        var id = json.RootElement.GetProperty("SessionId").GetString()!;
        var url = new Uri(json.RootElement.GetProperty("StreamUrl").GetString()!);
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var key = server.Service<LoadedKeys>().Peers;
        var right = Proof(key, id, now);

        table.Try("a host's proof: the signature was seen to elsewhere (must be let in so far)", await TryAsync(right), ChannelAttempt.Opened);
        foreach (var proof in (string[])[
            "", "1", ".", $"{now}", $"{now}.", $"{now}.{new string('0', 64)}", right[..^1], right + "0", right.ToUpperInvariant(), $" {right[(right.IndexOf('.', StringComparison.Ordinal) + 1)..]}", $"-{right}", $"+{right}", $"0{right}",
        ])
        {
            table.Try("a proof that is none", await TryAsync(proof), BadSignature);
        }

        for (var i = right.IndexOf('.', StringComparison.Ordinal) + 1; i < right.Length; i++)
            table.Try("a digit changed", await TryAsync($"{right[..i]}{(right[i] == '0' ? '1' : '0')}{right[(i + 1)..]}"), BadSignature);
        foreach (var seconds in (long[])[now - 3_600, now - 75, now + 75, now + 3_600, 0, long.MaxValue])
            table.Try("a host's proof of another time", await TryAsync(Proof(key, id, seconds)), BadSignature);
        table.Try("a host's proof for another session", await TryAsync(Proof(key, id + "x", now)), BadSignature);
        table.Try("another installation's proof", await TryAsync(Proof(RandomNumberGenerator.GetBytes(32), id, now)), BadSignature);
        foreach (var (attempt, proof) in ((string, string)[])[("a host's proof, no token", ""), ("a host's proof, a wrong token", "wrong")])
            table.Try(attempt, await ChannelAttempt.OpenAsync(url, proof, Headers(Proof(key, id, now))), "The token is not valid: it is not the latest one of this session, was used, or has expired.", "The first message must be a text message that opens the data channel.");
        table.Verify(fewest: 80);

        Task<string> TryAsync(string proof) => ChannelAttempt.OpenAsync(url, token: null, Headers(proof));
    }

    /// <summary>With a signature that is wrong: only a host's word would let it pass.</summary>
    private static Dictionary<string, string> Headers(string proof) => new(StringComparer.Ordinal)
    {
        ["X-Ssm-Sessions-Peer"] = proof,
        ["X-Amz-Date"] = "20261122T000000Z",
        ["Authorization"] = $"AWS4-HMAC-SHA256 Credential=AKIAALICE/20261122/us-east-1/ssmmessages/aws4_request, SignedHeaders=host;x-amz-date, Signature={new string('0', 64)}",
    };

    private static string Proof(byte[] key, string sessionId, long seconds) => string.Create(
        CultureInfo.InvariantCulture, $"{seconds}.{Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{seconds}\n{sessionId}")))}");
}
