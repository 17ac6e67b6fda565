using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SsmSessions.Core.Faults;
using SsmSessions.Core.Sessions;
using SsmSessions.Core.Store;
using SsmSessions.Server.Hosting.Faults;

namespace SsmSessions.Server.Doris;

/// <summary><c>GET /rest/v1/session</c>: what this host carries; <c>/all</c>: what every live host carries. Sessions of the caller's account, in
/// every region.</summary>
internal sealed class DorisEndpoint(
    DorisLogin login, LiveSessions live, CallFaults faults, IOptions<SsmSessionsOptions> options, TimeProvider time, ILogger<DorisEndpoint> log)
{
    /// <summary>The real server counts the members of <c>data</c> here, which are two.</summary>
    private const int CountOfOwn = 2;

    public async Task HandleAsync(HttpContext http, bool all)
    {
        if (HttpMethods.IsOptions(http.Request.Method))
        {
            http.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        var answer = await AnswerAsync(http, all);
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = answer.Length;
        if (http.Request.Method != HttpMethods.Head)
            await http.Response.Body.WriteAsync(answer, http.RequestAborted);
    }

    private async Task<ReadOnlyMemory<byte>> AnswerAsync(HttpContext http, bool all)
    {
        if (!HttpMethods.IsGet(http.Request.Method) && http.Request.Method != HttpMethods.Head)
            return DorisAnswer.InternalError($"Request method '{http.Request.Method}' not supported");
        try
        {
            var account = login.CallerOf(http).Tenant.Account;
            if (faults.AreAny)
                await faults.MeetAsync(http, new FaultSite(FrontEnd.Doris) { Action = all ? "session/all" : "session", Account = account });
            var form = options.Value.DorisColumns;
            var sessions = all ? await live.AllAsync(account, http.RequestAborted) : await live.HereAsync(account, http.RequestAborted);
            var now = time.GetUtcNow();
            DorisRow[] rows = [.. sessions.Select(session => new DorisRow(session, form, now))];
            return DorisAnswer.Table(DorisColumns.Of(form, all), rows, all ? rows.Length : CountOfOwn);
        }
        catch (DorisLoginException refused)
        {
            return refused.IsInternalError ? DorisAnswer.InternalError(refused.Message) : DorisAnswer.Unauthorized(refused.Message);
        }
        catch (InjectedFailureException injected)
        {
            return DorisAnswer.InternalError(injected.Rule.Message ?? injected.Rule.Error ?? "An internal error occurred.");
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            log.SessionsNotRead(failure);
            return DorisAnswer.InternalError(failure is StoreUnavailableException ? "The store does not answer." : "An internal error occurred.");
        }
    }
}
