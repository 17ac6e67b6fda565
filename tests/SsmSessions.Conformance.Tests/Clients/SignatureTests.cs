using System.Text;
using SsmSessions.Core.Identity;
using SsmSessions.Testing;

namespace SsmSessions.Conformance.Tests.Clients;

/// <summary>Signatures as real clients make them, verified.</summary>
public sealed class SignatureTests
{
    private const string Mismatch =
        "InvalidSignatureException: The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.";

    [Fact]
    public Task The_aws_cli_on_the_path() => TryAsync(() => Task.FromResult(RealClient.AwsCli()));

    [Fact]
    public Task The_aws_cli_of_Debian() => TryAsync(() => Task.FromResult(RealClient.DebianAwsCli()));

    [Fact]
    public Task The_AWS_SDK_for_Python() => TryAsync(RealClient.Boto3Async);

    [Fact]
    public Task The_AWS_SDK_for_JavaScript() => TryAsync(RealClient.JavaScriptSdkAsync);

    private static async Task TryAsync(Func<Task<RealClient>> find)
    {
        var client = await find();
        var credentials = CredentialsFile.Parse(
            Encoding.UTF8.GetBytes(
                """{"accounts":{"111122223333":{"users":[{"name":"alice","accessKeyId":"AKIAALICE","secretAccessKey":"open sesame"}]}}}"""),
            "the test");
        await using var server = await TestServer.StartAsync(configure: options => options.Credentials = credentials);

        Assert.Equal("not refused", await WhoAsync("AKIAALICE", "open sesame"));
        Assert.Equal(Mismatch, await WhoAsync("AKIAALICE", "open barley"));
        Assert.Equal("UnrecognizedClientException: The security token included in the request is invalid.", await WhoAsync("AKIABOB", "open sesame"));

        async Task<string?> WhoAsync(string id, string secret) =>
            (await client.RunAsync(server.Url, id, secret, session: null, "who"))["who"].GetString();
    }
}
