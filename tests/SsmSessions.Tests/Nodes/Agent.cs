using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SsmSessions.Testing;
using SsmSessions.Tests.Identity;

namespace SsmSessions.Tests.Nodes;

/// <summary>A scripted agent: what a real one does on the wire, with a key of its own.</summary>
internal sealed class Agent(TestServer server)
{
    public const string Fingerprint = "11111111-2222-3333-4444-555555555555";

    public RSA Key { get; set; } = RSA.Create(2_048);

    public string Id { get; set; } = "";

    public static string PublicKeyOf(RSA key) => Convert.ToBase64String(key.ExportSubjectPublicKeyInfo());

    /// <summary>Creates an activation as user <c>test</c>.</summary>
    public static async Task<(string Id, string Code)> ActivateAsync(TestServer server, string json = """{"IamRole":"service-role/Nodes"}""", string account = "test")
    {
        var (status, body) = await server.CallAsync("CreateActivation", json, account);
        Assert.Equal(HttpStatusCode.OK, status);
        using var answer = JsonDocument.Parse(body);
        return (answer.RootElement.GetProperty("ActivationId").GetString()!, answer.RootElement.GetProperty("ActivationCode").GetString()!);
    }

    /// <summary>An agent that has registered with an activation of its own.</summary>
    public static async Task<Agent> RegisteredAsync(TestServer server, string activation = """{"IamRole":"service-role/Nodes"}""")
    {
        var agent = new Agent(server);
        var (status, body) = await agent.RegisterAsync(await ActivateAsync(server, activation));
        Assert.Equal(HttpStatusCode.OK, status);
        using var answer = JsonDocument.Parse(body);
        agent.Id = answer.RootElement.GetProperty("InstanceId").GetString()!;
        return agent;
    }

    /// <summary>Registers without a signature.</summary>
    public Task<(HttpStatusCode Status, string Body)> RegisterAsync((string Id, string Code) activation) =>
        SendAsync(Request(
            "RegisterManagedInstance",
            $$"""
            {"ActivationId":"{{activation.Id}}","ActivationCode":"{{activation.Code}}","Fingerprint":"{{Fingerprint}}","PublicKey":"{{PublicKeyOf(Key)}}","PublicKeyType":"Rsa"}
            """));

    /// <summary>Calls without a signature.</summary>
    public Task<(HttpStatusCode Status, string Body)> CallUnsignedAsync(string action, string json) => SendAsync(Request(action, json));

    /// <summary>Calls signed with the node's key.</summary>
    public Task<(HttpStatusCode Status, string Body)> CallWithKeyAsync(string action, string json) =>
        SendAsync(Request(action, json).Sign(Id, Key, TimeProvider.System.GetUtcNow()));

    /// <summary>Calls signed with credentials that the service issued.</summary>
    public Task<(HttpStatusCode Status, string Body)> CallAsync(Credentials credentials, string action, string json) =>
        SendAsync(Request(action, json).Sign(
            credentials.AccessKeyId, credentials.SecretAccessKey, TimeProvider.System.GetUtcNow(), credentials.SessionToken));

    /// <summary>The credentials of the node's role.</summary>
    public async Task<Credentials> RequestRoleAsync()
    {
        var (status, body) = await CallWithKeyAsync("RequestManagedInstanceRoleToken", $$"""{"Fingerprint":"{{Fingerprint}}"}""");
        Assert.Equal(HttpStatusCode.OK, status);
        using var answer = JsonDocument.Parse(body);
        return Credentials.Read(answer.RootElement);
    }

    private TestRequest Request(string action, string json) => new()
    {
        ["Host"] = server.Url.Authority,
        ["X-Amz-Target"] = "AmazonSSM." + action,
        ["Content-Type"] = "application/x-amz-json-1.1",
        Body = Encoding.UTF8.GetBytes(json),
    };

    private async Task<(HttpStatusCode Status, string Body)> SendAsync(TestRequest request)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new ByteArrayContent(request.Body) };
        foreach (var (name, value) in request.Headers)
        {
            if (!message.Headers.TryAddWithoutValidation(name, value))
                message.Content.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await server.Http.SendAsync(message);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}

/// <summary>Credentials that the service issued.</summary>
internal sealed record Credentials(string AccessKeyId, string SecretAccessKey, string? SessionToken)
{
    public static Credentials Read(JsonElement json) => new(
        json.GetProperty(nameof(AccessKeyId)).GetString()!,
        json.GetProperty(nameof(SecretAccessKey)).GetString()!,
        json.GetProperty(nameof(SessionToken)).GetString()!);
}
