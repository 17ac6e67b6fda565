using System.Security.Cryptography;
using System.Text;
using SsmSessions.Core.Identity;

namespace SsmSessions.Tests.Identity;

public sealed class RequestAuthenticatorTests
{
    [Theory]
    [InlineData("test", "000000000000", CallerKind.User, "test", "arn:aws:iam::000000000000:user/test")]
    [InlineData("111122223333", "111122223333", CallerKind.Root, "root", "arn:aws:iam::111122223333:root")]
    [InlineData("11112222333", "000000000000", CallerKind.User, "11112222333", "arn:aws:iam::000000000000:user/11112222333")]
    [InlineData("a,b=c+d@e.f-g_h", "000000000000", CallerKind.User, "a,b=c+d@e.f-g_h", "arn:aws:iam::000000000000:user/a,b=c+d@e.f-g_h")]
    [InlineData("mi-nobody", "000000000000", CallerKind.User, "mi-nobody", "arn:aws:iam::000000000000:user/mi-nobody")]
    public async Task Without_a_file_the_key_id_names_the_caller(string keyId, string account, CallerKind kind, string name, string arn)
    {
        var request = TestRequest.By(keyId);

        var caller = await new Door().LetInAsync(request);

        Assert.Equal(new Caller(new Tenant(account, "us-east-1"), kind, name, arn, keyId), caller);
        Assert.Equal(0, request.BodyHashes);
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("größe")]
    [InlineData("")]
    [InlineData("a!b")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public async Task Without_a_file_a_key_id_that_is_no_name_is_not_recognized(string keyId)
    {
        var request = new TestRequest { Query = $"X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={Uri.EscapeDataString(keyId)}%2Fx%2Fus-east-1%2Fssm%2Faws4_request&X-Amz-Date=x&X-Amz-SignedHeaders=x&X-Amz-Signature=x" };

        var refused = await new Door().RefuseAsync(request);

        Assert.Equal(AuthenticationFailure.UnrecognizedClient, refused.Failure);
        Assert.Equal("The security token included in the request is invalid.", refused.WireMessage);
    }

    [Fact]
    public async Task Without_a_file_neither_date_nor_signature_nor_token_matters()
    {
        var request = TestRequest.By("ASIAUNKNOWN");
        request["X-Amz-Date"] = "yesterday";
        request["X-Amz-Security-Token"] = "whatever";

        Assert.Equal("arn:aws:iam::000000000000:user/ASIAUNKNOWN", (await new Door().LetInAsync(request)).Arn);
    }

    [Fact]
    public async Task Without_a_file_a_presigned_request_names_its_caller_too()
    {
        var request = new TestRequest { Query = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=a%2Bb%2F20200101%2Feu-west-1%2Fssm%2Faws4_request&X-Amz-Date=x&X-Amz-SignedHeaders=host&X-Amz-Signature=x" };

        Assert.Equal(new Tenant("000000000000", "eu-west-1"), (await new Door().LetInAsync(request)).Tenant);
        Assert.Equal("a+b", (await new Door().LetInAsync(request)).Name);
    }

    [Fact]
    public async Task Without_a_file_one_caller_is_made_once_and_costs_nothing_after_that()
    {
        var door = new Door();
        var request = new CheapRequest("AWS4-HMAC-SHA256 Credential=test/20261121/us-east-1/ssm/aws4_request, SignedHeaders=host;x-amz-date, Signature=abc");
        var first = await door.LetInAsync(request);

        var before = GC.GetAllocatedBytesForCurrentThread();
        var second = door.Authenticator.AuthenticateAsync(request, "ssm", CancellationToken.None);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Same(first, await second);
        Assert.Equal(0, allocated);
    }

    [Theory]
    [InlineData("AKIDALICE", Door.UserSecret, CallerKind.User, "alice", "iam::111122223333:user/alice")]
    [InlineData("AKIDBOB", "bob's secret", CallerKind.User, "bob", "iam::111122223333:user/division/team/bob")]
    [InlineData("AKIDROOT", "root's secret", CallerKind.Root, "root", "iam::111122223333:root")]
    [InlineData("ASIACAROL", "carol's secret", CallerKind.Role, "carol@example.com", "sts::111122223333:assumed-role/Admin/carol@example.com")]
    public async Task With_a_file_the_caller_is_who_it_says(string keyId, string secret, CallerKind kind, string name, string arn)
    {
        var door = new Door(Door.File);
        foreach (var (region, partition) in new[] { ("us-east-1", "aws"), ("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov") })
        {
            var request = new TestRequest().Sign(keyId, secret, token: kind == CallerKind.Role ? "carol's token" : null, region: region);

            var caller = await door.LetInAsync(request);

            Assert.Equal(new Caller(new Tenant("111122223333", region), kind, name, $"arn:{partition}:{arn}", keyId), caller);
        }
    }

    [Fact]
    public async Task A_second_signature_of_the_same_day_is_verified_like_the_first()
    {
        var door = new Door(Door.File);
        var first = await door.LetInAsync(new TestRequest().Sign("AKIDALICE", Door.UserSecret));

        Assert.Same(first, await door.LetInAsync(new TestRequest { Body = [1] }.Sign("AKIDALICE", Door.UserSecret)));
        await door.RefuseAsync(new TestRequest().Sign("AKIDALICE", "wrong"));
    }

    [Fact]
    public async Task Every_changed_byte_of_the_body_is_found()
    {
        var door = new Door(Door.File);
        var request = new TestRequest { Body = "{\"Target\":\"i-0123456789abcdef0\"}"u8.ToArray() }.Sign("AKIDALICE", Door.UserSecret);
        for (var i = 0; i < request.Body.Length; i++)
        {
            request.Body[i] ^= 1;
            Assert.Equal(AuthenticationFailure.InvalidSignature, (await door.RefuseAsync(request)).Failure);
            request.Body[i] ^= 1;
        }

        await door.LetInAsync(request);
    }

    [Fact]
    public async Task Every_changed_character_of_the_signature_and_of_the_scope_is_found()
    {
        var door = new Door(Door.File);
        var request = new TestRequest().Sign("AKIDALICE", Door.UserSecret);
        var header = request["Authorization"]!;
        for (var i = "AWS4-HMAC-SHA256 ".Length; i < header.Length; i++)
        {
            // A blank may become a tab: separators are not signed.
            if (header[i] is ' ' or ',')
                continue;
            request["Authorization"] = string.Concat(header.AsSpan(0, i), [(char)(header[i] ^ 1)], header.AsSpan(i + 1));
            await door.RefuseAsync(request);
        }

        request["Authorization"] = header;
        await door.LetInAsync(request);
    }

    [Fact]
    public async Task Another_date_or_a_header_out_of_the_list_is_found()
    {
        var door = new Door(Door.File);
        var request = new TestRequest().Sign("AKIDALICE", Door.UserSecret);
        request["X-Amz-Date"] = "20261121T120001Z";
        await door.RefuseAsync(request);

        request.Sign("AKIDALICE", Door.UserSecret);
        request["Authorization"] = request["Authorization"]!.Replace(";x-amz-target", "", StringComparison.Ordinal);
        await door.RefuseAsync(request);
    }

    [Theory]
    [InlineData("44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a", true)]
    [InlineData("44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8b", false)]
    [InlineData("UNSIGNED-PAYLOAD", false)]
    [InlineData("STREAMING-UNSIGNED-PAYLOAD-TRAILER", false)]
    [InlineData("", false)]
    public async Task A_signed_body_hash_must_be_that_of_the_body(string hash, bool isLetIn)
    {
        var door = new Door(Door.File);
        var request = new TestRequest { ["X-Amz-Content-Sha256"] = hash }.Sign("AKIDALICE", Door.UserSecret);

        if (isLetIn)
            await door.LetInAsync(request);
        else
            Assert.Equal(AuthenticationFailure.InvalidSignature, (await door.RefuseAsync(request)).Failure);
    }

    [Fact]
    public async Task A_body_hash_that_is_not_signed_does_not_count()
    {
        var request = new TestRequest().Sign("AKIDALICE", Door.UserSecret);
        request["X-Amz-Content-Sha256"] = "UNSIGNED-PAYLOAD";

        await new Door(Door.File).LetInAsync(request);
    }

    [Theory]
    [InlineData("Sat, 21 Nov 2026 12:00:00 GMT")]
    [InlineData("Sat, 21 Nov 2026 12:00:00 -0000")]
    [InlineData("20261121T120000Z")]
    public async Task The_date_header_stands_in_for_x_amz_date(string date)
    {
        var request = new TestRequest { ["Host"] = "h", ["Date"] = date, ["Authorization"] = SignatureOverHostAndDate(date) };

        await new Door(Door.File).LetInAsync(request);
    }

    [Fact]
    public async Task A_presigned_request_is_good_for_as_long_as_it_says()
    {
        const string Query = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDALICE%2F20261121%2Fus-east-1%2Fssm%2Faws4_request&X-Amz-Date=20261121T120000Z&X-Amz-Expires=90&X-Amz-SignedHeaders=host";
        var door = new Door(Door.File);
        var request = new TestRequest { Method = "GET", Body = [], Query = Query + "&X-Amz-Signature=" + Signature($"GET\n/\n{Query}\nhost:127.0.0.1:4580\n\nhost\n{Empty}") };

        door.RealTime.Now = Door.Noon.AddSeconds(90);
        Assert.Equal("alice", (await door.LetInAsync(request)).Name);
        door.RealTime.Now = Door.Noon.AddSeconds(91);
        Assert.Equal(
            "Signature expired: 20261121T120000Z is now earlier than 20261121T120001Z (20261121T120131Z - 90 sec.)",
            (await door.RefuseAsync(request)).WireMessage);
    }

    [Fact]
    public void A_login_needs_the_secret_of_a_user()
    {
        var authenticator = new Door(Door.File).Authenticator;

        Assert.Equal("arn:aws:iam::111122223333:user/alice", authenticator.Login("AKIDALICE", Door.UserSecret, "us-east-1")?.Arn);
        Assert.Null(authenticator.Login("AKIDALICE", "wrong", "us-east-1"));
        Assert.Null(authenticator.Login("AKIDNOBODY", "", "us-east-1"));
        Assert.Null(authenticator.Login("ASIACAROL", "carol's secret", "us-east-1"));
    }

    [Fact]
    public void Without_a_file_any_login_will_do()
    {
        var authenticator = new Door().Authenticator;

        Assert.Equal("arn:aws:iam::000000000000:user/admin", authenticator.Login("admin", "", "us-east-1")?.Arn);
        Assert.Equal("arn:aws:iam::111122223333:root", authenticator.Login("111122223333", "x", "us-east-1")?.Arn);
        Assert.Null(authenticator.Login("no name", "x", "us-east-1"));
    }

    private const string Empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    private static string SignatureOverHostAndDate(string date)
    {
        const string Body = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";
        var signature = Signature($"POST\n/\n\ndate:{date}\nhost:h\n\ndate;host\n{Body}");
        return $"AWS4-HMAC-SHA256 Credential=AKIDALICE/20261121/us-east-1/ssm/aws4_request, SignedHeaders=date;host, Signature={signature}";
    }

    private static string Signature(string canonicalRequest) => Convert.ToHexStringLower(TestRequest.Hmac(
        Door.UserSecret,
        "20261121/us-east-1/ssm/aws4_request",
        "AWS4-HMAC-SHA256\n20261121T120000Z\n20261121/us-east-1/ssm/aws4_request\n"
            + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonicalRequest)))));

    private sealed class CheapRequest(string authorization) : ISignedRequest
    {
        public string Method => "POST";

        public string Path => "/";

        public string Query => "";

        public string? Header(string name) => name switch
        {
            "authorization" => authorization,
            "x-amz-date" => "20261121T120000Z",
            _ => null,
        };

        public void HashBody(Span<byte> sha256) => throw new InvalidOperationException("no signature is verified");
    }
}
