using SsmSessions.Channel;
using SsmSessions.Testing.DataChannels;

namespace SsmSessions.Conformance.Tests.Soak;

/// <summary>A tunnel of several streams to a port that says back what it is sent.</summary>
internal sealed class TunnelWork(Uri url) : SoakWork(url)
{
    private const int Streams = 3;
    private const int Bytes = 20_000;

    private static readonly DataChannelClientOptions Options = new() { Rules = ChannelRole.Agent, Deadline = TimeSpan.FromSeconds(5) };

    public override async Task DoAsync()
    {
        var session = await CallAsync(
            "StartSession", $$$"""{"Target":"{{{ChannelWork.Echo}}}","DocumentName":"AWS-StartPortForwardingSession","Parameters":{"portNumber":["7"]}}""");
        try
        {
            await using var client = await DataChannelClient.ConnectAsync(
                new Uri(session.GetProperty("StreamUrl").GetString()!), session.GetProperty("TokenValue").GetString(), Options);
            await client.WaitUntilReadyAsync();
            for (var i = 0; i < Streams; i++)
            {
                var stream = await client.OpenStreamAsync();
                var sent = new byte[Bytes];
                new Random(i).NextBytes(sent);
                using var late = new CancellationTokenSource(Options.Deadline);
                try
                {
                    await stream.WriteAsync(sent, late.Token);
                }
                catch (OperationCanceledException)
                {
                    throw new TimeoutException();
                }

                var received = await client.ReadAsync(stream, Bytes);
                if (!received.AsSpan().SequenceEqual(sent))
                    throw new InvalidOperationException("a stream brought other bytes than were sent");
            }
        }
        finally
        {
            await EndAsync(session.GetProperty("SessionId").GetString()!);
        }
    }
}
