using SsmSessions.Core.Faults;

namespace SsmSessions.Server.MessageGateway;

/// <summary>The one seam at which a data channel's messages meet the rules. Made when there is a rule for the first time, and there from then on, so
/// that what it holds keeps its order.</summary>
internal sealed class ChannelFaults
{
    private readonly FaultSite _site;
    private readonly FaultRules _rules;
    private readonly FaultyLink _toClient;
    private readonly FaultyLink _toNode;

    /// <param name="site">The channel.</param>
    /// <param name="services">What all channels share.</param>
    /// <param name="toClient">Hands a message to the client.</param>
    /// <param name="toNode">Hands a message to the node.</param>
    /// <param name="ended">The channel has ended.</param>
    public ChannelFaults(
        FaultSite site,
        DataChannelServices services,
        Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> toClient,
        Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> toNode,
        CancellationToken ended)
    {
        _site = site;
        _rules = services.Faults;
        _toClient = new FaultyLink(site with { Direction = FaultDirection.ToClient }, services, toClient, ended);
        _toNode = new FaultyLink(site with { Direction = FaultDirection.ToNode }, services, toNode, ended);
    }

    /// <summary>A message on its way, whatever becomes of it.</summary>
    public ValueTask PassAsync(FaultDirection direction, ReadOnlyMemory<byte> frame, CancellationToken cancellationToken) =>
        (direction == FaultDirection.ToClient ? _toClient : _toNode).PassAsync(frame, cancellationToken);

    /// <summary>The rule by which the client's connection is to end now that a message passes; null for none.</summary>
    public ValueTask<FaultRule?> EndOfConnectionAsync(CancellationToken cancellationToken) =>
        _rules.TakeAsync(static effect => effect.EndsConnection(), _site, cancellationToken);

    /// <summary>The same at the moment at which a rule is set.</summary>
    public async ValueTask<FaultRule?> EndOfConnectionAsync(Fault fault, CancellationToken cancellationToken) =>
        fault.Rule.Effect!.Value.EndsConnection() && fault.Rule.Skip is null or 0 && await _rules.TakeAsync(fault, _site, cancellationToken) ? fault.Rule : null;
}
