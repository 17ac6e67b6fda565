using System.Reflection;
using System.Text;
using System.Text.Json;
using SsmSessions.Core.Identity;

namespace SsmSessions.Tests.Identity;

/// <summary>
/// Requests that botocore 1.43 signed, with the canonical request and the string to sign that it made, and the signed upgrades of
/// spec/ssm-data-channel.md §2.6.
/// </summary>
public sealed class SignatureVectorTests
{
    private static readonly Dictionary<string, Vector> All = Load().ToDictionary(vector => vector.Name);

    public static TheoryData<string> Names => [.. All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_request_that_botocore_signed_is_let_in(string name)
    {
        var vector = All[name];

        var caller = await vector.Door().LetInAsync(vector.Request(), vector.Service);

        Assert.Equal(vector.KeyId, caller.AccessKeyId);
        Assert.Equal(new Tenant("111122223333", vector.Region), caller.Tenant);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Canonical_request_and_string_to_sign_are_those_of_botocore(string name)
    {
        var vector = All[name];
        var request = vector.Request();
        var authorization = SigV4Authorization.Read(request);
        Assert.True(SignatureDate.TryParse(authorization.DateText, authorization.IsDateHeader, out var date));
        var bodyHash = vector.CanonicalRequest[(vector.CanonicalRequest.LastIndexOf('\n') + 1)..];

        var canonical = CanonicalRequest.Build(request, authorization, normalizePath: vector.Service != "ssmmessages", bodyHash);

        Assert.Equal(vector.CanonicalRequest, canonical);
        Assert.Equal(vector.StringToSign, Encoding.UTF8.GetString(CanonicalRequest.StringToSign(canonical, date, authorization.Scope)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task No_part_of_it_may_change(string name)
    {
        var vector = All[name];
        var door = vector.Door();
        await RefusedAsync(r => r.Method = r.Method == "GET" ? "POST" : "GET");
        await RefusedAsync(r => r.Path += "x");
        await RefusedAsync(r => r.Query += "&extra=1");
        await RefusedAsync(r => r.Body = [.. r.Body, 0]);
        var signedHeaders = SigV4Authorization.Read(vector.Request()).SignedHeaders.ToString();
        foreach (var header in signedHeaders.Split(';'))
            await RefusedAsync(r => r[header] += "x");

        async Task RefusedAsync(Action<TestRequest> change)
        {
            var request = vector.Request();
            change(request);
            await door.RefuseAsync(request, vector.Service);
        }
    }

    [Theory]
    [InlineData("127.0.0.1:18880", "/v1/data-channel/lab-0123456789abcdef0", "role=publish_subscribe", null, "c915efa96310dc9c78777441bff1edfc8f5af7663c6ff89af2181000e6ed2105")]
    [InlineData("127.0.0.1:18880", "/v1/data-channel/lab-0123456789abcdef0", "role=publish_subscribe", "tok+en/1==", "78e6d9d1e353fd75ea410343578d0e764219ed00adcf7c7776ebb1fa25a4f76f")]
    [InlineData("localhost:18880", "/v1/data-channel/user@example.com,x=1+b-0abc", "role=publish_subscribe&cell-number=AAEA+b/c==", null, "e7e037aa011158df48640e72d5a006dc7a0fffe42da05d2ea81176cc2944dbc3")]
    public async Task A_signed_upgrade_of_the_plugin_is_let_in(string host, string path, string query, string? token, string signature)
    {
        var signedHeaders = token is null ? "host;x-amz-date" : "host;x-amz-date;x-amz-security-token";
        var request = new TestRequest
        {
            Method = "GET",
            Path = path,
            Query = query,
            Body = [],
            ["Host"] = host,
            ["X-Amz-Date"] = "20261121T220326Z",
            ["X-Amz-Security-Token"] = token,
            ["Authorization"] = $"AWS4-HMAC-SHA256 Credential=test/20261121/us-east-1/ssmmessages/aws4_request, SignedHeaders={signedHeaders}, Signature={signature}",
        };
        var vector = new Vector("", new DateTimeOffset(2026, 11, 21, 22, 3, 26, TimeSpan.Zero), "ssmmessages", "us-east-1", "test", "test", token, "", "", "", [], [], "", "");

        var caller = await vector.Door().LetInAsync(request, "ssmmessages");

        Assert.Equal("test", caller.AccessKeyId);
        request.Path += "/";
        await vector.Door().RefuseAsync(request, "ssmmessages");
    }

    [Fact]
    public async Task An_upgrade_keeps_the_empty_segments_of_its_path()
    {
        var request = new TestRequest { Method = "GET", Path = "//v1/data-channel/x", Body = [] };

        var caller = await new Door(Door.File).LetInAsync(request.Sign("AKIDALICE", Door.UserSecret, service: "ssmmessages"), "ssmmessages");

        Assert.Equal("alice", caller.Name);
    }

    private static Vector[] Load()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("sigv4-vectors.json")!;
        return JsonSerializer.Deserialize<Vector[]>(stream, JsonSerializerOptions.Web)!;
    }

    private sealed record Vector(
        string Name, DateTimeOffset Time, string Service, string Region, string KeyId, string Secret, string? Token, string Method, string Path,
        string Query, string[][] Headers, byte[] Body, string CanonicalRequest, string StringToSign)
    {
        public Door Door()
        {
            var user = new KnownCredential(KeyId, Secret, "111122223333", CallerKind.User, "name", "user/name") { SessionToken = Token };
            var door = new Door(new CredentialsFile([user]));
            door.RealTime.Now = Time;
            return door;
        }

        public TestRequest Request()
        {
            var request = new TestRequest { Method = Method, Path = Path, Query = Query, Body = Body };
            request.Headers.Clear();
            request.Headers.AddRange(Headers.Select(header => (header[0], header[1])));
            return request;
        }
    }
}
