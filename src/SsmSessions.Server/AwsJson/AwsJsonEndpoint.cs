using System.Text.Json;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using SsmSessions.Core.Faults;
using SsmSessions.Core.Identity;
using SsmSessions.Server.Hosting;
using SsmSessions.Server.Hosting.Faults;

namespace SsmSessions.Server.AwsJson;

/// <summary>
/// <c>POST /</c>, AWS JSON 1.1. The order of checks can be seen by clients, so it is written down in one method
/// (spec/ssm-control-plane.md §1.4): content type and target, JSON, authentication, types of members, constraints,
/// authorization, faults on demand, and then the action's own rules.
/// </summary>
internal sealed class AwsJsonEndpoint(ActionHandlers handlers, CallerAuthentication authentication, CallFaults faults, ILogger<AwsJsonEndpoint> log)
{
    public const string ContentType = "application/x-amz-json-1.1";
    private const string TargetPrefix = "AmazonSSM.";
    private const int LongestLogged = 100;

    private static readonly JsonDocumentOptions JsonOptions = new() { MaxDepth = 64 };

    public async Task HandleAsync(HttpContext http)
    {
        var requestId = Guid.NewGuid().ToString();
        http.Response.Headers["x-amzn-RequestId"] = requestId;
        if (!IsAwsJson(http.Request.ContentType))
        {
            await AwsJsonAnswer.WriteXmlAsync(http.Response, StatusCodes.Status404NotFound, "<UnknownOperationException/>\n");
            return;
        }

        if (!HttpMethods.IsPost(http.Request.Method))
        {
            await AwsJsonAnswer.WriteXmlAsync(http.Response, StatusCodes.Status403Forbidden, AwsJsonAnswer.NoOperation);
            return;
        }

        using var body = await AwsJsonBody.ReadAsync(http.Request, http.RequestAborted);
        if (body is null)
        {
            http.Response.StatusCode = StatusCodes.Status413PayloadTooLarge;
            http.Response.ContentLength = 0;
            return;
        }

        using var answer = AwsJsonAnswer.Begin();
        var status = StatusCodes.Status200OK;
        try
        {
            await AnswerAsync(http, requestId, body, answer.Writer);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            return;
        }
        catch (Exception failure)
        {
            var error = AwsJsonErrors.From(failure);
            if (error.Status >= StatusCodes.Status500InternalServerError && failure is not InjectedFailureException)
                log.CallFailed(requestId, failure);
            status = error.Status;
            answer.Restart();
            error.Write(answer.Writer);
        }

        await answer.SendAsync(http.Response, status);
    }

    private async Task AnswerAsync(HttpContext http, string requestId, AwsJsonBody body, Utf8JsonWriter writer)
    {
        var action = ActionOf(http.Request);
        using var json = Parse(body.Bytes);
        var caller = await authentication.AuthenticateAsync(http, body.Bytes, action, http.RequestAborted);
        var carryOut = action.Prepare(json.RootElement, handlers);
        ActionAuthorization.Check(caller, action);
        if (faults.AreAny)
            await faults.MeetAsync(http, SiteOf(action, caller, json.RootElement));
        var context = new ActionContext(caller, requestId, http.Request.Scheme, http.Request.Host.Value ?? "") { ClientOrigin = ClientOrigin.Of(http) };
        await carryOut(context, writer, http.RequestAborted);
    }

    private static FaultSite SiteOf(SsmAction action, Caller caller, JsonElement body) => new FaultSite(FrontEnd.AwsJson)
    {
        Action = action.Name,
        Target = TextOf(body, "Target"),
        Session = TextOf(body, "SessionId"),
    }.In(caller.Tenant);

    private static string? TextOf(JsonElement body, string member)
    {
        try
        {
            return body.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // Half a character: no id has one.
            return null;
        }
    }

    private SsmAction ActionOf(HttpRequest request)
    {
        var target = request.Headers["X-Amz-Target"].ToString();
        if (target.StartsWith(TargetPrefix, StringComparison.Ordinal) && SsmActions.All.TryGetValue(target[TargetPrefix.Length..], out var action))
            return action;
        log.UnknownOperation(LogText.Printable(target, LongestLogged));
        throw new UnknownOperationException();
    }

    private static JsonDocument Parse(ReadOnlyMemory<byte> body)
    {
        // The parser looks at the text of strings only when they are taken.
        if (!Utf8.IsValid(body.Span))
            throw new SerializationException(text: null);
        JsonDocument json;
        try
        {
            json = JsonDocument.Parse(body, JsonOptions);
        }
        catch (JsonException)
        {
            throw new SerializationException(text: null);
        }

        if (json.RootElement.ValueKind == JsonValueKind.Object)
            return json;
        var text = json.RootElement.ValueKind == JsonValueKind.Array ? RequestMembers.ListFound : null;
        json.Dispose();
        throw new SerializationException(text);
    }

    private static bool IsAwsJson(string? contentType)
    {
        var type = contentType.AsSpan();
        var end = type.IndexOf(';');
        return (end < 0 ? type : type[..end]).Trim().Equals(ContentType, StringComparison.OrdinalIgnoreCase);
    }
}

/// <summary>The target names no operation that is answered here.</summary>
internal sealed class UnknownOperationException() : Exception("unknown operation");
