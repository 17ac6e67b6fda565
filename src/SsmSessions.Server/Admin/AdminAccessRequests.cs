using Microsoft.AspNetCore.Http;
using SsmSessions.Core;
using SsmSessions.Core.Access;

namespace SsmSessions.Server.Admin;

/// <summary>The word that a request for just-in-time access waits for with <c>--just-in-time manual</c>.</summary>
internal sealed class AdminAccessRequests(AccessRequests requests)
{
    private static readonly string[] Decisions =
        [nameof(AccessRequestStatus.Approved), nameof(AccessRequestStatus.Rejected), nameof(AccessRequestStatus.Revoked)];

    public async Task DecideAsync(HttpContext http)
    {
        var id = (string)http.Request.RouteValues["id"]!;
        var word = await AdminJson.ReadAsync(http, AdminJsonContext.Default.AdminDecision);
        if (!Decisions.Contains(word.Status, StringComparer.Ordinal))
            throw new AdminRequestException($"status is one of {string.Join(", ", Decisions)}.");
        try
        {
            var decided = await requests.DecideAsync(
                AdminNodes.TenantOf(word.Account, word.Region), id, Enum.Parse<AccessRequestStatus>(word.Status!), http.RequestAborted);
            await AdminJson.WriteAsync(
                http,
                new AdminAccessRequest(decided.Id, decided.Decision.ToString(), decided.RequesterArn, decided.Targets, decided.Reason),
                AdminJsonContext.Default.AdminAccessRequest);
        }
        catch (RefusedException refused)
        {
            throw new AdminRequestException(refused.Message);
        }
    }
}

internal sealed record AdminDecision(string? Status, string? Account = null, string? Region = null);

internal sealed record AdminAccessRequest(
    string AccessRequestId, string Status, string Requester, IReadOnlyList<string> Targets, string Reason);
