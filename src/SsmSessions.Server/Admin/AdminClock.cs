using Microsoft.AspNetCore.Http;
using SsmSessions.Core;

namespace SsmSessions.Server.Admin;

/// <summary>The service's clock, which can be moved when it was started with <c>--fake-clock</c>.</summary>
internal sealed class AdminClock(TimeProvider time)
{
    public Task ShowAsync(HttpContext http) => AdminJson.WriteAsync(
        http,
        new AdminClockState(
            time.GetUtcNow(), time is AdjustableTimeProvider, time is AdjustableTimeProvider clock ? clock.Offset.TotalSeconds : 0),
        AdminJsonContext.Default.AdminClockState);

    public async Task MoveAsync(HttpContext http)
    {
        var move = await AdminJson.ReadAsync(http, AdminJsonContext.Default.AdminClockMove);
        if (time is not AdjustableTimeProvider clock)
            throw new AdminRequestException("The clock cannot be moved: start with --fake-clock.");
        try
        {
            clock.Offset += move switch
            {
                { AdvanceSeconds: { } seconds, Now: null } => TimeSpan.FromSeconds(seconds),
                { AdvanceSeconds: null, Now: { } now } => now - clock.GetUtcNow(),
                _ => throw new AdminRequestException("Give either advanceSeconds or now."),
            };
        }
        catch (Exception far) when (far is ArgumentException or OverflowException)
        {
            throw new AdminRequestException("The clock does not move that far.");
        }

        await ShowAsync(http);
    }
}
