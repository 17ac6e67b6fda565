using System.Text;
using SsmSessions.Core.Identity;
using SsmSessions.Testing;
using SsmSessions.Tests.Identity;

namespace SsmSessions.Tests.AwsJson.BadRequests;

/// <summary>Callers that are not let in where a credentials file is given (spec/ssm-control-plane.md §1.8), through the real door.</summary>
public sealed class VerifiedCallerTests(VerifyingServer server) : IClassFixture<VerifyingServer>
{
    private const string Invalid = "InvalidSignatureException";
    private const string Unrecognized = "UnrecognizedClientException";
    private const string UnknownToken = "The security token included in the request is invalid.";
    private const string Differs =
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.";

    [Fact]
    public async Task The_right_key_is_let_in() =>
        (await server.SendAsync(r => r.Sign("AKIDALICE", Door.UserSecret))).AssertIs(200, """{"Sessions":[]}""");

    [Fact]
    public async Task The_right_key_and_token_are_let_in() =>
        (await server.SendAsync(r => r.Sign("ASIACAROL", "carol's secret", token: "carol's token"))).AssertIs(200, """{"Sessions":[]}""");

    [Theory]
    [InlineData("AKIDNOBODY", Door.UserSecret, null, Unrecognized, UnknownToken)]
    [InlineData("akidalice", Door.UserSecret, null, Unrecognized, UnknownToken)]
    [InlineData("test", "test", null, Unrecognized, UnknownToken)]
    [InlineData("111122223333", "test", null, Unrecognized, UnknownToken)]
    [InlineData("AKIDALICE", Door.UserSecret, "a token where none is due", Unrecognized, UnknownToken)]
    [InlineData("ASIACAROL", "carol's secret", "another token", Unrecognized, UnknownToken)]
    [InlineData("ASIACAROL", "carol's secret", null, Unrecognized, UnknownToken)]
    [InlineData("AKIDALICE", "another secret", null, Invalid, Differs)]
    [InlineData("AKIDALICE", "", null, Invalid, Differs)]
    [InlineData("ASIACAROL", "another secret", "carol's token", Invalid, Differs)]
    public async Task Another_key_secret_or_token_is_refused(string keyId, string secret, string? token, string code, string text) =>
        (await server.SendAsync(r => r.Sign(keyId, secret, token: token))).AssertIsError(code, text);

    [Theory]
    [InlineData(-301, "Signature expired: 20261121T115459Z is now earlier than 20261121T115500Z (20261121T120000Z - 5 min.)")]
    [InlineData(-86_400, "Signature expired: 20261120T120000Z is now earlier than 20261121T115500Z (20261121T120000Z - 5 min.)")]
    [InlineData(301, "Signature not yet current: 20261121T120501Z is still later than 20261121T120500Z (20261121T120000Z + 5 min.)")]
    public async Task A_clock_that_is_off_is_refused(int seconds, string text) =>
        (await server.SendAsync(r => r.Sign("AKIDALICE", Door.UserSecret, Door.Noon.AddSeconds(seconds)))).AssertIsError(Invalid, text);

    [Theory]
    [InlineData(-300)]
    [InlineData(300)]
    public async Task A_clock_that_is_less_off_is_let_in(int seconds) =>
        (await server.SendAsync(r => r.Sign("AKIDALICE", Door.UserSecret, Door.Noon.AddSeconds(seconds)))).AssertIs(200, """{"Sessions":[]}""");

    [Theory]
    [InlineData("20261120/us-east-1/ssm/aws4_request", "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '20261120' != '20261121', from '20261121T120000Z'.")]
    [InlineData("20261121/US/ssm/aws4_request", "Credential should be scoped to a valid region, not 'US'. ")]
    [InlineData("20261121/us-east-1/sts/aws4_request", "Credential should be scoped to correct service: 'ssm'. ")]
    [InlineData("20261121/us-east-1/ssm/aws2_request", "Credential should be scoped with a valid terminator: 'aws4_request', not 'aws2_request'.")]
    public async Task A_scope_for_something_else_is_refused(string scope, string text) =>
        (await server.SendAsync(r => r.Sign("AKIDALICE", Door.UserSecret, scope: scope))).AssertIsError(Invalid, text);

    [Fact]
    public async Task A_body_that_was_not_the_signed_one_is_refused() =>
        (await server.SendAsync(r =>
        {
            r.Sign("AKIDALICE", Door.UserSecret);
            r.Body = """{"State":"Active" }"""u8.ToArray();
        })).AssertIsError(Invalid, Differs);

    [Fact]
    public async Task Another_action_than_the_signed_one_is_refused() =>
        (await server.SendAsync(r =>
        {
            r.Sign("AKIDALICE", Door.UserSecret);
            r["X-Amz-Target"] = "AmazonSSM.GetConnectionStatus";
        })).AssertIsError(Invalid, Differs);

    [Fact]
    public async Task A_changed_date_is_refused() =>
        (await server.SendAsync(r =>
        {
            r.Sign("AKIDALICE", Door.UserSecret);
            r["X-Amz-Date"] = "20261121T120001Z";
        })).AssertIsError(Invalid, Differs);

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(63)]
    public async Task One_wrong_digit_of_the_signature_is_refused(int index) =>
        (await server.SendAsync(r =>
        {
            var header = r.Sign("AKIDALICE", Door.UserSecret)["Authorization"]!;
            var at = header.Length - 64 + index;
            r["Authorization"] = $"{header[..at]}{(header[at] == '0' ? '1' : '0')}{header[(at + 1)..]}";
        })).AssertIsError(Invalid, Differs);

    [Fact]
    public async Task An_unsigned_call_lacks_its_token() =>
        (await server.SendAsync(_ => { })).AssertIsError("MissingAuthenticationTokenException", "Missing Authentication Token");

    [Fact]
    public async Task A_token_that_has_expired_is_refused()
    {
        await using var late = await TestServer.StartAsync(
            new StillClock { Now = Door.Noon.AddHours(1) }, configure: VerifyingServer.Configure, realTime: new StillClock { Now = Door.Noon });

        var answer = await VerifyingServer.SendAsync(late, r => r.Sign("ASIACAROL", "carol's secret", token: "carol's token"));

        answer.AssertIsError("ExpiredTokenException", "The security token included in the request is expired");
    }
}

/// <summary>A server that verifies signatures against the file of <see cref="Door"/>, at noon for ever.</summary>
public sealed class VerifyingServer : IAsyncLifetime
{
    private TestServer? _server;

    public async ValueTask InitializeAsync() =>
        _server = await TestServer.StartAsync(configure: Configure, realTime: new StillClock { Now = Door.Noon }, time: new StillClock { Now = Door.Noon });

    public ValueTask DisposeAsync() => _server!.DisposeAsync();

    internal static void Configure(SsmSessions.Server.SsmSessionsOptions options) =>
        options.Credentials = CredentialsFile.Parse(Encoding.UTF8.GetBytes(Door.File), "test");

    internal Task<WireAnswer> SendAsync(Action<TestRequest> change) => SendAsync(_server!, change);

    /// <summary>Sends DescribeSessions, signed or changed by the test.</summary>
    internal static Task<WireAnswer> SendAsync(TestServer server, Action<TestRequest> change)
    {
        var request = new TestRequest { ["Host"] = server.Url.Authority, ["X-Amz-Target"] = "AmazonSSM.DescribeSessions", Body = """{"State":"Active"}"""u8.ToArray() };
        change(request);
        return new WireRequest { Authorization = null, Date = null, Headers = request.Headers, Body = request.Body }.SendAsync(server.Http);
    }
}
