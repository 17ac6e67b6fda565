namespace SsmSessions.Tests.AwsJson.BadRequests;

/// <summary>Callers that are not let in although nothing is verified (spec/ssm-control-plane.md §1.8, DESIGN §7).</summary>
public sealed class UnverifiedCallerTests(OpenServer server) : IClassFixture<OpenServer>
{
    private const string Signed = "SignedHeaders=host;x-amz-date, Signature=abc";
    private const string Incomplete = "IncompleteSignatureException";
    private const string Invalid = "InvalidSignatureException";
    private const string Unrecognized = "UnrecognizedClientException";
    private const string NoCredential = "Authorization header requires 'Credential' parameter.";
    private const string NoSignature = "Authorization header requires 'Signature' parameter.";
    private const string NoSignedHeaders = "Authorization header requires 'SignedHeaders' parameter.";
    private const string NoDate = "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.";
    private const string UnknownToken = "The security token included in the request is invalid.";

    [Theory]
    [InlineData("AWS4-HMAC-SHA256", Incomplete, $"{NoCredential} {NoSignature} {NoSignedHeaders} Authorization=AWS4-HMAC-SHA256")]
    [InlineData("Basic dGVzdDp0ZXN0Cg==", Incomplete, $"{NoCredential} {NoSignature} {NoSignedHeaders} Authorization=Basic dGVzdDp0ZXN0Cg==")]
    [InlineData("Bearer token", Incomplete, "'token' not a valid key=value pair (missing equal-sign) in Authorization header: 'Bearer token'.")]
    [InlineData($"AWS4-HMAC-SHA256 {Signed}", Incomplete, $"{NoCredential} Authorization=AWS4-HMAC-SHA256 {Signed}")]
    [InlineData("AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=host", Incomplete, $"{NoSignature} Authorization=AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=host")]
    [InlineData("AWS4-HMAC-SHA256 Credential=a/b/c/d/e, Signature=abc", Incomplete, $"{NoSignedHeaders} Authorization=AWS4-HMAC-SHA256 Credential=a/b/c/d/e, Signature=abc")]
    [InlineData("AWS4-HMAC-SHA256 SignedHeaders=host", Incomplete, $"{NoCredential} {NoSignature} Authorization=AWS4-HMAC-SHA256 SignedHeaders=host")]
    [InlineData($"AWS3-HTTPS Credential=test/20261122/us-east-1/ssm/aws4_request, {Signed}", Incomplete, "Unsupported AWS 'algorithm': 'AWS3-HTTPS' (only AWS4-HMAC-SHA256 for now). ")]
    [InlineData($"AWS4-HMAC-SHA256 Credential=test, {Signed}", Incomplete, "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got 'test'")]
    [InlineData($"AWS4-HMAC-SHA256 Credential=test/20261122/us-east-1/ssm, {Signed}", Incomplete, "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got 'test/20261122/us-east-1/ssm'")]
    [InlineData($"AWS4-HMAC-SHA256 Credential=test/20261122/US/ssm/aws4_request, {Signed}", Invalid, "Credential should be scoped to a valid region, not 'US'. ")]
    [InlineData($"AWS4-HMAC-SHA256 Credential=test/20261122//ssm/aws4_request, {Signed}", Invalid, "Credential should be scoped to a valid region, not ''. ")]
    [InlineData($"AWS4-HMAC-SHA256 Credential=test/20261122/us-east-1/ec2/aws4_request, {Signed}", Invalid, "Credential should be scoped to correct service: 'ssm'. ")]
    [InlineData($"AWS4-HMAC-SHA256 Credential=test/20261122/us-east-1/ssm/aws3_request, {Signed}", Invalid, "Credential should be scoped with a valid terminator: 'aws4_request', not 'aws3_request'.")]
    [InlineData($"AWS4-HMAC-SHA256 Credential=test/20261122/*/*/*, {Signed}", Invalid, "Credential should be scoped to a valid region, not '*'. Credential should be scoped to correct service: 'ssm'. Credential should be scoped with a valid terminator: 'aws4_request', not '*'.")]
    [InlineData($"AWS4-HMAC-SHA256 Credential=/20261122/us-east-1/ssm/aws4_request, {Signed}", Unrecognized, UnknownToken)]
    [InlineData($"AWS4-HMAC-SHA256 Credential=a:b/20261122/us-east-1/ssm/aws4_request, {Signed}", Unrecognized, UnknownToken)]
    [InlineData($"AWS4-HMAC-SHA256 Credential=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/20261122/us-east-1/ssm/aws4_request, {Signed}", Unrecognized, UnknownToken)]
    [InlineData($"AWS4-HMAC-SHA256 Credential=mi-0123456789abcdef0/20261122/us-east-1/ssm/aws4_request, {Signed}", Incomplete, "Date must be in ISO-8601 'basic format'. Got 'yesterday'. See http://en.wikipedia.org/wiki/ISO_8601", "yesterday")]
    public async Task A_header_without_a_caller_is_refused(string authorization, string code, string text, string date = "20261122T000000Z")
    {
        var answer = await server.SendAsync(
            WireRequest.Of("DescribeSessions", """{"State":"Active"}""") with { Authorization = authorization, Date = date });

        answer.AssertIsError(code, text);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("   ")]
    public async Task An_unsigned_call_lacks_its_token(string? authorization)
    {
        var answer = await server.SendAsync(WireRequest.Of("DescribeSessions", "{}") with { Authorization = authorization });

        answer.AssertIsError("MissingAuthenticationTokenException", "Missing Authentication Token");
    }

    [Fact]
    public async Task A_call_without_a_date_is_incomplete()
    {
        var answer = await server.SendAsync(WireRequest.Of("DescribeSessions", "{}") with { Date = null });

        answer.AssertIsError(Incomplete, $"{NoDate} Authorization={WireRequest.TestUser}");
    }

    [Fact]
    public async Task A_header_that_is_too_long_is_incomplete()
    {
        var answer = await server.SendAsync(WireRequest.Of("DescribeSessions", "{}") with { Authorization = new string('a', 4_097) });

        answer.AssertIsError(Incomplete, "Authorization header is too long.");
    }

    [Theory]
    [InlineData("X-Amz-Algorithm=AWS4-HMAC-SHA256", "X-Amz-Credential", "X-Amz-Signature", "X-Amz-SignedHeaders", "X-Amz-Date")]
    [InlineData("X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=a%2Fb%2Fc%2Fd%2Fe&X-Amz-Date=x", "X-Amz-Signature", "X-Amz-SignedHeaders")]
    public async Task A_presigned_call_that_lacks_parts_is_incomplete(string query, params string[] missing)
    {
        var answer = await server.SendAsync(
            WireRequest.Of("DescribeSessions", "{}") with { Path = "/?" + query, Authorization = null, Date = null });

        answer.AssertIsError(
            Incomplete, string.Concat(missing.Select(name => $"AWS query-string parameters must include '{name}'. ")) + "Re-examine the query-string parameters.");
    }

    [Fact]
    public async Task A_call_is_not_signed_twice()
    {
        var answer = await server.SendAsync(WireRequest.Of("DescribeSessions", "{}") with { Path = "/?X-Amz-Algorithm=AWS4-HMAC-SHA256" });

        answer.AssertIsError(Invalid, "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.");
    }
}
