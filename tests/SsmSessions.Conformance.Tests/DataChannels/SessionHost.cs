using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using SsmSessions.Core.Hosts;
using SsmSessions.Testing;

namespace SsmSessions.Conformance.Tests.DataChannels;

/// <summary>A host with a node of kind local, and how its callers reach it and sign.</summary>
public sealed class SessionHost : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly IAsyncDisposable _server;
    private readonly string? _folder;
    private readonly HttpClient _http = new();

    private SessionHost(Uri url, IAsyncDisposable server, string? folder, SigV4Signer keys, CuttableProxy? proxy)
    {
        Url = url;
        Keys = keys;
        Proxy = proxy;
        _server = server;
        _folder = folder;
    }

    /// <summary>Where its API is.</summary>
    public Uri Url { get; }

    /// <summary>What callers sign with.</summary>
    public SigV4Signer Keys { get; }

    /// <summary>What lies between clients and their data channels, or null.</summary>
    public CuttableProxy? Proxy { get; }

    /// <summary>A process that lets everybody in.</summary>
    public static Task<SessionHost> StartAsync() => StartAsync(accounts: null, new SigV4Signer("test", "test"), proxy: null);

    /// <summary>A process that knows one user, whose data channels lead through a proxy.</summary>
    public static Task<SessionHost> StartBehindProxyAsync()
    {
        const string Accounts = """{"accounts":{"111122223333":{"users":[{"name":"alice","accessKeyId":"AKIAALICE","secretAccessKey":"open sesame"}]}}}""";
        return StartAsync(Accounts, new SigV4Signer("AKIAALICE", "open sesame"), new CuttableProxy());
    }

    /// <summary>A process.</summary>
    /// <param name="accounts">The content of its credentials file, or null to let everybody in.</param>
    /// <param name="keys">What callers sign with.</param>
    /// <param name="proxy">Where clients dial their data channels, or null.</param>
    /// <param name="options">Further options of its command line.</param>
    public static async Task<SessionHost> StartAsync(string? accounts, SigV4Signer keys, CuttableProxy? proxy, params string[] options)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "a node of kind local has shells on Linux only");
        var folder = Directory.CreateTempSubdirectory("ssm-sessions-").FullName;
        List<string> arguments = ["--data", folder, "--node", $"{SessionRequest.Target}=local", .. options];
        if (accounts is not null)
        {
            var file = Path.Combine(folder, "credentials.json");
            await File.WriteAllTextAsync(file, accounts);
            arguments.AddRange(["--credentials", file]);
        }

        if (proxy is not null)
            arguments.AddRange(["--public-url", proxy.Url.ToString()]);
        var process = await ServiceProcess.StartAsync(arguments);
        if (proxy is not null)
            proxy.Target = process.Url;
        return new SessionHost(process.Url, process, folder, keys, proxy);
    }

    /// <summary>One inside the test, whose node says that it is an agent of this version.</summary>
    public static async Task<SessionHost> StartInProcessAsync(string agentVersion)
    {
        var server = await TestServer.StartAsync(configure: options =>
        {
            options.AgentVersion = agentVersion;
            options.Nodes.Clear();
            options.Nodes.Add(new HostedNode(SessionRequest.Target, NodeKind.Local));
        });
        return new SessionHost(server.Url, server, folder: null, new SigV4Signer("test", "test"), proxy: null);
    }

    /// <summary>Calls an action, signed.</summary>
    public async Task<(HttpStatusCode Status, string Body)> CallAsync(string action, string json)
    {
        var body = Encoding.UTF8.GetBytes(json);
        using var request = new HttpRequestMessage(HttpMethod.Post, Url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-amz-json-1.1");
        request.Headers.TryAddWithoutValidation("X-Amz-Target", "AmazonSSM." + action);
        Keys.SignCall(request, Url, body);
        using var response = await _http.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <summary>The environment that <c>ssm-sessions env</c> prints for clients of this process.</summary>
    public async Task<IReadOnlyDictionary<string, string>> ReadEnvironmentAsync()
    {
        var (code, output, errors) = await ServiceProcess.RunAsync(["env", "--shell", "sh", "--data", _folder!]);
        Assert.True(code == 0, errors);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line["export ".Length..].Split('=', 2))
            .ToDictionary(pair => pair[0], pair => pair[1].Trim('\''), StringComparer.Ordinal);
    }

    /// <summary>Starts a session.</summary>
    public async Task<StartedChannel> StartSessionAsync(SessionRequest request)
    {
        var (status, body) = await CallAsync("StartSession", request.ToJson());
        return StartedChannel.Read(status, body);
    }

    /// <summary>A fresh token for a session that lives.</summary>
    public async Task<StartedChannel> ResumeSessionAsync(string sessionId)
    {
        var (status, body) = await CallAsync("ResumeSession", $$"""{"SessionId":"{{sessionId}}"}""");
        return StartedChannel.Read(status, body);
    }

    /// <summary>Ends a session from outside.</summary>
    public async Task TerminateAsync(string sessionId)
    {
        var (status, body) = await CallAsync("TerminateSession", $$"""{"SessionId":"{{sessionId}}"}""");
        Assert.True(status == HttpStatusCode.OK, body);
    }

    /// <summary>Creates a Session document.</summary>
    public async Task CreateDocumentAsync(string name, string content)
    {
        var (status, body) = await CallAsync(
            "CreateDocument",
            $$"""{"Name":"{{name}}","DocumentType":"Session","DocumentFormat":"JSON","Content":{{JsonSerializer.Serialize(content)}}}""");
        Assert.True(status == HttpStatusCode.OK, body);
    }

    /// <summary>Waits until DescribeSessions lists a session with a status.</summary>
    public Task WaitForStatusAsync(string sessionId, string status)
    {
        var state = status is "Terminated" or "Failed" ? "History" : "Active";
        return Eventually.IsTrueAsync(
            async () =>
            {
                var (_, body) = await CallAsync(
                    "DescribeSessions", $$"""{"State":"{{state}}","Filters":[{"key":"SessionId","value":"{{sessionId}}"}]}""");
                return body.Contains($"\"Status\":\"{status}\"", StringComparison.Ordinal);
            },
            Deadline);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        if (Proxy is not null)
            await Proxy.DisposeAsync();
        await _server.DisposeAsync();
        if (_folder is not null)
            Directory.Delete(_folder, recursive: true);
    }
}
