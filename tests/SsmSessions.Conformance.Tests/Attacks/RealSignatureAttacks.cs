using System.Text;
using SsmSessions.Conformance.Tests.Clients;
using SsmSessions.Core;
using SsmSessions.Core.Identity;
using SsmSessions.Testing;
using SsmSessions.Testing.Attacks;

namespace SsmSessions.Conformance.Tests.Attacks;

/// <summary>Requests that real clients signed: all are let in as they are, and refused when anything of them is changed.</summary>
public sealed class RealSignatureAttacks
{
    private const string Accounts = """{"accounts":{"111122223333":{"users":[{"name":"alice","accessKeyId":"AKIAALICE","secretAccessKey":"open sesame"}]}}}""";

    /// <summary>What a client that may do everything is never told.</summary>
    private static readonly string[] Refusals =
        ["InvalidSignature", "IncompleteSignature", "UnrecognizedClient", "MissingAuthenticationToken", "ExpiredToken", "AccessDenied"];

    [Fact]
    public Task The_aws_cli_on_the_path() => TryAsync("aws-cli on PATH", () => Task.FromResult(RealClient.AwsCli()));

    [Fact]
    public Task The_aws_cli_of_Debian() => TryAsync("Debian's awscli", () => Task.FromResult(RealClient.DebianAwsCli()));

    [Fact]
    public Task The_AWS_SDK_for_Python() => TryAsync("boto3", RealClient.Boto3Async);

    [Fact]
    public Task The_AWS_SDK_for_JavaScript() => TryAsync("AWS SDK for JavaScript", RealClient.JavaScriptSdkAsync);

    private static async Task TryAsync(string name, Func<Task<RealClient>> find)
    {
        var client = await find();
        var clock = new AdjustableTimeProvider(TimeProvider.System);
        await using var server = await TestServer.StartAsync(
            realTime: clock, configure: options => options.Credentials = CredentialsFile.Parse(Encoding.UTF8.GetBytes(Accounts), "the test"));
        await using var proxy = new RecordingProxy(server.Url);
        var session = client.StartsSessions ? null : await StartSessionAsync(server);
        var told = await client.RunAsync(proxy.Url, "AKIAALICE", "open sesame", session);
        Assert.NotEmpty(told);

        var table = new AttackTable($"signature of {name}");
        using var connection = new RawConnection(server.Url);
        var good = proxy.Requests;
        foreach (var request in good)
        {
            Assert.Contains("x-amz-target", request["Authorization"]!, StringComparison.Ordinal);
            table.Try("its calls as they are", Verdict(await connection.SendAsync(request)), "let in");
        }

        // The longest of its bodies, and the call that starts a session, or the next best.
        RawRequest[] chosen = [good.MaxBy(r => r.Body.Length)!, good.FirstOrDefault(r => r["X-Amz-Target"] == "AmazonSSM.StartSession") ?? good[0]];
        foreach (var request in chosen.Distinct())
        {
            // None of the tries takes long, but there are many, and the clock of signatures would go on: it is put back to the request's time.
            clock.Offset = DateOf(request) - TimeProvider.System.GetUtcNow();
            table.Try("the chosen calls, before", Verdict(await connection.SendAsync(request)), "let in");
            foreach (var tampered in SignatureTampering.Of(request))
                table.Try(tampered.Attempt, (await connection.SendAsync(tampered.Request)).ToString(), tampered.Refusals);
            table.Try("the chosen calls, afterwards", Verdict(await connection.SendAsync(request)), "let in");
            clock.Offset += TimeSpan.FromSeconds(310);
            table.Try("the chosen calls, 310 s late", Verdict(await connection.SendAsync(request)), "refused");
        }

        table.Verify(fewest: 2_000);
    }

    private static string Verdict(RawAnswer answer) =>
        answer.Status is not (200 or 400) || Refusals.Any(refusal => answer.ToString().Contains(refusal, StringComparison.Ordinal)) ? "refused" : "let in";

    private static DateTimeOffset DateOf(RawRequest request) => DateTimeOffset.ParseExact(
        request["X-Amz-Date"]!, "yyyyMMdd'T'HHmmss'Z'", System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal);

    private static async Task<string> StartSessionAsync(TestServer server)
    {
        var body = Encoding.UTF8.GetBytes($$"""{"Target":"{{TestServer.Node}}","Reason":"conformance"}""");
        using var request = new HttpRequestMessage(HttpMethod.Post, server.Url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/x-amz-json-1.1");
        request.Headers.TryAddWithoutValidation("X-Amz-Target", "AmazonSSM.StartSession");
        new SigV4Signer("AKIAALICE", "open sesame").SignCall(request, server.Url, body);
        using var answer = await server.Http.SendAsync(request);
        using var json = System.Text.Json.JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return json.RootElement.GetProperty("SessionId").GetString()!;
    }
}
