using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SsmSessions.Testing;
using SsmSessions.Testing.Attacks;
using SsmSessions.Testing.DataChannels;

namespace SsmSessions.Conformance.Tests.Attacks;

/// <summary>
/// Somebody who can read what the service writes looks for secrets: its output at the most verbose level, its files, transcripts, command
/// line. Everything that has a secret is used before, rightly and wrongly.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed class SecretAttacks : IAsyncLifetime
{
    private const string Node = "i-0123456789abcdef0";
    private const string Marker = "a line of the shell that belongs into the transcript";
    private const string Fingerprint = "11111111-2222-3333-4444-555555555555";

    private readonly Secrets _secrets = new();
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseCookies = false });
    private readonly RSA _nodeKey = RSA.Create(2_048);
    private string _folder = "";
    private LoudProcess? _service;
    private SigV4Signer _alice = new("", "");

    private LoudProcess Service => _service!;

    private string Transcripts => Path.Combine(_folder, "transcripts");

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "a node of kind local has shells on Linux only");
        _folder = Directory.CreateTempSubdirectory("ssm-sessions-secrets-").FullName;
        // As an operator's own folder is: open to everybody.
        File.SetUnixFileMode(_folder, (UnixFileMode)0b111_101_101);
        _alice = new SigV4Signer("AKIAALICE", _secrets.Add("secret access key", "alices+secret/access=key+0123456789abcdef"));
        var roleSecret = _secrets.Add("secret access key of a role", "carols+secret/access=key+0123456789abcdef");
        var roleToken = _secrets.Add("session token of a role", "carols/session+token==0123456789abcdef");
        var writer = _secrets.Add("Consul token", "consul-writer-5e1f0c4a-77b0");
        await File.WriteAllTextAsync(
            SettingsFile("credentials.json"),
            $$$"""
            {"accounts":{"111122223333":{"users":[{"name":"alice","accessKeyId":"AKIAALICE","secretAccessKey":"{{{_alice.SecretAccessKey}}}"}],
            "roles":[{"role":"Admin","sessionName":"carol","accessKeyId":"ASIACAROL","secretAccessKey":"{{{roleSecret}}}","sessionToken":"{{{roleToken}}}"}]} } }
            """);
        await File.WriteAllTextAsync(
            SettingsFile("consul.json"), $$"""{"tokens":{"{{writer}}":{"session":{"":"write"},"key":{"":"write"},"node":{"":"write"},"agent":{"":"write"} } } }""");
        _service = await LoudProcess.StartAsync(
            new Dictionary<string, string>(StringComparer.Ordinal) { ["SSM_SESSIONS_ADMIN_TOKEN"] = _secrets.Add("admin token", "admin-token-0a1b2c3d4e5f") },
            "--data", _folder, "--node", $"{Node}=local", "--stream-url", "aws", "--just-in-time", "auto", "--transcripts", Transcripts,
            "--credentials", SettingsFile("credentials.json"), "--consul-tokens", SettingsFile("consul.json"));
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _nodeKey.Dispose();
        if (_service is not null)
            await _service.DisposeAsync();
        foreach (var folder in (string[])[_folder, _folder + "-settings"])
        {
            if (folder.Length > 0 && Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Nothing_that_is_written_holds_a_secret()
    {
        var table = new AttackTable("what the service writes");
        await UseSessionsAsync();
        await UseCredentialsAsync();
        await UseAgentsAsync();
        await UseOperatorsAsync();
        await UseWronglyAsync();
        // What belongs there is there: the search would find something.
        await Eventually.IsTrueAsync(() => Directory.GetFiles(Transcripts).Any(file => ReadShared(file).AsSpan().IndexOf(Encoding.UTF8.GetBytes(Marker)) >= 0), TimeSpan.FromSeconds(30));
        var commandLine = await File.ReadAllBytesAsync($"/proc/{Service.Id}/cmdline");
        Look(table, "its command line", commandLine);
        LookAtModes(table);
        foreach (var file in Directory.GetFiles(_folder, "*", SearchOption.AllDirectories).Where(IsReadable))
            Look(table, "its folder while it runs: " + NameOf(file), ReadShared(file));
        await Service.StopAsync();

        Assert.True(Service.Written.Contains("trce: ", StringComparison.Ordinal) && Service.Written.Contains("Microsoft.AspNetCore", StringComparison.Ordinal), "nothing is logged that verbosely");
        Look(table, "its output at level Trace", Encoding.UTF8.GetBytes(Service.Written));
        foreach (var file in Directory.GetFiles(_folder, "*", SearchOption.AllDirectories).Where(IsReadable))
            Look(table, "its folder after its end: " + NameOf(file), await File.ReadAllBytesAsync(file));
        await LookAtCommandsAsync(table);
        Assert.True(_secrets.Count >= 30, $"only {_secrets.Count} secrets were used: {string.Join(", ", _secrets.Names)}");
        table.Verify(fewest: 15);
    }

    private async Task UseSessionsAsync()
    {
        var started = await CallAsync("StartSession", $$"""{"Target":"{{Node}}"}""");
        var id = Field(started, "SessionId");
        _secrets.Add("TokenValue of StartSession", Field(started, "TokenValue"));
        var resumed = await CallAsync("ResumeSession", $$"""{"SessionId":"{{id}}"}""");
        var url = new Uri($"ws://{Service.Url.Authority}/v1/data-channel/{id}?role=publish_subscribe");
        var headers = _alice.SignUpgrade(url);
        _secrets.Add("signature of an upgrade", headers["Authorization"][^64..]);
        await using (var client = await DataChannelClient.ConnectAsync(
            url, _secrets.Add("TokenValue of ResumeSession", Field(resumed, "TokenValue")), new DataChannelClientOptions { UpgradeHeaders = headers }))
        {
            await client.WaitUntilReadyAsync();
            await client.SendInputAsync($"echo {Marker}\r");
            await client.ReadUntilAsync(Marker);
        }

        // A token that is used twice, a wrong one, and a presigned upgrade with a session token in its query.
        await ChannelAttempt.OpenAsync(url, Field(resumed, "TokenValue"));
        await ChannelAttempt.OpenAsync(url, _secrets.Add("wrong TokenValue", "AAEAA" + Convert.ToBase64String(RandomNumberGenerator.GetBytes(60))));
        var presigned = Presigner.Sign(
            new RawRequest("GET", url.PathAndQuery, [("Host", url.Authority)], []),
            "ASIACAROL", "carols+secret/access=key+0123456789abcdef", "ssmmessages", TimeSpan.FromMinutes(1), token: "carols/session+token==0123456789abcdef");
        _secrets.Add("signature of a presigned upgrade", presigned.Target[^64..]);
        await ChannelAttempt.OpenAsync(new Uri($"ws://{url.Authority}{presigned.Target}"), token: "");
        await CallAsync("TerminateSession", $$"""{"SessionId":"{{id}}"}""");
        await CallAsync("StartSession", $$"""{"Target":"{{Node}}","DocumentName":"AWS-StartNonInteractiveCommand","Parameters":{"command":["true"]} }""");
    }

    private async Task UseCredentialsAsync()
    {
        var request = Field(await CallAsync("StartAccessRequest", $$"""{"Reason":"test","Targets":[{"Key":"InstanceIds","Values":["{{Node}}"]}]}"""), "AccessRequestId");
        using var answer = JsonDocument.Parse(await CallAsync("GetAccessToken", $$"""{"AccessRequestId":"{{request}}"}"""));
        var credentials = answer.RootElement.GetProperty("Credentials");
        var keys = new SigV4Signer(credentials.GetProperty("AccessKeyId").GetString()!, _secrets.Add("just-in-time secret", credentials.GetProperty("SecretAccessKey").GetString()!))
        {
            SessionToken = _secrets.Add("just-in-time session token", credentials.GetProperty("SessionToken").GetString()!),
        };
        var started = await CallAsync("StartSession", $$"""{"Target":"{{Node}}"}""", keys);
        _secrets.Add("TokenValue of a just-in-time session", Field(started, "TokenValue"));
        await CallAsync("DescribeSessions", """{"State":"Active"}""", keys);
        await CallAsync("StartSession", $$"""{"Target":"{{Node}}"}""", keys with { SessionToken = keys.SessionToken + "A" });
        await CallAsync("DescribeSessions", """{"State":"Active"}""", new SigV4Signer("ASIACAROL", "carols+secret/access=key+0123456789abcdef") { SessionToken = "carols/session+token==0123456789abcdef" });
    }

    private async Task UseAgentsAsync()
    {
        var activated = await CallAsync("CreateActivation", """{"IamRole":"Nodes"}""");
        var code = _secrets.Add("activation code", Field(activated, "ActivationCode"));
        var register = $$"""{"ActivationId":"{{Field(activated, "ActivationId")}}","ActivationCode":"CODE","Fingerprint":"{{Fingerprint}}","PublicKey":"{{Convert.ToBase64String(_nodeKey.ExportSubjectPublicKeyInfo())}}","PublicKeyType":"Rsa"}""";
        var id = Field(await CallAsync("RegisterManagedInstance", register.Replace("CODE", code, StringComparison.Ordinal), signer: null), "InstanceId");
        await CallAsync("RegisterManagedInstance", register.Replace("CODE", code, StringComparison.Ordinal), signer: null);
        await CallAsync("RegisterManagedInstance", register.Replace("CODE", _secrets.Add("wrong activation code", "wrongcode/0123456789"), StringComparison.Ordinal), signer: null);
        await CallAsync("RegisterManagedInstance", register.Replace("CODE", _secrets.Add("activation code that is too short", "tooshort-0123"), StringComparison.Ordinal), signer: null);
        using var issued = JsonDocument.Parse(await NodeSigner.CallAsync(_http, Service.Url, id, _nodeKey, "RequestManagedInstanceRoleToken", $$"""{"Fingerprint":"{{Fingerprint}}"}"""));
        var keys = new SigV4Signer(issued.RootElement.GetProperty("AccessKeyId").GetString()!, _secrets.Add("secret of a node's role", issued.RootElement.GetProperty("SecretAccessKey").GetString()!))
        {
            SessionToken = _secrets.Add("session token of a node's role", issued.RootElement.GetProperty("SessionToken").GetString()!),
        };
        await CallAsync("UpdateInstanceInformation", $$"""{"InstanceId":"{{id}}"}""", keys);
        await CallAsync("DescribeSessions", """{"State":"Active"}""", keys);
    }

    private async Task UseOperatorsAsync()
    {
        var doris = await SendAsync("GET", "/rest/v1/session/all", ("Authorization", Basic("AKIAALICE", _alice.SecretAccessKey)));
        var cookie = doris.Headers.GetValues("Set-Cookie").Single().Split(';')[0];
        _secrets.Add("Doris' cookie", cookie.Split('=')[1]);
        await SendAsync("GET", "/rest/v1/session", ("Cookie", cookie));
        await SendAsync("GET", "/rest/v1/session", ("Authorization", Basic("AKIAALICE", _secrets.Add("wrong password at Doris", "wrong-password-of-doris"))));
        await SendAsync("GET", "/rest/v1/session", ("Authorization", "Basic " + _secrets.Add("no base64 at Doris", "%%%no-base64-of-doris%%%")));
        await SendAsync("GET", "/rest/v1/session", ("Authorization", "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(_secrets.Add("a password without a name", "no-colon-in-this-password")))));
        await SayAsync(
            "/api/current",
            Rpc("auth.login", "AKIAALICE", _secrets.Add("wrong password at TrueNAS", "wrong-password-of-truenas")),
            Rpc("auth.login_with_api_key", "AKIAALICE:" + _secrets.Add("wrong API key at TrueNAS", "wrong-api-key-of-truenas")),
            Rpc("auth.login_with_api_key", $"AKIAALICE:{_alice.SecretAccessKey}"),
            Rpc("auth.login", "AKIAALICE", _alice.SecretAccessKey),
            Rpc("auth.sessions"),
            $$"""{"jsonrpc":"2.0","id":1,"method":"auth.login_ex","params":[{"mechanism":"PASSWORD_PLAIN","username":"AKIAALICE","password":"{{_secrets.Add("wrong password of login_ex", "wrong-password-of-login-ex")}}"}]}""",
            Rpc("auth.login", "AKIAALICE", _secrets.Add("one argument too many", "four-arguments-password"), "x", "y"),
            $$"""{"jsonrpc":"2.0","id":1,"method":"auth.login","params":["AKIAALICE","{{_secrets.Add("a message that is cut", "password-of-a-cut-message")}}" """);
        await SendAsync("GET", "/_ssm-sessions/health", ("Authorization", "Bearer admin-token-0a1b2c3d4e5f"));
        await SendAsync("GET", "/_ssm-sessions/health", ("Authorization", "Bearer " + _secrets.Add("wrong admin token", "wrong-admin-token-0a1b2c")));
        await SendAsync("GET", "/_ssm-sessions/health?token=" + _secrets.Add("admin token in the query", "admin-token-in-the-query"));
        await SendAsync("PUT", "/v1/kv/a?token=consul-writer-5e1f0c4a-77b0");
        await SendAsync("PUT", "/v1/kv/a", ("X-Consul-Token", "consul-writer-5e1f0c4a-77b0"));
        await SendAsync("PUT", "/v1/session/create?token=" + _secrets.Add("wrong Consul token in the query", "wrong-consul-token-query"));
        await SendAsync("GET", "/v1/kv/a", ("X-Consul-Token", _secrets.Add("wrong Consul token in the header", "wrong-consul-token-header")));
        await SendAsync("GET", "/v1//kv/a?token=" + _secrets.Add("Consul token that is redirected", "redirected-consul-token"));
        await SendAsync("GET", "/v1/nonsense?token=" + _secrets.Add("Consul token of an unknown path", "unknown-path-consul-token"));
    }

    /// <summary>Signatures that are wrong, and requests that are none.</summary>
    private async Task UseWronglyAsync()
    {
        var wrong = _alice with { SecretAccessKey = "another secret" };
        await CallAsync("DescribeSessions", """{"State":"Active"}""", wrong);
        using var connection = new RawConnection(Service.Url);
        (string Name, string Value)[] headers = [("Host", Service.Url.Authority), ("Content-Type", "application/x-amz-json-1.1"), ("X-Amz-Target", "AmazonSSM.DescribeSessions")];
        foreach (var authorization in (string[])[
            "Bearer " + _secrets.Add("a bearer's token", "eyJhbGciOiJub25lIn0.bearer"),
            "AWS4-HMAC-SHA256 Credential=AKIAALICE/20261122/us-east-1/ssm/aws4_request, Signature=" + _secrets.Add("signature without its headers", new string('7', 30) + "feedface"),
            "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("AKIAALICE:" + _secrets.Add("a password at the API", "password-at-the-api-door"))),
        ])
        {
            await connection.SendAsync(new RawRequest("POST", "/", [.. headers, ("Authorization", authorization)], "{}"u8.ToArray()));
        }

        await connection.SendAsync(new RawRequest("POST", "/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Security-Token=" + _secrets.Add("session token of a bad presigned call", "presigned-session-token"), headers, "{}"u8.ToArray()));
        await connection.SendAsync(new RawRequest("POST", "/", headers, Encoding.UTF8.GetBytes($$"""{"ActivationCode":["{{_secrets.Add("activation code of a wrong type", "code-of-a-wrong-type")}}"]""")));
        // No HTTP at all, with a secret where the server may quote it.
        foreach (var target in (string[])["/v1/kv/a b?token=", "http:///x?token=", "/v1/kv/a?\u00e9&token="])
            await connection.SendAsync(new RawRequest("GET", target + _secrets.Add($"token in a bad request line ({target[..6]})", $"bad-line-token-{target.Length:D8}"), [("Host", Service.Url.Authority)], []));
        await connection.SendAsync(new RawRequest("GET", "/", [("Host", Service.Url.Authority), ("Authorization bad", _secrets.Add("value of a bad header", "value-of-a-bad-header"))], []));
    }

    /// <summary>Commands that see secrets in their environment or files, and what they print.</summary>
    private async Task LookAtCommandsAsync(AttackTable table)
    {
        (string, string)[] environment =
        [
            ("SSM_SESSIONS_ADMIN_TOKEN", "admin-token-0a1b2c3d4e5f"), ("SSM_SESSIONS_PASSWORD", _alice.SecretAccessKey), ("SSM_SESSIONS_USER", "AKIAALICE"),
            ("AWS_SECRET_ACCESS_KEY", _alice.SecretAccessKey), ("SSM_SESSIONS_CREDENTIALS", SettingsFile("credentials.json")),
        ];
        await File.WriteAllTextAsync(SettingsFile("config.json"), """{"admin-token": "admin-token-0a1b2c3d4e5f", "nonsense": true}""");
        await File.WriteAllTextAsync(SettingsFile("broken.json"), """{"admin-token": "admin-token-0a1b2c3d4e5f" "x"}""");
        await File.WriteAllTextAsync(SettingsFile("credentials-broken.json"), (await File.ReadAllTextAsync(SettingsFile("credentials.json"))).Replace("\"roles\":[", "\"roles\":", StringComparison.Ordinal));
        await File.WriteAllTextAsync(SettingsFile("consul-broken.json"), """{"tokens":{"consul-writer-5e1f0c4a-77b0":{"session":{"":"nonsense"}}}}""");
        foreach (var command in (string[][])[
            ["--help"], ["serve", "--help"], ["cli", "--help"], ["env", "--data", _folder], ["--version"], ["--nonsense"], ["--stream-url", "nonsense"],
            ["--config", SettingsFile("config.json")], ["--config", SettingsFile("broken.json")], ["--credentials", SettingsFile("credentials-broken.json")],
            ["--consul-tokens", SettingsFile("consul-broken.json")], ["cli", "--url", "http://127.0.0.1:1", "-c", "auth sessions"], ["--admin-token", "admin-token-0a1b2c3d4e5f", "--urls", "nonsense"],
        ])
        {
            var (_, output, errors) = await ServiceProcess.RunAsync(command, environment);
            Look(table, $"output of ssm-sessions {string.Join(' ', command.Where(word => !word.Contains('/', StringComparison.Ordinal) && !word.StartsWith("admin-", StringComparison.Ordinal)))}", Encoding.UTF8.GetBytes(output + errors));
        }
    }

    private void LookAtModes(AttackTable table)
    {
        foreach (var entry in Directory.GetFileSystemEntries(_folder, "*", SearchOption.AllDirectories))
        {
            var name = NameOf(entry);
            // What anybody may know: where the service listens, whom to trust, that it is locked.
            if (name is "service.json" or "sessions.lock" or "tls/lock" or "tls/bundle.pem" or "tls/authority.pem")
                continue;
            var others = File.GetUnixFileMode(entry) & (UnixFileMode)0b000_111_111;
            table.Try($"rights of others in its folder: {name}", others == UnixFileMode.None ? "none" : others.ToString(), "none");
        }
    }

    private void Look(AttackTable table, string where, byte[] bytes)
    {
        var found = string.Join(", ", _secrets.In(bytes));
        table.Try($"{_secrets.Count} secrets in {where}", found.Length == 0 ? "none" : found, "none");
    }

    private string NameOf(string file)
    {
        var name = Path.GetRelativePath(_folder, file);
        return name.EndsWith(".cast", StringComparison.Ordinal) ? "transcripts/….cast" : name;
    }

    private string SettingsFile(string name) => Path.Combine(Directory.CreateDirectory(_folder + "-settings").FullName, name);

    private Task<string> CallAsync(string action, string json) => CallAsync(action, json, _alice);

    private async Task<string> CallAsync(string action, string json, SigV4Signer? signer)
    {
        var body = Encoding.UTF8.GetBytes(json);
        using var request = new HttpRequestMessage(HttpMethod.Post, Service.Url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-amz-json-1.1");
        request.Headers.TryAddWithoutValidation("X-Amz-Target", "AmazonSSM." + action);
        signer?.SignCall(request, Service.Url, body);
        if (signer is not null)
            _secrets.Add($"signature of {action}", request.Headers.GetValues("Authorization").Single()[^64..]);
        using var response = await _http.SendAsync(request);
        return await response.Content.ReadAsStringAsync();
    }

    private async Task<HttpResponseMessage> SendAsync(string method, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(Service.Url, path));
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return await _http.SendAsync(request);
    }

    private async Task SayAsync(string path, params string[] messages)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri($"ws://{Service.Url.Authority}{path}"), patience.Token);
        var buffer = new byte[64 * 1024];
        foreach (var message in messages)
        {
            await socket.SendAsync(Encoding.UTF8.GetBytes(message), WebSocketMessageType.Text, endOfMessage: true, patience.Token);
            while (!(await socket.ReceiveAsync(buffer.AsMemory(), patience.Token)).EndOfMessage)
            {
            }
        }
    }

    private static string Rpc(string method, params string[] parameters) =>
        $$"""{"jsonrpc":"2.0","id":1,"method":"{{method}}","params":{{JsonSerializer.Serialize(parameters)}}}""";

    private static string Basic(string user, string password) => "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"));

    private static string Field(string body, string name)
    {
        using var json = JsonDocument.Parse(body);
        return json.RootElement.TryGetProperty(name, out var value) ? value.GetString()! : throw new InvalidOperationException(body);
    }

    /// <summary>All but the socket and the file that only holds a lock.</summary>
    private static bool IsReadable(string file) =>
        !file.EndsWith(".sock", StringComparison.Ordinal) && !file.EndsWith(".lock", StringComparison.Ordinal);

    private static byte[] ReadShared(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var bytes = new MemoryStream();
        file.CopyTo(bytes);
        return bytes.ToArray();
    }
}
