using Microsoft.Extensions.Logging;
using SsmSessions.Core.Faults;
using SsmSessions.Core.Hosts;
using SsmSessions.Core.Sessions;
using SsmSessions.Server.Hosting;

namespace SsmSessions.Server.MessageGateway;

/// <summary>What all data channels of this host share.</summary>
internal sealed class DataChannelServices(
    SessionChannels channels,
    CarriedSessions carried,
    HostedNodes nodes,
    HostMembership host,
    FaultRules faults,
    TimeProvider time,
    RealTime realTime,
    ILogger<DataChannel> log)
{
    public SessionChannels Channels => channels;

    public CarriedSessions Carried => carried;

    public HostedNodes Nodes => nodes;

    public FaultRules Faults => faults;

    public string HostName => host.Name;

    public string HostRun => host.RunId;

    /// <summary>The service's clock.</summary>
    public TimeProvider Time => time;

    public TimeProvider RealTime => realTime.Clock;

    public ILogger Log => log;
}
