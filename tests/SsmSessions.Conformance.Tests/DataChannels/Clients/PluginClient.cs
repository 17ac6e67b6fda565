using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using SsmSessions.Conformance.Tests.Clients;
using SsmSessions.Node;

namespace SsmSessions.Conformance.Tests.DataChannels.Clients;

/// <summary>The session-manager-plugin, as <c>aws ssm start-session</c> runs it in a terminal.</summary>
internal sealed partial class PluginClient : ISessionClient
{
    /// <summary>The closing line of a plugin that is given no token when it comes back.</summary>
    public const string TimedOut = " timed out.";

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    private readonly string _aws;

    private PluginClient(string aws) => _aws = aws;

    /// <summary>The one on PATH, run by the aws-cli on PATH; without them the test is skipped.</summary>
    public static PluginClient Require() => Require(RealClient.Find("aws"));

    /// <summary>The same run by Debian's aws-cli.</summary>
    public static PluginClient RequireOfDebian() => Require(File.Exists("/usr/bin/aws") ? "/usr/bin/aws" : null);

    // In the configuration of ssh a percent sign would begin a token; none of these has one, nor a quote.
    public SshRoute SshTo(SessionHost host, int port) => new(
        "ProxyCommand " + string.Join(' ', Arguments(host, SessionRequest.Ssh(port)).Prepend(_aws).Select(argument => $"'{argument}'")), Variables(host));

    private static PluginClient Require(string? aws)
    {
        Assert.SkipWhen(RealClient.Find("session-manager-plugin") is null, "session-manager-plugin: it is not installed");
        Assert.SkipWhen(aws is null, "session-manager-plugin: aws-cli, which runs it, is not installed");
        return new PluginClient(aws!);
    }

    private static IReadOnlyList<string> Arguments(SessionHost host, SessionRequest request) =>
    [
        "ssm", "start-session", "--target", SessionRequest.Target, "--endpoint-url", host.Url.ToString().TrimEnd('/'), "--region", host.Keys.Region,
        .. request.Document is null ? (string[])[] : ["--document-name", request.Document],
        .. request.Parameters is null ? (string[])[] : ["--parameters", request.Parameters],
    ];

    private static Dictionary<string, string> Variables(SessionHost host) => new(StringComparer.Ordinal)
    {
        ["AWS_ACCESS_KEY_ID"] = host.Keys.AccessKeyId,
        ["AWS_SECRET_ACCESS_KEY"] = host.Keys.SecretAccessKey,
        ["AWS_EC2_METADATA_DISABLED"] = "true",
        ["AWS_PAGER"] = "",
        ["TERM"] = "xterm-256color",
    };

    public Task<ISessionRun> StartAsync(SessionHost host, SessionRequest request) => StartAsync(host, request, new Dictionary<string, string>());

    /// <summary>Starts a session in a shell with further environment variables.</summary>
    public async Task<ISessionRun> StartAsync(SessionHost host, SessionRequest request, IReadOnlyDictionary<string, string> variables)
    {
        var all = Variables(host);
        foreach (var (name, value) in variables)
            all[name] = value;
        var process = await TerminalProcess.StartAsync(_aws, Arguments(host, request), all, new TerminalSize(100, 30), Deadline);
        try
        {
            Assert.Equal("\r\nStarting session with SessionId: ", await process.ReadUntilAsync(": "));
            var sessionId = (await process.ReadUntilAsync("\n")).Trim();
            return new Run(process, sessionId);
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    [GeneratedRegex(@"Port (?<port>\d+) opened for sessionId|Unix socket (?<path>\S+) opened for sessionId", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Opened();

    private sealed class Run(TerminalProcess process, string sessionId) : ISessionRun
    {
        private readonly Lazy<Task<EndPoint>> _local = new(() => ReadEndPointAsync(process, sessionId));

        public string SessionId => sessionId;

        public Task<string> ReadUntilAsync(string text) => process.ReadUntilAsync(text);

        public Task TypeAsync(string text)
        {
            process.Type(text);
            return Task.CompletedTask;
        }

        public async Task InterruptAsync()
        {
            await _local.Value;
            process.Type("\x03");
            await process.ReadUntilAsync("Terminate signal received, exiting.");
            Assert.Equal(0, await process.WaitForExitAsync(Deadline));
        }

        public Task ResizeAsync(int columns, int rows)
        {
            process.Resize(new TerminalSize(columns, rows));
            return Task.CompletedTask;
        }

        public async Task<Stream> ConnectAsync()
        {
            var local = await _local.Value;
            var socket = new Socket(local.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                await socket.ConnectAsync(local);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }

        public Task WaitForDialFailureAsync() => process.ReadUntilAsync("Connection to destination port failed, check SSM Agent logs.");

        public Task RecoverAsync() => Task.CompletedTask;

        public async Task<string> WaitForEndAsync()
        {
            // One of the three closing lines. Others that name the session, as that of a port, have no colon before it.
            string told;
            do
                told = await process.ReadUntilAsync(sessionId);
            while (!told.EndsWith($": {sessionId}", StringComparison.Ordinal));
            if (told.EndsWith($"Session: {sessionId}", StringComparison.Ordinal))
            {
                await process.ReadUntilAsync(TimedOut);
                Assert.Equal(0, await process.WaitForExitAsync(Deadline));
                return TimedOut;
            }

            var output = await process.ReadUntilAsync("\n\r\n");
            Assert.Equal(0, await process.WaitForExitAsync(Deadline));
            if (told.EndsWith($"\n\r\nExiting session with sessionId: {sessionId}", StringComparison.Ordinal))
            {
                Assert.Equal(".\r\n\r\n", output);
                return "";
            }

            Assert.EndsWith($"\n\r\nSessionId: {sessionId}", told, StringComparison.Ordinal);
            Assert.StartsWith(" : ", output, StringComparison.Ordinal);
            return output[3..].Trim();
        }

        public ValueTask DisposeAsync() => process.DisposeAsync();

        /// <summary>Where the plugin listens. One that was asked for no port has found one on the loopback address.</summary>
        private static async Task<EndPoint> ReadEndPointAsync(TerminalProcess process, string sessionId)
        {
            var opened = Opened().Match(await process.ReadUntilAsync($" opened for sessionId {sessionId}."));
            Assert.True(opened.Success);
            return opened.Groups["path"] is { Success: true } path
                ? new UnixDomainSocketEndPoint(path.Value)
                : new IPEndPoint(IPAddress.Loopback, int.Parse(opened.Groups["port"].Value));
        }
    }
}
