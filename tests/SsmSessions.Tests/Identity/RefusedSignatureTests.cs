using SsmSessions.Core.Identity;

namespace SsmSessions.Tests.Identity;

/// <summary>Every row of spec/ssm-control-plane.md §1.8, to the letter, and what sibling services answer where it is silent.</summary>
public sealed class RefusedSignatureTests
{
    private const string Good = "Credential=AKIDALICE/20261121/us-east-1/ssm/aws4_request, SignedHeaders=host, Signature=abc";
    private const string Mismatch =
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.";

    private readonly Door _closed = new(Door.File);
    private readonly Door _open = new();

    [Fact]
    public async Task An_unsigned_request_lacks_a_token()
    {
        foreach (var door in new[] { _open, _closed })
        {
            await RefusedAsync(door, new TestRequest(), AuthenticationFailure.MissingAuthenticationToken, "Missing Authentication Token");
            await RefusedAsync(door, new TestRequest { ["Authorization"] = " " }, AuthenticationFailure.MissingAuthenticationToken, "Missing Authentication Token");
        }

        Assert.False(RequestAuthenticator.IsSigned(new TestRequest()));
        Assert.False(RequestAuthenticator.IsSigned(new TestRequest { Query = "x-amz-algorithm=AWS4-HMAC-SHA256" }));
        Assert.True(RequestAuthenticator.IsSigned(new TestRequest { ["Authorization"] = "x" }));
        Assert.True(RequestAuthenticator.IsSigned(new TestRequest { Query = "a=b&X-Amz-Algorithm" }));
    }

    [Theory]
    [InlineData("AWS4-HMAC-SHA256 SignedHeaders=host, Signature=abc", true, "Authorization header requires 'Credential' parameter.")]
    [InlineData("AWS4-HMAC-SHA256 Credential=, SignedHeaders=host, Signature=abc", true, "Authorization header requires 'Credential' parameter.")]
    [InlineData("AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=host", true, "Authorization header requires 'Signature' parameter.")]
    [InlineData("AWS4-HMAC-SHA256 Credential=a/b/c/d/e, Signature=abc", true, "Authorization header requires 'SignedHeaders' parameter.")]
    [InlineData("AWS4-HMAC-SHA256 " + Good, false, "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.")]
    [InlineData("AWS4-HMAC-SHA256 SignedHeaders=host", true, "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter.")]
    [InlineData("AWS4-HMAC-SHA256 Signature=x,SignedHeaders=host", false, "Authorization header requires 'Credential' parameter. Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.")]
    [InlineData("a", false, "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.")]
    [InlineData("Basic dGVzdDp0ZXN0Cg==", true, "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter.")]
    public async Task A_header_without_all_parts_is_incomplete(string header, bool isDated, string sentences)
    {
        var request = new TestRequest { ["Authorization"] = header, ["X-Amz-Date"] = isDated ? "20261121T120000Z" : null };
        foreach (var door in new[] { _open, _closed })
        {
            var refused = await RefusedAsync(door, request, AuthenticationFailure.IncompleteSignature, $"{sentences} Authorization={header}");
            Assert.Equal(sentences, refused.Message);
        }
    }

