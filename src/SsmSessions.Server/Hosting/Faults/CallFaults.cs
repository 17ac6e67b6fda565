using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using SsmSessions.Core.Faults;

namespace SsmSessions.Server.Hosting.Faults;

/// <summary>Where a call meets the rules: the front ends ask once a call, when they know what is called and by whom.</summary>
internal sealed class CallFaults(FaultRules rules, RealTime realTime)
{
    /// <summary>How long half an answer is given to go out: a connection that is cut forgets what it has not sent yet.</summary>
    public static readonly TimeSpan HalfGoesOutWithin = TimeSpan.FromMilliseconds(100);

    /// <summary>True while there is any rule: before, nothing needs to be gathered for <see cref="MeetAsync(HttpContext, FaultSite, bool)"/>.</summary>
    public bool AreAny => rules.AreAny;

    /// <summary>Lets happen what the rules say of a call over HTTP.</summary>
    /// <param name="http">The call.</param>
    /// <param name="site">What the rules are asked for.</param>
    /// <param name="hasAnswer">False for a websocket that enters: there is nothing of which half could go out.</param>
    /// <exception cref="InjectedFailureException">The call is to fail.</exception>
    /// <exception cref="OperationCanceledException">The connection is cut.</exception>
    public Task MeetAsync(HttpContext http, FaultSite site, bool hasAnswer = true) => MeetAsync(
        site,
        async () =>
        {
            http.Abort();
            await Task.Delay(Timeout.Infinite, http.RequestAborted);
        },
        !hasAnswer ? null : () => http.Features.Set<IHttpResponseBodyFeature>(
            new StreamResponseBodyFeature(new HalfAnswer(http), http.Features.GetRequiredFeature<IHttpResponseBodyFeature>())),
        http.RequestAborted);

    /// <summary>Lets happen what the rules say of a call.</summary>
    /// <param name="site">The call.</param>
    /// <param name="drop">Cuts its connection, and throws.</param>
    /// <param name="halve">Null for a call without an answer; else makes that only half of the answer goes out before the connection is cut.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="InjectedFailureException">The call is to fail.</exception>
    /// <exception cref="OperationCanceledException">The connection is cut.</exception>
    public async Task MeetAsync(FaultSite site, Func<Task> drop, Action? halve, CancellationToken cancellationToken)
    {
        if (await rules.TakeAsync(static effect => effect == FaultEffect.Latency, site, cancellationToken) is { } latency)
            await Task.Delay(TimeSpan.FromMilliseconds(latency.Milliseconds!.Value), realTime.Clock, cancellationToken);
        var failure = await rules.TakeAsync(static effect => effect.FailsCall() || effect == FaultEffect.DropConnection, site, cancellationToken);
        if (failure?.Effect == FaultEffect.DropConnection)
            await drop();
        else if (failure is not null)
            throw new InjectedFailureException(failure);
        if (halve is not null && await rules.TakeAsync(static effect => effect == FaultEffect.HalfAnswer, site, cancellationToken) is not null)
            halve();
    }
}
