using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SsmSessions.Core.Faults;
using SsmSessions.Core.Leases;
using SsmSessions.Core.Store;
using SsmSessions.Server.Consul.Go;
using SsmSessions.Server.Hosting;
using SsmSessions.Server.Hosting.Faults;

namespace SsmSessions.Server.Consul;

/// <summary>
/// Everything under <c>/v1/</c> that no other front end answers. The order of checks can be seen by clients: who gets in, the path (printable,
/// clean, known), the query, the method, and then the endpoint's own (spec/consul-sessions.md §1, §3.4).
/// </summary>
internal sealed class ConsulEndpoint(ConsulAccess access, CallFaults faults, IOptions<SsmSessionsOptions> options, ILogger<ConsulEndpoint> log)
{
    private readonly ConsulTokens? _tokens = options.Value.ConsulTokens;

    public async Task HandleAsync(HttpContext http, ConsulRoutes routes)
    {
        if (!access.Allows(http))
        {
            await SendAsync(http, ConsulAnswer.Text(403, "Permission denied"));
            return;
        }

        var (rawPath, rawQuery) = TargetOf(http);
        // Nor could a control character stand in a Location.
        if (rawPath.Any(char.IsControl) || rawQuery.Any(char.IsControl) || !GoUrl.TryUnescape(rawPath, plusIsSpace: false, out var bytes))
            await SendAsync(http, ConsulAnswer.Text(400, "400 Bad Request"));
        else if (GoUrl.TextOf(bytes) is not { } path || !path.EnumerateRunes().All(GoText.IsPrintable))
            await SendAsync(http, new ConsulAnswer(400));
        else if (routes.LacksSlash(GoUrl.Clean(path)))
            await RedirectAsync(http, GoUrl.Clean(path) + "/", rawQuery);
        else if (GoUrl.Clean(path) != path)
            await RedirectAsync(http, GoUrl.Clean(path), rawQuery);
        else if (routes.Find(path) is { } route)
            await ServeAsync(http, route, path[route.Path.Length..], rawQuery);
        else
            await SendAsync(http, ConsulAnswer.NotFound);
    }

    private async Task ServeAsync(HttpContext http, ConsulRoute route, string name, string rawQuery)
    {
        http.Response.Headers.Vary = "Accept-Encoding";
        http.Response.Headers["X-Consul-Default-Acl-Policy"] = _tokens is null ? "allow" : "deny";
        if (!ConsulQuery.TryParse(rawQuery, out var query))
        {
            await SendAsync(http, new ConsulAnswer(500));
            return;
        }

        if (HttpMethods.IsOptions(http.Request.Method))
        {
            http.Response.Headers.Allow = route.Allow;
            await SendAsync(http, ConsulAnswer.Empty);
            return;
        }

        if (!route.Methods.Contains(http.Request.Method))
        {
            http.Response.Headers.Allow = route.Allow;
            await SendAsync(http, ConsulAnswer.Text(405, $"method {http.Request.Method} not allowed"));
            return;
        }

        try
        {
            var answer = await AnswerAsync(route, new ConsulRequest(http, name, query, _tokens));
            await answer.SendAsync(http, query.Has("pretty"));
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody is left to be answered.
        }
    }

    /// <summary>The one place where a failure becomes an answer.</summary>
    private async Task<ConsulAnswer> AnswerAsync(ConsulRoute route, ConsulRequest request)
    {
        try
        {
            if (faults.AreAny)
                await faults.MeetAsync(request.Http, SiteOf(route, request));
            return await route.Serve(request);
        }
        catch (ConsulException failure)
        {
            return ConsulAnswer.Text(failure.Status, failure.Message).With(failure.Headers);
        }
        catch (InjectedFailureException injected)
        {
            var failure = ConsulException.Of(injected.Rule);
            return ConsulAnswer.Text(failure.Status, failure.Message);
        }
        catch (StoreUnavailableException)
        {
            var failure = ConsulException.NoLeader();
            return ConsulAnswer.Text(failure.Status, failure.Message);
        }
        catch (Exception broken) when (BrokenRequests.StatusOf(broken) is { } status)
        {
            return ConsulAnswer.Text(status, "");
        }
        catch (Exception failure) when (!request.Aborted.IsCancellationRequested)
        {
            log.ConsulCallFailed(request.Method, route.Path, failure);
            return ConsulAnswer.Text(500, "internal error");
        }
    }

    private static FaultSite SiteOf(ConsulRoute route, ConsulRequest request)
    {
        var action = route.Path["/v1/".Length..].TrimEnd('/');
        return new FaultSite(FrontEnd.Consul) { Action = action, Session = action.StartsWith("session/", StringComparison.Ordinal) ? request.Name : null }
            .In(LeaseRegistry.Tenant);
    }

    private static Task RedirectAsync(HttpContext http, string path, string rawQuery)
    {
        var location = GoUrl.EscapePath(path) + (rawQuery.Length > 0 ? "?" + rawQuery : "");
        http.Response.Headers.Location = location;
        if (!HttpMethods.IsGet(http.Request.Method) && http.Request.Method != HttpMethods.Head)
            return SendAsync(http, new ConsulAnswer(301));
        var body = http.Request.Method == HttpMethods.Head ? "" : $"<a href=\"{WebUtility.HtmlEncode(location)}\">Moved Permanently</a>.\n\n";
        return SendAsync(http, new ConsulAnswer(301) { ContentType = "text/html; charset=utf-8", Body = Encoding.UTF8.GetBytes(body) });
    }

    private static Task SendAsync(HttpContext http, ConsulAnswer answer) => answer.SendAsync(http, pretty: false);

    /// <summary>Path and query as they were sent: the server has decoded the one of the request, and taken dots and slashes out of it.</summary>
    private static (string Path, string Query) TargetOf(HttpContext http)
    {
        var target = http.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "";
        if (!target.StartsWith('/'))
        {
            // The absolute form, for proxies.
            var authority = target.IndexOf("://", StringComparison.Ordinal);
            var start = authority < 0 ? -1 : target.IndexOf('/', authority + 3);
            target = start < 0 ? http.Request.Path.ToUriComponent() + http.Request.QueryString : target[start..];
        }

        var question = target.IndexOf('?', StringComparison.Ordinal);
        return question < 0 ? (target, "") : (target[..question], target[(question + 1)..]);
    }
}
