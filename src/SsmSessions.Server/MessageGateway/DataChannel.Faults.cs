using System.Net.WebSockets;
using SsmSessions.Core.Faults;

namespace SsmSessions.Server.MessageGateway;

/// <content>Faults on demand: every message of client and node comes by here once there was a rule, and no message before.</content>
internal sealed partial class DataChannel
{
    private ChannelFaults? _faults;

    private bool MeetsFaults => services.Faults.AreAny || _faults is not null;

    private ChannelFaults Faults => LazyInitializer.EnsureInitialized(
        ref _faults,
        () => new ChannelFaults(
            new FaultSite(FrontEnd.MessageGateway) { Session = SessionId, Target = Target }.In(Tenant), services, ToClientAsync, ToNodeAsync, _ended.Token));

    /// <summary>What a rule that was just set does to the client that is there.</summary>
    public async Task MeetAsync(Fault fault)
    {
        if (_client is not null && await Faults.EndOfConnectionAsync(fault, _ended.Token) is { } rule && _client is { } client)
            await EndConnectionAsync(client, rule);
    }

    /// <summary>A message where there are rules.</summary>
    private async ValueTask PassAsync(FaultDirection direction, ReadOnlyMemory<byte> frame, CancellationToken cancellationToken)
    {
        if (_client is not null && await Faults.EndOfConnectionAsync(cancellationToken) is { } rule && _client is { } client)
            await EndConnectionAsync(client, rule);
        await Faults.PassAsync(direction, frame, cancellationToken);
    }

    /// <summary>Takes the client's connection away, as a network would.</summary>
    private async Task EndConnectionAsync(ClientSocket client, FaultRule rule)
    {
        Forget(client);
        if (rule.CloseCode is { } code)
            await client.CloseAsync((WebSocketCloseStatus)code);
        else
            client.Abort();
    }
}
