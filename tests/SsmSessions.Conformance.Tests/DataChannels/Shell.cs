using System.Globalization;
using SsmSessions.Testing;
using SsmSessions.Testing.DataChannels;

namespace SsmSessions.Conformance.Tests.DataChannels;

/// <summary>A shell on a host, through the client of these tests.</summary>
internal sealed class Shell : IAsyncDisposable
{
    private Shell(StartedChannel session, DataChannelClient client, int process)
    {
        Session = session;
        Client = client;
        Process = process;
    }

    public StartedChannel Session { get; }

    public DataChannelClient Client { get; }

    /// <summary>The id of its process, which leads a session.</summary>
    public int Process { get; }

    /// <summary>Starts a session at a host and opens it, maybe through the door of another one.</summary>
    public static async Task<Shell> OpenAsync(
        ServiceProcess host, ServiceProcess? door = null, string target = SessionRequest.Target, DataChannelClientOptions? options = null)
    {
        using var api = new ApiClient(host.Url);
        var (status, body) = await api.CallAsync("StartSession", $$"""{"Target":"{{target}}"}""");
        var session = StartedChannel.Read(status, body);
        var client = await DataChannelClient.ConnectAsync(
            Through(door ?? host, session.StreamUrl), session.Token, options ?? new DataChannelClientOptions { Deadline = TimeSpan.FromMinutes(2) });
        await client.WaitUntilReadyAsync();
        await client.SendInputAsync("echo pro''cess=$$ e''nd\r");
        await client.ReadUntilAsync("process=");
        var process = (await client.ReadUntilAsync(" end"))[..^" end".Length];
        return new Shell(session, client, int.Parse(process, CultureInfo.InvariantCulture));
    }

    /// <summary>The same address at another host.</summary>
    public static Uri Through(ServiceProcess door, Uri streamUrl) => new UriBuilder(streamUrl) { Port = door.Url.Port }.Uri;

    /// <summary>Waits until a host lists the session with a status.</summary>
    public async Task WaitForStatusAsync(ServiceProcess host, string status, TimeSpan within)
    {
        using var api = new ApiClient(host.Url);
        var state = status == "Terminated" ? "History" : "Active";
        await Eventually.IsTrueAsync(
            async () =>
            {
                var (_, body) = await api.CallAsync(
                    "DescribeSessions", $$"""{"State":"{{state}}","Filters":[{"key":"SessionId","value":"{{Session.Id}}"}]}""");
                return body.Contains($"\"Status\":\"{status}\"", StringComparison.Ordinal);
            },
            within);
    }

    public ValueTask DisposeAsync() => Client.DisposeAsync();
}
