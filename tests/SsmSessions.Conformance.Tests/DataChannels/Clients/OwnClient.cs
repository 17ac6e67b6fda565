using SsmSessions.Channel;
using SsmSessions.Testing.DataChannels;

namespace SsmSessions.Conformance.Tests.DataChannels.Clients;

/// <summary>The client of these tests, which every machine has.</summary>
internal sealed class OwnClient : ISessionClient
{
    public static DataChannelClientOptions Options { get; } = new() { Terminal = (100, 30), Deadline = TimeSpan.FromMinutes(1) };

    public async Task<ISessionRun> StartAsync(SessionHost host, SessionRequest request)
    {
        var session = await host.StartSessionAsync(request);
        var client = await DataChannelClient.ConnectAsync(session.StreamUrl, session.Token, Options);
        await client.WaitUntilReadyAsync();
        return new Run(host, session.Id, client);
    }

    public SshRoute SshTo(SessionHost host, int port)
    {
        var bridge = new PlainBridge(host, SessionRequest.Ssh(port));
        return new SshRoute($"HostName 127.0.0.1\n  Port {bridge.Port}", new Dictionary<string, string>(), bridge);
    }

    private sealed class Run(SessionHost host, string sessionId, DataChannelClient client) : ISessionRun
    {
        public string SessionId => sessionId;

        public Task<string> ReadUntilAsync(string text) => client.ReadUntilAsync(text);

        public Task TypeAsync(string text) => client.SendInputAsync(text);

        public Task InterruptAsync() => client.SendFlagAsync(ChannelFlag.TerminateSession);

        public Task ResizeAsync(int columns, int rows) => client.ResizeAsync((uint)columns, (uint)rows);

        public async Task<Stream> ConnectAsync() => new SmuxConnection(await client.OpenStreamAsync());

        public Task WaitForDialFailureAsync() => client.WaitForFlagAsync(ChannelFlag.ConnectToPortError);

        public async Task RecoverAsync()
        {
            await client.WaitForSocketEndAsync();
            var resumed = await host.ResumeSessionAsync(sessionId);
            await client.ReopenAsync(resumed.StreamUrl, resumed.Token);
        }

        public Task<string> WaitForEndAsync() => client.WaitForChannelClosedAsync();

        public ValueTask DisposeAsync() => client.DisposeAsync();
    }
}
