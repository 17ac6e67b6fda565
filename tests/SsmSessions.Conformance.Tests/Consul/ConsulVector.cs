using System.Net;

namespace SsmSessions.Conformance.Tests.Consul;

/// <summary>A row of the specification's table of conformance vectors (spec/consul-sessions.md, at the end).</summary>
/// <param name="Number">Its number there.</param>
/// <param name="Request">What is asked.</param>
/// <param name="CheckAsync">Asks, and checks the answer and the effect.</param>
internal sealed record ConsulVector(int Number, string Request, Func<ConsulWorld, Task> CheckAsync)
{
    /// <summary>Whether time must pass for it: a clock that is moved by hand will do.</summary>
    public bool TakesTime { get; init; }

    /// <summary>One request with an answer that is known to the letter.</summary>
    public static ConsulVector Exact(int number, string method, string path, string? body, HttpStatusCode status, string text) =>
        new(number, $"{method} {path}", async world =>
        {
            var reply = await world.Client.SendAsync(new HttpMethod(method), path, body is null ? null : new StringContent(body));
            Assert.Equal((status, text), (reply.Status, reply.Body));
        });
}
