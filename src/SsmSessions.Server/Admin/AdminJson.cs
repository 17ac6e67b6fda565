using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using SsmSessions.Core.Faults;

namespace SsmSessions.Server.Admin;

/// <summary>Bodies of Admin: camelCase JSON, ISO 8601 dates, unknown members refused, <c>{"error":"…"}</c> with status 400.</summary>
internal static class AdminJson
{
    /// <summary>Runs a handler; a request that it refuses becomes an answer.</summary>
    public static async Task HandleAsync(HttpContext http, RequestDelegate handle)
    {
        try
        {
            await handle(http);
        }
        catch (AdminRequestException refused)
        {
            await RefuseAsync(http, StatusCodes.Status400BadRequest, refused.Message);
        }
        catch (JsonException wrong)
        {
            await RefuseAsync(http, StatusCodes.Status400BadRequest, "The body is not what is expected here: " + wrong.Message);
        }
    }

    public static async Task<T> ReadAsync<T>(HttpContext http, JsonTypeInfo<T> type)
        where T : class =>
        await JsonSerializer.DeserializeAsync(http.Request.Body, type, http.RequestAborted)
            ?? throw new AdminRequestException("The body is empty.");

    public static Task WriteAsync<T>(HttpContext http, T body, JsonTypeInfo<T> type) =>
        http.Response.WriteAsJsonAsync(body, type, contentType: "application/json", http.RequestAborted);

    public static Task RefuseAsync(HttpContext http, int status, string error)
    {
        http.Response.StatusCode = status;
        return WriteAsync(http, new AdminError(error), AdminJsonContext.Default.AdminError);
    }
}

/// <summary>A request to Admin that makes no sense; the message says why.</summary>
internal sealed class AdminRequestException(string message) : Exception(message);

internal sealed record AdminError(string Error);

internal sealed record AdminHealth(string Status, string Version, string Host, string Store, IReadOnlyList<AdminHost> Hosts);

internal sealed record AdminHost(string Name, string? PeerUrl, int Nodes);

internal sealed record AdminNode(string? Id, string? Kind, string? Account = null, string? Region = null, string? Host = null);

internal sealed record AdminNodeList(IReadOnlyList<AdminNode> Nodes);

internal sealed record AdminClockState(DateTimeOffset Now, bool Movable, double OffsetSeconds);

internal sealed record AdminClockMove(double? AdvanceSeconds = null, DateTimeOffset? Now = null);

/// <param name="Sessions">A list of <see cref="AdminSession"/>.</param>
internal sealed record AdminSessionList(JsonElement Sessions);

internal sealed record AdminInjected(int Sessions);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(AdminError))]
[JsonSerializable(typeof(AdminHealth))]
[JsonSerializable(typeof(AdminNode))]
[JsonSerializable(typeof(AdminNodeList))]
[JsonSerializable(typeof(AdminClockState))]
[JsonSerializable(typeof(AdminClockMove))]
[JsonSerializable(typeof(AdminSessionList))]
[JsonSerializable(typeof(AdminSession))]
[JsonSerializable(typeof(AdminInjected))]
[JsonSerializable(typeof(AdminDecision))]
[JsonSerializable(typeof(AdminAccessRequest))]
[JsonSerializable(typeof(FaultRule))]
[JsonSerializable(typeof(AdminFault))]
[JsonSerializable(typeof(AdminFaultList))]
internal sealed partial class AdminJsonContext : JsonSerializerContext;
