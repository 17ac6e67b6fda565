using System.Net.Sockets;
using SsmSessions.Testing;

namespace SsmSessions.Tests.Local.Cli;

/// <summary>The socket in the data folder.</summary>
public sealed class SocketTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _folder = Path.Combine(Directory.CreateTempSubdirectory("ssm-").FullName, "data");

    private string Socket => Path.Combine(_folder, "ssm-sessions.sock");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_folder)!, recursive: true);

    [Fact]
    public async Task Whoever_comes_by_it_is_root_of_the_account_and_nobody_else_can()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("There is no socket on Windows.");
            return;
        }

        await using var service = await ServiceProcess.StartAsync("--data", _folder, "--node", "*=echo");

        Assert.Equal(OwnerOnly, File.GetUnixFileMode(Socket));
        Assert.Equal(OwnerOnly | UnixFileMode.UserExecute, File.GetUnixFileMode(_folder));
        var (exitCode, output, errors) = await CliRun.RunAsync("--data", _folder, "-m", "csv", "-c", "auth me");
        Assert.Equal(
            (0, "pw_name,pw_gecos,attributes\r\nroot,arn:aws:iam::000000000000:root,\"{\"\"account\"\": \"\"000000000000\"\", \"\"access_key_id\"\": \"\"\"\"}\"\r\n\n", ""),
            (exitCode, output, errors));
        (_, output, _) = await CliRun.RunAsync("--data", _folder, "--url", service.Url.ToString(), "-m", "csv", "-c", "auth me");
        Assert.Contains("user/test", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_peer_of_the_socket_is_no_loopback_peer_and_its_sessions_say_where_they_come_from()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux says who is at the other end.");
        await using var service = await ServiceProcess.StartAsync("--data", _folder, "--node", "*=echo");
        using var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(Socket), cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        using var http = new HttpClient(handler) { BaseAddress = new Uri("http://localhost/") };

        Assert.Equal(System.Net.HttpStatusCode.Forbidden, (await http.GetAsync("/_ssm-sessions/health")).StatusCode);
        using var foreign = new HttpRequestMessage(HttpMethod.Get, "http://evil.example/api/current");
        Assert.Equal(System.Net.HttpStatusCode.Forbidden, (await http.SendAsync(foreign)).StatusCode);
        using var start = new HttpRequestMessage(HttpMethod.Post, "/")
        {
            Content = new StringContent("""{"Target":"i-0123456789abcdef0"}""", System.Text.Encoding.UTF8),
            Headers =
            {
                { "X-Amz-Target", "AmazonSSM.StartSession" },
                { "X-Amz-Date", "20261122T000000Z" },
            },
        };
        start.Content.Headers.ContentType = new("application/x-amz-json-1.1");
        start.Headers.TryAddWithoutValidation(
            "Authorization", $"AWS4-HMAC-SHA256 Credential=test/20261122/us-east-1/ssm/aws4_request, SignedHeaders=host;x-amz-date, Signature={new string('0', 64)}");
        var started = await http.SendAsync(start);
        Assert.True(started.IsSuccessStatusCode, await started.Content.ReadAsStringAsync());

        var (_, output, _) = await CliRun.RunAsync("--data", _folder, "-m", "csv", "-c", "auth sessions origin,credentials,internal");

        Assert.Matches($@"^internal,origin,credentials\r\nfalse,UNIX socket \(pid={Environment.ProcessId} uid=\d+ gid=\d+\),API_KEY\r\n\n$", output);
    }

    [Fact]
    public async Task What_a_killed_service_left_is_replaced_and_what_a_stopped_one_had_is_gone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no socket on Windows.");
        await using (var killed = await ServiceProcess.StartAsync("--data", _folder, "--node", "*=echo"))
            await killed.KillAsync();
        Assert.True(File.Exists(Socket));
        Assert.Equal((1, "", "middleware is not running.\n"), await CliRun.RunAsync("--data", _folder, "--socket", Socket, "-c", "auth sessions"));

        await using var service = await ServiceProcess.StartAsync("--data", _folder, "--node", "*=echo");

        Assert.Equal((0, "(empty list)\n", ""), await CliRun.RunAsync("--data", _folder, "-c", "auth sessions"));
        Assert.Equal(0, await service.StopAsync());
        Assert.False(File.Exists(Socket));
    }

    [Fact]
    public async Task A_path_that_is_too_long_for_a_socket_is_told_and_the_service_starts()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no socket on Windows.");
        var data = Path.Combine(_folder, new string('x', 120));
        await using var service = await ServiceProcess.StartAsync("--data", data, "--node", "*=echo");

        Assert.False(File.Exists(Path.Combine(data, "ssm-sessions.sock")));
        Assert.Equal((0, "(empty list)\n", ""), await CliRun.RunAsync("--data", data, "--url", service.Url.ToString(), "-c", "auth sessions"));
        using var warnings = new StringWriter();
        Assert.Null(SsmSessions.Local.ServiceSocket.PathOf(Settings(data), warnings));
        Assert.Equal(
            $"ssm-sessions: no socket at {Path.Combine(data, "ssm-sessions.sock")}: the path is longer than the system allows for a socket (use a --data folder with a shorter one); 'ssm-sessions cli' needs --url\n",
            warnings.ToString());
    }

    private static SsmSessions.Local.ServeSettings Settings(string data)
    {
        var command = new System.CommandLine.Command("serve");
        foreach (var setting in SsmSessions.Local.ServeSettings.All)
            command.Add(setting.Option);
        return SsmSessions.Local.ServeSettings.Read(command.Parse(["--data", data]));
    }
}
