using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace SsmSessions.Server.Hosting;

/// <summary>
/// <c>POST /_ssm-sessions/sweep</c>: a round of housekeeping where no process lives long enough to do it by itself. The schedule of
/// template.yaml calls it; the HTTP API in front of the function has no route to it.
/// </summary>
internal static class SweepEndpoint
{
    public static void MapSweep(this IEndpointRouteBuilder app)
    {
        var housekeeping = app.ServiceProvider.GetRequiredService<Housekeeping>();
        app.MapMethods("/_ssm-sessions/sweep", ["POST"], (RequestDelegate)(async http =>
        {
            await housekeeping.SweepAsync(http.RequestAborted);
            await housekeeping.BuryAsync(http.RequestAborted);
            http.Response.StatusCode = StatusCodes.Status204NoContent;
        }));
    }
}
