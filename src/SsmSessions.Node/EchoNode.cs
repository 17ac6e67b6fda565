using SsmSessions.Channel;
using SsmSessions.Core.Documents;
using SsmSessions.Node.Echo;
using SsmSessions.Node.Plans;

namespace SsmSessions.Node;

/// <summary>A node that says back what it is told, always in the same way, and starts no process: for tests and for measuring.</summary>
/// <param name="options">How it behaves.</param>
/// <param name="realTime">A clock that no test moves under a running host.</param>
public sealed class EchoNode(NodeOptions options, TimeProvider realTime) : INode
{
    /// <inheritdoc/>
    public INodeSession Open(SessionPlan plan, IFrameSink gateway) => new NodeSession(plan, options, gateway, realTime, CreateRunner);

    private static ISessionRunner CreateRunner(NodeSession session, ClientVersion? client)
    {
        var plan = session.Plan;
        switch (plan.Type)
        {
            case SessionType.StandardStream:
                return new EchoShellRunner(session, greeting: "");
            case SessionType.InteractiveCommands:
                return new EchoShellRunner(session, CommandProperties.Parse(plan.PropertiesJson, session.Parameters, plan.Type.Name()).Script + "\r\n");
            case SessionType.NonInteractiveCommands:
                return new EchoCommandRunner(session, CommandProperties.Parse(plan.PropertiesJson, session.Parameters, plan.Type.Name()));
            default:
                return PortProperties.Parse(plan.PropertiesJson, session.Parameters).IsForwarding && session.Multiplexes(client!)
                    ? new EchoStreamsRunner(session, client!)
                    : new EchoPortRunner(session);
        }
    }
}
