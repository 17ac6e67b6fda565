using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.Extensions.Logging;

namespace SsmSessions.Server.Hosting.Tls;

/// <summary>Serves HTTP, TLS and clients that want a proxy on the same port, by what they begin with.</summary>
/// <param name="tls">TLS, and HTTP within it.</param>
/// <param name="http">HTTP as it is.</param>
/// <param name="patience">How long a client may be silent at first.</param>
/// <param name="servesAws">Whether tunnels lead anywhere.</param>
/// <param name="clock">The clock of time limits.</param>
/// <param name="log">Where refused tunnels are told.</param>
internal sealed class OnePort(ConnectionDelegate tls, ConnectionDelegate http, TimeSpan patience, bool servesAws, TimeProvider clock, ILogger<OnePort> log)
{
    /// <summary>How long the head of a CONNECT may take to come.</summary>
    public static readonly TimeSpan HeadPatience = TimeSpan.FromSeconds(10);

    /// <summary>Timers take no longer time.</summary>
    private static readonly TimeSpan LongestPatience = TimeSpan.FromDays(1);

    public async Task OnConnectionAsync(ConnectionContext connection)
    {
        switch (await OpeningOfAsync(connection))
        {
            case Opening.Tls:
                await tls(connection);
                break;
            case Opening.Http:
                await http(connection);
                break;
        }
    }

    /// <summary>Tls or Http, or Nothing for a connection that is done with.</summary>
    private async Task<Opening> OpeningOfAsync(ConnectionContext connection)
    {
        var stopping = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? CancellationToken.None;
        try
        {
            var opening = await WithinAsync(patience, token => FirstBytes.PeekAsync(connection.Transport.Input, token), stopping);
            if (opening != Opening.Connect)
                return opening;
            return await WithinAsync(HeadPatience, token => Tunnel.OpenAsync(connection, servesAws, log, token), stopping)
                ? Opening.Tls
                : Opening.Nothing;
        }
        catch (Exception over) when (over is OperationCanceledException or IOException)
        {
            return Opening.Nothing;
        }
    }

    private async Task<T> WithinAsync<T>(TimeSpan limit, Func<CancellationToken, Task<T>> work, CancellationToken stopping)
    {
        using var late = new CancellationTokenSource(limit < LongestPatience ? limit : LongestPatience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, stopping);
        return await work(either.Token);
    }
}
