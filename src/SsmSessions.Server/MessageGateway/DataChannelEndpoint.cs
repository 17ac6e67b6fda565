using System.Net.Sockets;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SsmSessions.Channel.Payloads;
using SsmSessions.Core.Faults;
using SsmSessions.Core.Identity;
using SsmSessions.Core.Sessions;
using SsmSessions.Server.Hosting;
using SsmSessions.Server.Hosting.Faults;

namespace SsmSessions.Server.MessageGateway;

/// <summary>
/// <c>GET /v1/data-channel/{id}</c>: where a websocket enters and leaves. Signature, session, the host that carries it, the message with the
/// token, the channel. Whoever is refused is let in first and told why: clients print a <c>channel_closed</c> and leave, and hang on a
/// refused upgrade (spec/ssm-data-channel.md §2.6).
/// </summary>
internal sealed class DataChannelEndpoint(
    SessionChannels sessions,
    DataChannels channels,
    PeerRelay peers,
    RequestAuthenticator authenticator,
    FaultRules faults,
    CallFaults callFaults,
    RealTime realTime,
    IOptions<SsmSessionsOptions> options,
    ILogger<DataChannelEndpoint> log)
{
    private const string SigningName = "ssmmessages";
    private const int LongestId = 96;
    private const int LongestOpening = 8 * 1024;
    private static readonly TimeSpan OpenWithin = TimeSpan.FromSeconds(10);

    public async Task ServeAsync(HttpContext http)
    {
        var sessionId = (string)http.Request.RouteValues["id"]!;
        if (!http.WebSockets.IsWebSocketRequest || sessionId.Length > LongestId)
        {
            http.Response.StatusCode = StatusCodes.Status400BadRequest;
            await http.Response.WriteAsync("A data channel is opened by a websocket.\n");
            return;
        }

        var isPeer = peers.IsPeer(http.Request, sessionId);
        if (callFaults.AreAny && !isPeer && !await TryMeetFaultsAsync(http, sessionId))
            return;
        KeepAlive(http);
        using var socket = await http.WebSockets.AcceptWebSocketAsync();
        var client = new ClientSocket(socket, realTime.Clock);
        try
        {
            // A channel may be idle for hours: what is awaited meanwhile is kept short, as each step holds memory.
            var (channel, refusal) = await AdmitAsync(http, socket, client, sessionId, isPeer);
            if (channel is not null)
                refusal = await channel.ServeAsync(client);
            if (refusal is null)
                return;
            log.ChannelRefused(LogText.Printable(sessionId, LongestId), refusal.Output);
            await client.CloseAsync(ServiceMessages.Closed(sessionId, target: "", refusal.Output, realTime.Clock.GetUtcNow()), refusal.Status);
            await client.DrainAsync();
        }
        finally
        {
            client.Abort();
        }
    }

    /// <summary>Lets happen what rules say of a websocket that enters; false when it does not.</summary>
    private async Task<bool> TryMeetFaultsAsync(HttpContext http, string sessionId)
    {
        try
        {
            await callFaults.MeetAsync(http, new FaultSite(FrontEnd.MessageGateway) { Action = "OpenDataChannel", Session = sessionId }, hasAnswer: false);
            return true;
        }
        catch (InjectedFailureException injected)
        {
            http.Response.StatusCode = injected.Rule.Effect switch
            {
                FaultEffect.Throttle => StatusCodes.Status429TooManyRequests,
                FaultEffect.Error => injected.Rule.Status ?? StatusCodes.Status403Forbidden,
                _ => StatusCodes.Status500InternalServerError,
            };
            await http.Response.WriteAsync(injected.Rule.Message ?? "");
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // Cut off, or gone by itself.
        }

        return false;
    }

    /// <summary>A client that is gone without a word is noticed by TCP, not by pings: while the node has no room nobody reads, and a pong
    /// that is not read would count as missing.</summary>
    private static void KeepAlive(HttpContext http)
    {
        if (http.Features.Get<IConnectionSocketFeature>()?.Socket is not { ProtocolType: ProtocolType.Tcp } socket)
            return;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, optionValue: true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 30);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 10);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
    }

    /// <summary>The channel that the client is let in to, or why it is not; neither when another host has served it.</summary>
    private async Task<Admission> AdmitAsync(HttpContext http, WebSocket socket, ClientSocket client, string sessionId, bool isPeer)
    {
        Caller? caller = null;
        if (!isPeer && RequestAuthenticator.IsSigned(new SignedHttpRequest(http, body: default)))
        {
            try
            {
                caller = await authenticator.AuthenticateAsync(new SignedHttpRequest(http, body: default), SigningName, http.RequestAborted);
            }
            catch (AuthenticationFailedException)
            {
                // The exception's text tells the signature that would have been right: neither log nor stranger may see it.
                return ChannelRefusal.BadSignature;
            }
        }

        // To another account a session does not exist, be its token right or wrong.
        if (await sessions.FindAsync(sessionId, http.RequestAborted) is not { } session
            || (caller is not null && options.Value.Credentials is not null && caller.Tenant.Account != session.Tenant.Account))
        {
            return ChannelRefusal.UnknownSession;
        }

        if (!isPeer && await peers.FindAsync(session, http.RequestAborted) is { } peer)
            return new Admission(Channel: null, await peers.RelayAsync(peer, socket, sessionId, http.RequestAborted));
        return await OpenAsync(client, session);
    }

    private async Task<Admission> OpenAsync(ClientSocket client, Session session)
    {
        OpenChannel? open;
        try
        {
            open = await client.ReceiveTextAsync(LongestOpening, OpenWithin) is { } text ? OpenChannel.Read(text.Span) : null;
        }
        catch (TimeoutException)
        {
            return ChannelRefusal.Silence;
        }

        if (open?.ClientInstanceId is not null)
            return ChannelRefusal.NoAgents;
        if (open?.TokenValue is not { } token)
            return ChannelRefusal.NotOpened;
        if (session.State == SessionState.History)
            return ChannelRefusal.Of(JoinRefusal.HasEnded);
        // Strangers get no further than this.
        if (!await sessions.OpensAsync(session.Id, token, CancellationToken.None))
            return ChannelRefusal.Of(JoinRefusal.BadToken);
        if (await IsRefusedByFaultAsync(session))
            return ChannelRefusal.Of(JoinRefusal.BadToken);
        if (channels.Enter(session) is not { } channel)
            return new ChannelRefusal(SessionEndTexts.ServiceStops);
        try
        {
            return await channel.JoinAsync(client, token) is { } refusal ? refusal : new Admission(channel, Refusal: null);
        }
        finally
        {
            channels.Leave(channel);
        }
    }

    /// <summary>A rule says that the token is not good: any, or one that a session was resumed with.</summary>
    private async ValueTask<bool> IsRefusedByFaultAsync(Session session)
    {
        if (!faults.AreAny)
            return false;
        var site = FaultSite.Of(FrontEnd.MessageGateway, session);
        var isResumed = session.HostRun is not null;
        return await faults.TakeAsync(
            effect => effect == FaultEffect.ExpireToken || (isResumed && effect == FaultEffect.RefuseResume), site, CancellationToken.None) is not null;
    }

    private readonly record struct Admission(DataChannel? Channel, ChannelRefusal? Refusal)
    {
        public static implicit operator Admission(ChannelRefusal refusal) => new(Channel: null, refusal);
    }
}
