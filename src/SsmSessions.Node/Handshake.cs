using System.Text.Json;
using SsmSessions.Channel;
using SsmSessions.Channel.Payloads;
using SsmSessions.Core.Documents;
using SsmSessions.Node.Plans;

namespace SsmSessions.Node;

/// <summary>The agent's part of the handshake, which is always offered (spec/ssm-data-channel.md §8).</summary>
internal sealed class Handshake(NodeSession session, TimeProvider realTime)
{
    private static readonly TimeSpan ResponseTimeout = TimeSpan.FromSeconds(15);

    private readonly Lock _lock = new();
    private ITimer? _timer;
    private bool _ended;
    private long _begun;

    /// <summary>Asks the client; the session fails when it does not answer in time.</summary>
    public void Begin()
    {
        _begun = realTime.GetTimestamp();
        lock (_lock)
        {
            if (!_ended)
                _timer = realTime.CreateTimer(static handshake => ((Handshake)handshake!).OnTimeout(), this, ResponseTimeout, Timeout.InfiniteTimeSpan);
        }

        var plan = session.Plan;
        var action = RequestedClientAction.ForSessionType(plan.Type.Name(), plan.Type == SessionType.Port ? Properties(plan) : null);
        var request = new HandshakeRequest(session.Options.AgentVersion, [action]).ToPayload();

        // The first message of all: there is room for it.
        _ = session.Channel.SendAsync(PayloadType.HandshakeRequest, request, CancellationToken.None).AsTask();
    }

    /// <summary>The client's time does not run while its gateway says that it is not there.</summary>
    public void WatchPublication(ReadOnlySpan<byte> frame)
    {
        if (!AgentMessage.TryRead(frame, ChannelRole.Agent, out var message))
            return;
        lock (_lock)
        {
            if (message.Type == MessageType.PausePublication)
                _timer?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            else if (message.Type == MessageType.StartPublication)
                _timer?.Change(ResponseTimeout, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>The client has answered, or need not answer any more.</summary>
    public void End()
    {
        lock (_lock)
        {
            _ended = true;
            _timer?.Dispose();
            _timer = null;
        }
    }

    /// <summary>The payload of HandshakeComplete.</summary>
    public byte[] Completed(string customerMessage) =>
        new HandshakeComplete((long)realTime.GetElapsedTime(_begun).TotalNanoseconds, customerMessage).ToPayload();

    /// <summary>The version of a client that did what it was asked.</summary>
    /// <exception cref="SessionFailedException">It did not.</exception>
    public static ClientVersion ReadResponse(ReadOnlySpan<byte> payload)
    {
        var response = HandshakeResponse.Read(payload) ?? throw Failed("Unmarshalling of HandshakeResponse message failed.");
        foreach (var action in response.ProcessedClientActions ?? [])
        {
            if (action.ActionStatus != ProcessedClientAction.Success)
                throw Failed(FormattableString.Invariant($"{action.ActionType} failed on client with status {action.ActionStatus} error: {action.Error}"));
        }

        return ClientVersion.Parse(response.ClientVersion);
    }

    /// <summary>The failure, as the agent words it.</summary>
    public static SessionFailedException Failed(string reason) => new("Encountered error while initiating handshake. " + reason);

    private void OnTimeout() =>
        session.Fail(Failed("Handshake timed out. Please ensure that you have the latest version of the session manager plugin."));

    /// <summary>The properties that the client gets to see: those that are texts, as it reads no others.</summary>
    private Dictionary<string, string> Properties(SessionPlan plan)
    {
        var properties = new Dictionary<string, string>(StringComparer.Ordinal);
        using var document = JsonDocument.Parse(plan.PropertiesJson ?? "{}");
        foreach (var property in document.RootElement.EnumerateObject())
        {
            if (property.Value.ValueKind == JsonValueKind.String)
                properties[property.Name] = session.Parameters.Text(property.Value.GetString()!);
        }

        return properties;
    }
}
