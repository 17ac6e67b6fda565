using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;

namespace SsmSessions.Server.Hosting;

/// <summary>
/// A request whose body is cut in no way that HTTP knows, ends too early or comes too slowly is its sender's failure: it is refused, and not
/// logged as one of ours.
/// </summary>
internal sealed class BrokenRequests(RequestDelegate next)
{
    public async Task InvokeAsync(HttpContext http)
    {
        try
        {
            await next(http);
        }
        catch (Exception failure) when (StatusOf(failure) is { } status)
        {
            if (http.Response.HasStarted)
            {
                http.Abort();
                return;
            }

            http.Response.StatusCode = status;
            http.Response.ContentLength = 0;
        }
    }

    /// <summary>The status for what reading a request has thrown; null when it is no failure of the request.</summary>
    public static int? StatusOf(Exception failure) => failure switch
    {
        BadHttpRequestException bad => bad.StatusCode,
        // A length that no number can hold, or a connection that is gone.
        ConnectionResetException => StatusCodes.Status400BadRequest,
        IOException when failure.GetType() == typeof(IOException) => StatusCodes.Status400BadRequest,
        _ => null,
    };
}
