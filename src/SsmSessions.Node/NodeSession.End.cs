using SsmSessions.Channel;
using SsmSessions.Channel.Payloads;
using SsmSessions.Core.Documents;
using SsmSessions.Node.Plans;

namespace SsmSessions.Node;

/// <content>How a session ends: by what it runs, by a failure, by the client, by the service.</content>
internal sealed partial class NodeSession
{
    private static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(2);

    private readonly TaskCompletionSource<SessionOutcome> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _ending = Task.CompletedTask;

    public Task<SessionOutcome> Completion => _completion.Task;

    /// <summary>What runs has come to its ordinary end, all of its output sent.</summary>
    public void Complete() => End(SessionOutcome.Success, drains: true, announces: Plan.Type != SessionType.Port);

    /// <summary>The session has failed. Its user is told the reason if it was meant for him.</summary>
    public void Fail(Exception failure)
    {
        if (_phase == Phase.Ended)
            return;
        var isExpected = failure is SessionFailedException;
        if (!isExpected)
            Options.UnexpectedFailure?.Invoke(Plan.SessionId, failure);
        End(
            SessionOutcome.Failed(isExpected ? failure.Message : "The session failed unexpectedly."),
            drains: _phase != Phase.Handshake,
            announces: false);
    }

    public async ValueTask DisposeAsync()
    {
        End(SessionOutcome.Success, drains: false, announces: false);
        await Channel.DisposeAsync();
        await _ending;
    }

    private void End(SessionOutcome outcome, bool drains, bool announces)
    {
        lock (_lock)
        {
            if (_phase == Phase.Ended)
                return;
            _phase = Phase.Ended;
            _early = null;
            _ending = Task.Run(() => EndAsync(outcome, drains, announces));
        }

        _handshake?.End();
    }

    private async Task EndAsync(SessionOutcome outcome, bool drains, bool announces)
    {
        var released = ReleaseAsync();
        try
        {
            if (drains)
                await DrainAsync();
            if (announces)
                Announce(AgentSessionState.Terminating);
        }
        catch (ObjectDisposedException)
        {
            // Whoever disposed the session does not wait for its end.
        }

        _completion.TrySetResult(outcome);
        await released;
    }

    private async Task ReleaseAsync()
    {
        try
        {
            await (_opened?.Task ?? Task.CompletedTask);
            if (_runner is not null)
                await _runner.DisposeAsync();
        }
        catch (Exception failure)
        {
            Options.UnexpectedFailure?.Invoke(Plan.SessionId, failure);
        }
    }

    private async Task DrainAsync()
    {
        using var timeout = new CancellationTokenSource(DrainTimeout, RealTime);
        try
        {
            await Channel.DrainAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            // The client is gone, or too slow: the session is over all the same.
        }
    }

    private void Announce(string state) =>
        Channel.SendServiceMessage(MessageType.AgentSessionState, new AgentSessionState(1, state, Plan.SessionId).ToPayload());
}
