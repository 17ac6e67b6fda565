using System.Security.Cryptography;
using System.Text;
using SsmSessions.Core.Identity;

namespace SsmSessions.Tests.Identity;

/// <summary>Nodes that sign with their own key: spec/ssm-control-plane.md §9.4, spec/ssm-data-channel.md §14.2.</summary>
public sealed class NodeSignatureTests
{
    private const string Hybrid = "mi-0123456789abcdef0";
    private const string Ec2 = "i-0123456789abcdef0";
    private const string Ec2Header = "SSM-AsymmetricKeyAuthorization";

    private static readonly Tenant Home = new("444455556666", "eu-west-1");

    public static TheoryData<string?> Files => new((string?)null, Door.File);

    [Theory]
    [InlineData(Hybrid, "arn:aws:ssm:eu-west-1:444455556666:managed-instance/mi-0123456789abcdef0")]
    [InlineData(Ec2, "arn:aws:ec2:eu-west-1:444455556666:instance/i-0123456789abcdef0")]
    [InlineData("i-01234567", "arn:aws:ec2:eu-west-1:444455556666:instance/i-01234567")]
    public async Task A_node_that_signed_with_its_key_is_the_caller_in_its_own_tenant(string nodeId, string arn)
    {
        foreach (var file in Files)
        {
            var door = new Door(file.Data);
            using var key = door.NodeKeys.Register(nodeId, Home);

            var caller = await door.LetInAsync(new TestRequest().Sign(nodeId, key));

            Assert.Equal(new Caller(Home, CallerKind.Node, nodeId, arn, nodeId) { ProvenNodeId = nodeId }, caller);
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task An_agents_header_is_read_to_its_end(string? file)
    {
        var door = new Door(file);
        using var key = door.NodeKeys.Register(Hybrid, Home);
        var request = new TestRequest { ["Content-Type"] = "application/x-amz-json-1.1" };
        while (request.Sign(Hybrid, key)["Authorization"]!.Contains('+') is false)
        {
            // PSS is salted: the next signature is another one.
        }

        // Present but not signed, as the agent sends them.
        request["Transfer-Encoding"] = "chunked";
        request["X-Amz-Content-Sha256"] = "anything";

        Assert.EndsWith("==", request["Authorization"], StringComparison.Ordinal);
        Assert.Equal(Hybrid, (await door.LetInAsync(request)).Name);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task A_node_is_always_verified(string? file)
    {
        var door = new Door(file);
        using var key = door.NodeKeys.Register(Hybrid, Home);
        using var other = RSA.Create(2_048);

        await RefusedAsync(door, new TestRequest().Sign(Hybrid, other), AuthenticationFailure.InvalidSignature);
        await RefusedAsync(door, new TestRequest().Sign(Hybrid, key, Door.Noon.AddMinutes(-6)), AuthenticationFailure.InvalidSignature);
        await RefusedAsync(door, TestRequest.By(Hybrid), AuthenticationFailure.IncompleteSignature, r => r["X-Amz-Date"] = "x");
        await RefusedAsync(door, TestRequest.By(Hybrid), AuthenticationFailure.InvalidSignature);
        await RefusedAsync(door, new TestRequest().Sign(Hybrid, key), AuthenticationFailure.InvalidSignature, r => r.Body = [1]);
        await RefusedAsync(door, new TestRequest().Sign(Hybrid, key), AuthenticationFailure.InvalidSignature, r => r["X-Amz-Target"] = "AmazonSSM.StartSession");
        await RefusedAsync(door, new TestRequest().Sign(Hybrid, "a secret"), AuthenticationFailure.InvalidSignature);
        await RefusedAsync(door, new TestRequest().Sign(Hybrid, key), AuthenticationFailure.InvalidSignature, r => r["Authorization"] += new string('A', 2_000));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task A_signature_with_another_padding_is_refused(string? file)
    {
        var door = new Door(file);
        using var key = door.NodeKeys.Register(Hybrid, Home);
        var request = new TestRequest();
        request.SignWith(
            $"{Hybrid}/20261121/us-east-1/ssm/aws4_request",
            "20261121T120000Z",
            null,
            text => Convert.ToBase64String(key.SignData(Encoding.UTF8.GetBytes(text), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)));

        await RefusedAsync(door, request, AuthenticationFailure.InvalidSignature);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task A_node_that_is_not_registered_is_named(string? file)
    {
        using var key = RSA.Create(2_048);

        var refused = await new Door(file).RefuseAsync(new TestRequest().Sign(Hybrid, key));

        Assert.Equal(AuthenticationFailure.UnknownNode, refused.Failure);
        Assert.Equal(Hybrid, refused.NodeId);
        Assert.Equal("The security token included in the request is invalid.", refused.WireMessage);
    }

    [Fact]
    public void A_signature_that_openssl_made_is_verified()
    {
        var key = new NodeKey(Home, Convert.FromBase64String(OpensslKey));

        Assert.True(NodeSignature.Verify(key, "AWS4-HMAC-SHA256\n20261121T120000Z\n"u8, OpensslSalt32));
        Assert.False(NodeSignature.Verify(key, "AWS4-HMAC-SHA256\n20261121T120001Z\n"u8, OpensslSalt32));
        Assert.False(NodeSignature.Verify(key, "AWS4-HMAC-SHA256\n20261121T120000Z\n"u8, OpensslSalt20));
    }

    [Fact]
    public void A_key_that_cannot_be_read_verifies_nothing() =>
        Assert.False(NodeSignature.Verify(new NodeKey(Home, new byte[] { 1, 2, 3 }), "x"u8, "AAAA"));

    [Fact]
    public async Task An_ec2_node_that_also_signs_with_its_key_has_proven_who_it_is()
    {
        var door = new Door(Door.File);
        var request = SignedByInstanceRole();
        using var unknown = RSA.Create(2_048);
        request[Ec2Header] = "Signature=" + Convert.ToBase64String(TestRequest.Pss(unknown, request["Authorization"]!));
        Assert.Null((await door.LetInAsync(request)).ProvenNodeId);

        using var key = door.NodeKeys.Register(Ec2, new Tenant("111122223333", "us-east-1"));
        Assert.Equal(AuthenticationFailure.InvalidSignature, (await door.RefuseAsync(request)).Failure);
        request[Ec2Header] = Convert.ToBase64String(TestRequest.Pss(key, request["Authorization"]!));
        Assert.Equal(AuthenticationFailure.InvalidSignature, (await door.RefuseAsync(request)).Failure);
        request[Ec2Header] = "Signature=" + Convert.ToBase64String(TestRequest.Pss(key, request["Authorization"]!));
        var caller = await door.LetInAsync(request);
        Assert.Equal(Ec2, caller.ProvenNodeId);
        Assert.Equal(CallerKind.Role, caller.Kind);
        request[Ec2Header] = null;
        Assert.Null((await door.LetInAsync(request)).ProvenNodeId);
    }

    [Fact]
    public async Task An_ec2_node_of_another_account_proves_nothing()
    {
        var door = new Door(Door.File);
        using var key = door.NodeKeys.Register(Ec2, Home);
        var request = SignedByInstanceRole();
        request[Ec2Header] = "Signature=" + Convert.ToBase64String(TestRequest.Pss(key, request["Authorization"]!));

        Assert.Equal(AuthenticationFailure.InvalidSignature, (await door.RefuseAsync(request)).Failure);
    }

    private const string OpensslKey =
        "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAwhTHDXNhddHrSB4+Sx3HWUX5siEjylPLcmIZa1/5iKP+U+8W3eXi0ow45xP+6gej4G" +
        "7A1xOw4omNRWP8qZdiM0AESreC75TKNJ/Zi1JW6sRNfw48Odj7JEezOR7HR3Yd9JiSVjbTP4cUhPHvjYk6H/1T6pbg11xOLN4kh6MK/+rTUsZM" +
        "1PT6uN2R6OMeXhOy6GqQsotwqYJw96vGWTO4I80rogK8gCPLG+e+eQRYQ3ivfJbshxLx0dguu9u9rrtsCgAGQ+PACtfpoJZ16JztHgJzi76Ruz" +
        "GTRikSddCfinEMXGvWsxEP8IXJR47RrtUbS7HyKw4mCh7pAkH8kEowRwIDAQAB";

    private const string OpensslSalt32 =
        "ZHg19Gl/xm10akgMR1QKabBMSOUYYU0KtO6GpjiWguIfNwMtsisBlCW6U6hvx086rnp/t+LP/YEXhbzNwyahbtddv/SSwIpqC7wrc+j0qs+Zes" +
        "hZLgAIfClMka1Q97XiedpjGjwaNJI7qmkm9zPabTnLVJPx9E20PEYY8uw59dUXzol7yie/TIHqbFm5Vyro6xzcJo6Ck8QRNNLgDEdTvcp9pUnJ" +
        "HighkdylcNs+WNzF2bCJvm8RKV87SRhsxnCfoAZI3L7ADFxNqhVkR9hglytmHbW8rvwn73Nb84HubIgSZqLCAGxKGVAodYcnIA+pMZtKpQcxQi" +
        "qrNGniV/gkTg==";

    private const string OpensslSalt20 =
        "e9YvNGy/4ntn8zkUnRtPrX0xbtp20570SBBSL/FSz/9zQSNFlirJQ84p9Xb/CI84hORc14IxQ7XoWO0JaSAc0gVPOSSxCdvrG3jEARigYqyF1r" +
        "Hj3pDbTPwl+MTxre2oZxGOkKRg0DmHfeclP0Ct1ZJEdvtOhlaR57SijfDSojfREV184nSOsAvTbq80F7g5ShXxBQpX1v+6lFp2tZofieI1KT/+" +
        "BcQarvz5ywFDsaiqT4ERnMrsK12h21d3+J4yrFyx5rfIuWL5UVS+4rxJhQIPUW6hE9p2whmF8fIz0Pq9PQ9zPMKh3wUznosoqSOwHqgXx3K8tA" +
        "43pgYuK6xeVw==";

    private static TestRequest SignedByInstanceRole() => new TestRequest().Sign("ASIANODE", "node's secret", token: "node's token");

    private static async Task RefusedAsync(Door door, TestRequest request, AuthenticationFailure failure, Action<TestRequest>? change = null)
    {
        change?.Invoke(request);
        Assert.Equal(failure, (await door.RefuseAsync(request)).Failure);
    }
}
