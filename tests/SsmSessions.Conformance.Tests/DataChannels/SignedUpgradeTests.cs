using SsmSessions.Testing;
using SsmSessions.Testing.DataChannels;

namespace SsmSessions.Conformance.Tests.DataChannels;

/// <summary>Upgrades signed as the plugin signs them since 1.2.764.0, on a host that knows who may call (spec/ssm-data-channel.md §2.6).</summary>
public sealed class SignedUpgradeTests : IAsyncLifetime
{
    private const string Accounts =
        """
        {"accounts":{
          "111122223333":{
            "users":[{"name":"user@example.com","accessKeyId":"AKIAALICE","secretAccessKey":"open sesame"},
                     {"name":"bob","accessKeyId":"AKIABOB","secretAccessKey":"open rye"}],
            "roles":[{"role":"Admin","sessionName":"carol","accessKeyId":"ASIACAROL","secretAccessKey":"open oats","sessionToken":"tok+en/1=="}]},
          "444455556666":{"users":[{"name":"mallory","accessKeyId":"AKIAMALLORY","secretAccessKey":"open barley"}]}}}
        """;

    private static readonly SigV4Signer Alice = new("AKIAALICE", "open sesame");

    private SessionHost? _host;

    private SessionHost Host => _host!;

    public async ValueTask InitializeAsync() => _host = await SessionHost.StartAsync(Accounts, Alice, proxy: null);

    public ValueTask DisposeAsync() => _host?.DisposeAsync() ?? default;

    [Fact]
    public async Task Who_signs_is_let_in_with_the_token()
    {
        SigV4Signer[] signers =
        [
            Alice,
            new("AKIABOB", "open rye"),
            new("AKIAALICE", "open sesame", "eu-west-3"),
            new("ASIACAROL", "open oats") { SessionToken = "tok+en/1==" },
        ];
        foreach (var signer in signers)
        {
            var session = await Host.StartSessionAsync(new SessionRequest());
            Assert.StartsWith("user@example.com-", session.Id, StringComparison.Ordinal);
            await AssertOpensAsync(session, signer.SignUpgrade(session.StreamUrl));
        }
    }

    [Fact]
    public async Task Path_and_query_are_signed_as_clients_read_them()
    {
        foreach (var (path, query) in ((string Path, string Query)[])[("%40", "&x=AAEA+b/c=="), ("@", "&x=%2B&x=a%20b&empty"), ("%40", "")])
        {
            var session = await Host.StartSessionAsync(new SessionRequest());
            var url = new Uri(session.StreamUrl.OriginalString.Replace("@", path, StringComparison.Ordinal) + query);
            await AssertOpensAsync(session with { StreamUrl = url }, Alice.SignUpgrade(url));
        }
    }

    [Fact]
    public async Task Who_does_not_sign_is_let_in_with_the_token()
    {
        var session = await Host.StartSessionAsync(new SessionRequest());
        await AssertOpensAsync(session, new Dictionary<string, string>());
    }

    [Fact]
    public async Task A_wrong_signature_is_told_and_does_not_cost_the_token()
    {
        SigV4Signer[] signers =
        [
            new("AKIAALICE", "open barley"),
            new("AKIANOBODY", "open sesame"),
            new("ASIACAROL", "open oats"),
            new("ASIACAROL", "open oats") { SessionToken = "another" },
        ];
        var session = await Host.StartSessionAsync(new SessionRequest());
        foreach (var signer in signers)
            await AssertRefusedAsync("The signature of the request is not valid.", session, signer.SignUpgrade(session.StreamUrl));
        await AssertRefusedAsync(
            "The signature of the request is not valid.", session, Alice.SignUpgrade(new Uri(session.StreamUrl.OriginalString + "&more=1")));
        await AssertOpensAsync(session, Alice.SignUpgrade(session.StreamUrl));
    }

    [Fact]
    public async Task To_another_account_the_session_does_not_exist_even_with_the_token()
    {
        var session = await Host.StartSessionAsync(new SessionRequest());
        await AssertRefusedAsync(
            "There is no session of this id.", session, new SigV4Signer("AKIAMALLORY", "open barley").SignUpgrade(session.StreamUrl));
    }

    private static async Task AssertOpensAsync(StartedChannel session, IReadOnlyDictionary<string, string> headers)
    {
        await using var client = await ConnectAsync(session, headers);
        await client.WaitUntilReadyAsync();
        await client.SendInputAsync("echo $((6*7))\r");
        await client.ReadUntilAsync("42");
    }

    private static async Task AssertRefusedAsync(string reason, StartedChannel session, IReadOnlyDictionary<string, string> headers)
    {
        await using var client = await ConnectAsync(session, headers);
        Assert.Equal(reason, await client.WaitForChannelClosedAsync());
    }

    private static Task<DataChannelClient> ConnectAsync(StartedChannel session, IReadOnlyDictionary<string, string> headers) =>
        DataChannelClient.ConnectAsync(session.StreamUrl, session.Token, new DataChannelClientOptions { UpgradeHeaders = headers });
}
