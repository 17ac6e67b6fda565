using Microsoft.AspNetCore.Http;
using SsmSessions.Core.Faults;

namespace SsmSessions.Server.Admin;

/// <summary>Faults on demand: rules are set, listed with how often they happened, and removed.</summary>
internal sealed class AdminFaults(FaultRules rules)
{
    public async Task ListAsync(HttpContext http)
    {
        var reports = await rules.ListAsync(http.RequestAborted);
        await AdminJson.WriteAsync(http, new AdminFaultList([.. reports.Select(AdminFault.Of)]), AdminJsonContext.Default.AdminFaultList);
    }

    public async Task AddAsync(HttpContext http)
    {
        var rule = await AdminJson.ReadAsync(http, AdminJsonContext.Default.FaultRule);
        try
        {
            var fault = await rules.AddAsync(rule, http.RequestAborted);
            http.Response.StatusCode = StatusCodes.Status201Created;
            await AdminJson.WriteAsync(http, AdminFault.Of(new FaultReport(fault, Fired: 0, IsOver: false)), AdminJsonContext.Default.AdminFault);
        }
        catch (FaultRefusedException refused)
        {
            throw new AdminRequestException(refused.Message);
        }
    }

    public async Task RemoveAsync(HttpContext http)
    {
        if (await rules.RemoveAsync((string)http.Request.RouteValues["id"]!, http.RequestAborted))
            http.Response.StatusCode = StatusCodes.Status204NoContent;
        else
            await AdminJson.RefuseAsync(http, StatusCodes.Status404NotFound, "There is no such fault.");
    }

    public async Task RemoveAllAsync(HttpContext http)
    {
        await rules.RemoveAllAsync(http.RequestAborted);
        http.Response.StatusCode = StatusCodes.Status204NoContent;
    }
}

internal sealed record AdminFault(string Id, DateTimeOffset Created, long Fired, bool Over, FaultRule Rule)
{
    public static AdminFault Of(FaultReport report) => new(report.Fault.Id, report.Fault.Created, report.Fired, report.IsOver, report.Fault.Rule);
}

internal sealed record AdminFaultList(IReadOnlyList<AdminFault> Faults);
