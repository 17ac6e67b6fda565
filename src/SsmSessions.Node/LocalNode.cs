using SsmSessions.Channel;
using SsmSessions.Core.Documents;
using SsmSessions.Node.Commands;
using SsmSessions.Node.Plans;
using SsmSessions.Node.Ports;
using SsmSessions.Node.Shells;

namespace SsmSessions.Node;

/// <summary>The node that is this machine: shells, commands and ports of it, as the user that this process runs as, or as another where
/// the preferences ask for one and this process may.</summary>
/// <remarks>Shells and commands need Linux; ports work everywhere.</remarks>
/// <param name="options">How it behaves.</param>
/// <param name="realTime">A clock that no test moves under a running host.</param>
public sealed class LocalNode(NodeOptions options, TimeProvider realTime) : INode
{
    /// <inheritdoc/>
    public INodeSession Open(SessionPlan plan, IFrameSink gateway) => new NodeSession(plan, options, gateway, realTime, CreateRunner);

    private ISessionRunner CreateRunner(NodeSession session, ClientVersion? client)
    {
        var plan = session.Plan;
        switch (plan.Type)
        {
            case SessionType.StandardStream:
                return new TerminalRunner(session, options, command: null);
            case SessionType.InteractiveCommands:
                return new TerminalRunner(session, options, CommandProperties.Parse(plan.PropertiesJson, session.Parameters, plan.Type.Name()));
            case SessionType.NonInteractiveCommands:
                var command = CommandProperties.Parse(plan.PropertiesJson, session.Parameters, plan.Type.Name());
                return command.SeparateOutput
                    ? new SeparateOutputRunner(session, options, command, client)
                    : new CollectedOutputRunner(session, options, command);
            default:
                return PortRunners.Create(session, client);
        }
    }
}
