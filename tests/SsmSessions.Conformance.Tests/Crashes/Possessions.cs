using SsmSessions.Conformance.Tests.Consul;
using SsmSessions.Testing;
using SsmSessions.Testing.DataChannels;

namespace SsmSessions.Conformance.Tests.Crashes;

/// <summary>What clients have of a host when it fails: an open session, and a lock by a lease that they renew there.</summary>
internal sealed class Possessions : IAsyncDisposable
{
    private Possessions(string session, DataChannelClient channel, string lease, string key)
    {
        Session = session;
        Channel = channel;
        Lease = lease;
        Key = key;
    }

    /// <summary>The session.</summary>
    public string Session { get; }

    /// <summary>Its data channel.</summary>
    public DataChannelClient Channel { get; }

    /// <summary>The session of Consul that holds the key.</summary>
    public string Lease { get; }

    /// <summary>The key.</summary>
    public string Key { get; }

    public static async Task<Possessions> TakeAsync(ServiceProcess host, string node)
    {
        using var api = new ApiClient(host.Url);
        var (status, body) = await api.CallAsync("StartSession", $$"""{"Target":"{{node}}"}""");
        var session = StartedChannel.Read(status, body);
        var channel = await DataChannelClient.ConnectAsync(
            session.StreamUrl, session.Token, new DataChannelClientOptions { Deadline = TimeSpan.FromMinutes(2) });
        await channel.WaitUntilReadyAsync();
        using var consul = new ConsulClient(host.Url);
        var lease = await consul.CreateSessionAsync("""{"LockDelay":0,"TTL":"1s","Checks":[]}""");
        var key = $"crash/{Guid.NewGuid():N}";
        Assert.True(await consul.WriteAsync(key, "acquire=" + lease, "had"));
        return new Possessions(session.Id, channel, lease, key);
    }

    public ValueTask DisposeAsync() => Channel.DisposeAsync();
}