    [Theory]
    [InlineData("Bearer eyJhbGciOi.e30.s", "eyJhbGciOi.e30.s")]
    [InlineData("AWS4-HMAC-SHA256 Credential= AKIDALICE/20261121/us-east-1/ssm/aws4_request, SignedHeaders=host, Signature=abc", "AKIDALICE/20261121/us-east-1/ssm/aws4_request")]
    public async Task A_part_without_an_equal_sign_is_incomplete(string header, string part)
    {
        var refused = await RefusedAsync(
            _open,
            new TestRequest { ["Authorization"] = header },
            AuthenticationFailure.IncompleteSignature,
            $"'{part}' not a valid key=value pair (missing equal-sign) in Authorization header: '{header}'.");
        Assert.DoesNotContain(part, refused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_header_that_is_too_long_is_incomplete() => await RefusedAsync(
        _open,
        new TestRequest { ["Authorization"] = "AWS4-HMAC-SHA256 " + new string('a', 4_096) },
        AuthenticationFailure.IncompleteSignature,
        "Authorization header is too long.");

    [Theory]
    [InlineData("X-Amz-Algorithm=", "X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature", "X-Amz-SignedHeaders", "X-Amz-Date")]
    [InlineData("X-Amz-Algorithm=AWS4-HMAC-SHA256", "X-Amz-Credential", "X-Amz-Signature", "X-Amz-SignedHeaders", "X-Amz-Date")]
    [InlineData("X-Amz-Algorithm=a&X-Amz-Date=b&X-Amz-Credential=c&X-Amz-SignedHeaders=d", "X-Amz-Signature")]
    [InlineData("X-Amz-Algorithm=a&X-Amz-Date=b&X-Amz-Credential=c&X-Amz-Signature=d", "X-Amz-SignedHeaders")]
    public async Task A_query_without_all_parts_is_incomplete(string query, params string[] missing)
    {
        var text = string.Concat(missing.Select(name => $"AWS query-string parameters must include '{name}'. ")) + "Re-examine the query-string parameters.";
        foreach (var door in new[] { _open, _closed })
            await RefusedAsync(door, new TestRequest { Query = query }, AuthenticationFailure.IncompleteSignature, text);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("604801")]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("")]
    [InlineData("99999999999999")]
    public async Task A_presigned_request_lasts_1_second_to_7_days(string expires) => await RefusedAsync(
        _open,
        new TestRequest { Query = $"X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=b&X-Amz-Credential=c&X-Amz-SignedHeaders=d&X-Amz-Signature=e&X-Amz-Expires={expires}" },
        AuthenticationFailure.IncompleteSignature,
        "'X-Amz-Expires' must be a number of seconds from 1 to 604800. Re-examine the query-string parameters.");

    [Fact]
    public async Task Header_and_query_form_together_are_invalid()
    {
        foreach (var door in new[] { _open, _closed })
        {
            var request = new TestRequest { Query = "X-Amz-Algorithm=AWS4-HMAC-SHA256" }.Sign("AKIDALICE", Door.UserSecret);
            await RefusedAsync(
                door, request, AuthenticationFailure.InvalidSignature, "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.");
        }
    }

    [Fact]
    public async Task An_unknown_key_id_is_not_recognized() => await RefusedAsync(
        _closed,
        new TestRequest().Sign("AKIDNOBODY", Door.UserSecret),
        AuthenticationFailure.UnrecognizedClient,
        "The security token included in the request is invalid.");

    [Theory]
    [InlineData("AKIDALICE", Door.UserSecret, "a token where none is due")]
    [InlineData("ASIACAROL", "carol's secret", "another token")]
    [InlineData("ASIACAROL", "carol's secret", null)]
    public async Task A_bad_session_token_is_not_recognized(string keyId, string secret, string? token) => await RefusedAsync(
        _closed,
        new TestRequest().Sign(keyId, secret, token: token),
        AuthenticationFailure.UnrecognizedClient,
        "The security token included in the request is invalid.");

    [Fact]
    public async Task Credentials_end_by_the_services_clock()
    {
        var request = new TestRequest().Sign("ASIACAROL", "carol's secret", token: "carol's token");
        Assert.Equal("carol@example.com", (await _closed.LetInAsync(request)).Name);
        _closed.ServiceTime.Now = Door.Noon.AddHours(1);

        await RefusedAsync(_closed, request, AuthenticationFailure.ExpiredToken, "The security token included in the request is expired");
    }

    [Theory]
    [InlineData("another secret", null)]
    [InlineData(Door.UserSecret, "abc")]
    [InlineData(Door.UserSecret, "größeaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public async Task A_signature_that_differs_is_invalid(string secret, string? signature)
    {
        var request = new TestRequest().Sign("AKIDALICE", secret);
        if (signature is not null)
            request["Authorization"] = request["Authorization"]![..^64] + signature;

        await RefusedAsync(_closed, request, AuthenticationFailure.InvalidSignature, Mismatch);
    }

    [Theory]
    [InlineData("2020-01-21T08:47:17.5Z", "2020-01-21T08:42:17Z", "Signature expired: 20200121T084217Z is now earlier than 20200121T084217Z (20200121T084717Z - 5 min.)")]
    [InlineData("2020-01-21T08:47:18Z", "2020-01-21T08:42:17Z", "Signature expired: 20200121T084217Z is now earlier than 20200121T084218Z (20200121T084718Z - 5 min.)")]
    [InlineData("2020-01-21T08:47:17.5Z", "2020-01-21T08:52:18Z", "Signature not yet current: 20200121T085218Z is still later than 20200121T085217Z (20200121T084717Z + 5 min.)")]
    [InlineData("2020-01-21T08:47:17Z", "9999-12-31T23:59:59Z", "Signature not yet current: 99991231T235959Z is still later than 20200121T085217Z (20200121T084717Z + 5 min.)")]
    [InlineData("2020-01-21T08:47:17Z", "0001-01-01T00:00:00Z", "Signature expired: 00010101T000000Z is now earlier than 20200121T084217Z (20200121T084717Z - 5 min.)")]
    public async Task A_clock_that_is_5_minutes_off_is_refused(string serverTime, string time, string text)
    {
        _closed.RealTime.Now = Time(serverTime);

        await RefusedAsync(_closed, new TestRequest().Sign("AKIDALICE", Door.UserSecret, Time(time)), AuthenticationFailure.InvalidSignature, text);
    }

    [Theory]
    [InlineData("2020-01-21T08:47:17Z", "2020-01-21T08:42:17Z")]
    [InlineData("2020-01-21T08:47:17.999Z", "2020-01-21T08:42:18Z")]
    [InlineData("2020-01-21T08:47:17Z", "2020-01-21T08:52:17Z")]
    [InlineData("2020-01-21T08:47:17.001Z", "2020-01-21T08:52:17Z")]
    public async Task A_clock_that_is_less_off_is_borne(string serverTime, string time)
    {
        _closed.RealTime.Now = Time(serverTime);

        Assert.Equal("alice", (await _closed.LetInAsync(new TestRequest().Sign("AKIDALICE", Door.UserSecret, Time(time)))).Name);
    }

    [Theory]
    [InlineData("201")]
    [InlineData("20261121T120000")]
    [InlineData("20261321T120000Z")]
    [InlineData("Sat, 21 Nov 2026 12:00:00 GMT")]
    public async Task A_date_of_another_form_is_incomplete(string date)
    {
        var request = new TestRequest().Sign("AKIDALICE", Door.UserSecret);
        request["X-Amz-Date"] = date;

        await RefusedAsync(
            _closed, request, AuthenticationFailure.IncompleteSignature, $"Date must be in ISO-8601 'basic format'. Got '{date}'. See http://en.wikipedia.org/wiki/ISO_8601");
    }

    [Fact]
    public async Task The_host_must_be_signed() => await RefusedAsync(
        _closed,
        new TestRequest { ["Host"] = null }.Sign("AKIDALICE", Door.UserSecret),
        AuthenticationFailure.InvalidSignature,
        "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");

    [Theory]
    [InlineData("AWS4-HMAC-SHA25")]
    [InlineData("AWS4-ECDSA-P256-SHA256")]
    [InlineData("aws4-hmac-sha256")]
    public async Task Another_algorithm_is_not_supported(string algorithm)
    {
        var request = new TestRequest { ["X-Amz-Date"] = "20261121T120000Z", ["Authorization"] = $"{algorithm} {Good}" };
        foreach (var door in new[] { _open, _closed })
        {
            await RefusedAsync(
                door, request, AuthenticationFailure.IncompleteSignature, $"Unsupported AWS 'algorithm': '{algorithm}' (only AWS4-HMAC-SHA256 for now). ");
        }
    }

    [Theory]
    [InlineData("AKIDALICE")]
    [InlineData("AKIDALICE/20261121/us-east-1/ssm")]
    [InlineData("AKIDALICE/20261121/us-east-1/ssm/aws4_request/x")]
    public async Task A_credential_has_five_parts(string credential)
    {
        var request = new TestRequest
        {
            ["X-Amz-Date"] = "20261121T120000Z",
            ["Authorization"] = $"AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders=host, Signature=abc",
        };
        foreach (var door in new[] { _open, _closed })
        {
            await RefusedAsync(
                door,
                request,
                AuthenticationFailure.IncompleteSignature,
                $"Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '{credential}'");
        }
    }

    [Theory]
    [InlineData("20261121/US_EAST/ssm/aws4_request", "Credential should be scoped to a valid region, not 'US_EAST'. ")]
    [InlineData("20261121//ssm/aws4_request", "Credential should be scoped to a valid region, not ''. ")]
    [InlineData("20261121/a-region-name-of-thirty-three-xxx/ssm/aws4_request", "Credential should be scoped to a valid region, not 'a-region-name-of-thirty-three-xxx'. ")]
    [InlineData("20261121/us-east-1/s3/aws4_request", "Credential should be scoped to correct service: 'ssm'. ")]
    [InlineData("20261121/us-east-1/ssmmessages/aws4_request", "Credential should be scoped to correct service: 'ssm'. ")]
    [InlineData("20261121/us-east-1/ssm/aws5_request", "Credential should be scoped with a valid terminator: 'aws4_request', not 'aws5_request'.")]
    [InlineData("20261121/*/s3/x", "Credential should be scoped to a valid region, not '*'. Credential should be scoped to correct service: 'ssm'. Credential should be scoped with a valid terminator: 'aws4_request', not 'x'.")]
    public async Task A_scope_for_something_else_is_invalid(string scope, string text)
    {
        foreach (var door in new[] { _open, _closed })
            await RefusedAsync(door, new TestRequest().Sign("AKIDALICE", Door.UserSecret, scope: scope), AuthenticationFailure.InvalidSignature, text);
    }

    [Theory]
    [InlineData("20261120/us-east-1/ssm/aws4_request", "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '20261120' != '20261121', from '20261121T120000Z'.")]
    [InlineData("x/us-east-1/ssm/y", "Credential should be scoped with a valid terminator: 'aws4_request', not 'y'. Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: 'x' != '20261121', from '20261121T120000Z'.")]
    [InlineData("x/us-east-1/y/aws4_request", "Credential should be scoped to correct service: 'ssm'. Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: 'x' != '20261121', from '20261121T120000Z'.")]
    public async Task A_scope_of_another_day_is_invalid(string scope, string text) => await RefusedAsync(
        _closed, new TestRequest().Sign("AKIDALICE", Door.UserSecret, scope: scope), AuthenticationFailure.InvalidSignature, text);

    [Fact]
    public async Task The_service_in_the_text_is_the_one_that_was_called()
    {
        var refused = await _closed.RefuseAsync(new TestRequest().Sign("AKIDALICE", Door.UserSecret), "ssmmessages");

        Assert.Equal("Credential should be scoped to correct service: 'ssmmessages'. ", refused.WireMessage);
    }

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, null);

    [Theory]
    [InlineData("{0},{0}")]
    [InlineData("{0}, Signature=0000")]
    [InlineData("{0}, SignedHeaders=host")]
    [InlineData("{0}, Credential=AKIDBOB/20261121/us-east-1/ssm/aws4_request")]
    public async Task A_part_that_comes_twice_is_invalid(string form)
    {
        var request = new TestRequest().Sign("AKIDALICE", Door.UserSecret);
        request["Authorization"] = form.Replace("{0}", request["Authorization"], StringComparison.Ordinal);
        foreach (var door in new[] { _open, _closed })
            await RefusedAsync(door, request, AuthenticationFailure.InvalidSignature, Mismatch);
    }

    private static async Task<AuthenticationFailedException> RefusedAsync(Door door, TestRequest request, AuthenticationFailure failure, string text)
    {
        var refused = await door.RefuseAsync(request);
        Assert.Equal(text, refused.WireMessage);
        Assert.Equal(failure, refused.Failure);
        return refused;
    }
}
