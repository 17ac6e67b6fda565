using SsmSessions.Node.Plans;

namespace SsmSessions.Node.Ports;

/// <summary>The three kinds of port sessions (spec/ssm-data-channel.md §10).</summary>
internal static class PortRunners
{
    /// <summary>The one that suits document and client.</summary>
    /// <exception cref="SessionFailedException">The document's properties are not usable.</exception>
    public static ISessionRunner Create(NodeSession session, ClientVersion? client)
    {
        var target = PortProperties.Parse(session.Plan.PropertiesJson, session.Parameters);
        var dialer = new TargetDialer(target, session.RealTime);
        return target.IsForwarding && session.Multiplexes(client!)
            ? new TargetStreamsRunner(session, client!, dialer)
            : new TargetRunner(session, dialer, target.IsForwarding);
    }
}
