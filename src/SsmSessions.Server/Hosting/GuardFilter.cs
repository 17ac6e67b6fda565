using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace SsmSessions.Server.Hosting;

/// <summary>Puts what looks at every request before everything else that a host may have in its pipeline, and the upgrade of websockets behind it.</summary>
internal sealed class GuardFilter : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.UseMiddleware<BrokenRequests>();
        app.UseMiddleware<ForeignRequestGuard>();
        app.UseWebSockets();
        next(app);
    };
}
