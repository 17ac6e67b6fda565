using System.Net;
using System.Text.Json;
using SsmSessions.Testing;

namespace SsmSessions.Conformance.Tests.Crashes;

/// <summary>What became of a call.</summary>
internal enum Fate
{
    /// <summary>It was acknowledged.</summary>
    Done,

    /// <summary>It was refused, and nothing changed.</summary>
    Refused,

    /// <summary>The service said that it could not: it may have been done all the same.</summary>
    Error,

    /// <summary>No answer came: it may have been done all the same.</summary>
    Lost,
}

/// <summary>Calls actions, and tells what became of them.</summary>
internal sealed class LoadClient(Uri host, Journal journal) : IDisposable
{
    private const string InternalServerError = """{"__type":"InternalServerError","Message":"An error occurred on the server side."}""";

    private readonly ApiClient _api = new(host);

    /// <summary>Carries out a write.</summary>
    public async Task<Reply> WriteAsync(string action, string json)
    {
        var reply = await CallAsync(action, json);
        Count(reply);
        return reply;
    }

    /// <summary>Reads.</summary>
    public async Task<Reply> CallAsync(string action, string json)
    {
        try
        {
            var (status, body) = await _api.CallAsync(action, json);
            var fate = status switch
            {
                HttpStatusCode.OK => Fate.Done,
                < HttpStatusCode.InternalServerError => Fate.Refused,
                _ => Fate.Error,
            };
            if (fate == Fate.Error)
            {
                journal.WasAnError();
                if (body != InternalServerError)
                    journal.Violations.Enqueue(new Violation(ViolationKind.WrongAnswer, $"{action}: {(int)status} {body}"));
            }

            return new Reply(fate, body);
        }
        catch (Exception lost) when (lost is HttpRequestException or OperationCanceledException)
        {
            return new Reply(Fate.Lost, lost.Message);
        }
    }

    /// <summary>Puts session records into the store.</summary>
    public async Task<Fate> InjectAsync(string json)
    {
        Reply reply;
        try
        {
            using var content = new StringContent(json, mediaType: new("application/json"));
            using var response = await _api.Http.PostAsync(new Uri("_ssm-sessions/sessions", UriKind.Relative), content);
            var body = await response.Content.ReadAsStringAsync();
            reply = new Reply(response.IsSuccessStatusCode ? Fate.Done : (int)response.StatusCode < 500 ? Fate.Refused : Fate.Error, body);
            if (reply.Fate == Fate.Error)
                journal.WasAnError();
        }
        catch (HttpRequestException lost)
        {
            reply = new Reply(Fate.Lost, lost.Message);
        }

        Count(reply);
        if (reply.Fate == Fate.Refused)
            journal.Violations.Enqueue(new Violation(ViolationKind.WrongAnswer, $"sessions: {reply.Body}"));
        return reply.Fate;
    }

    public void Dispose() => _api.Dispose();

    private void Count(Reply reply)
    {
        if (reply.Fate == Fate.Done)
            journal.WasAcknowledged();
        else if (reply.Fate != Fate.Refused)
            journal.WasNotAnswered();
    }
}

/// <summary>What became of a call, and what was answered.</summary>
internal sealed record Reply(Fate Fate, string Body)
{
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;
}
