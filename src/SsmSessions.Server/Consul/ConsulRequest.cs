using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using SsmSessions.Server.Consul.Go;

namespace SsmSessions.Server.Consul;

/// <summary>A call of the Consul API, decoded. What can be wrong with it is asked for by the endpoints, in the order that clients can see.</summary>
internal sealed class ConsulRequest
{
    /// <summary>The only datacenter there is.</summary>
    public const string LocalDatacenter = "dc1";

    private readonly ConsulTokens? _tokens;
    private ConsulRights? _rights;

    /// <param name="http">The request.</param>
    /// <param name="name">What follows the endpoint's path, decoded.</param>
    /// <param name="query">Its query.</param>
    /// <param name="tokens">Who may do what; null where everybody may do everything.</param>
    public ConsulRequest(HttpContext http, string name, ConsulQuery query, ConsulTokens? tokens)
    {
        Http = http;
        Name = name;
        Query = query;
        _tokens = tokens;
    }

    public HttpContext Http { get; }

    public ConsulQuery Query { get; }

    /// <summary>What follows the endpoint's path, slashes included: an id, the name of a node, a key; empty for none.</summary>
    public string Name { get; }

    public string Method => Http.Request.Method;

    public CancellationToken Aborted => Http.RequestAborted;

    /// <summary>What the caller's token may do.</summary>
    /// <exception cref="ConsulException">There is no such token.</exception>
    public ConsulRights Rights => _rights ??= _tokens is null
        ? ConsulRights.All
        : _tokens.Find(ConsulTokens.TokenOf(this)) ?? throw ConsulException.UnknownToken();

    /// <summary>Refuses what only the Enterprise edition has (spec/consul-sessions.md §9).</summary>
    public void RefuseNamespace()
    {
        const string Why = "Namespaces are a Consul Enterprise feature";
        if (Http.Request.Headers["X-Consul-Namespace"].ToString().Length > 0)
            throw new ConsulException(400, "Bad request: Invalid header: \"X-Consul-Namespace\" - " + Why);
        if (Query.Get("ns").Length > 0)
            throw new ConsulException(400, "Bad request: Invalid query parameter: \"ns\" - " + Why);
    }

    /// <summary>Refuses a datacenter that is not ours; one in the body goes before the query's.</summary>
    public void RequireDatacenter(string inBody = "")
    {
        var name = inBody.Length > 0 ? inBody : Query.Get("dc");
        if (name.Length > 0 && name != LocalDatacenter)
            throw new ConsulException(500, "No path to datacenter");
    }

    /// <summary>What follows the endpoint's path; refuses an empty one.</summary>
    /// <param name="what">What is missing then: <c>session</c>.</param>
    public string RequireName(string what) => Name.Length > 0 ? Name : throw new ConsulException(400, "Missing " + what);

    /// <summary>Refuses two flags that cannot go together (spec/consul-sessions.md §7.3).</summary>
    public void RefuseConflict(params ReadOnlySpan<string> flags)
    {
        var found = 0;
        foreach (var flag in flags)
            found += Query.Has(flag) ? 1 : 0;
        if (found > 1)
            throw new ConsulException(400, $"Conflicting flags: {Query.Encode()}\n");
    }

    /// <summary>Reads the body and decodes its first JSON value.</summary>
    /// <param name="limit">The most bytes that are read.</param>
    /// <param name="refusesUnknown">Whether a member that nobody reads is wrong.</param>
    /// <param name="read">Takes what it needs of the value.</param>
    /// <param name="failure">What is said before the decoder's words.</param>
    public async Task DecodeBodyAsync(int limit, bool refusesUnknown, Action<GoMember> read, string failure = "Request decode failed: ") =>
        Decode(await ReadBodyAsync(limit), refusesUnknown, read, failure);

    /// <summary>Decodes the first JSON value of a body.</summary>
    public static void Decode(ReadOnlySpan<byte> body, bool refusesUnknown, Action<GoMember> read, string failure = "Request decode failed: ")
    {
        try
        {
            GoDecoding.Decode(body, refusesUnknown, read);
        }
        catch (GoJsonException wrong)
        {
            throw new ConsulException(400, failure + wrong.Message);
        }
    }

    /// <summary>The body.</summary>
    /// <param name="limit">The most bytes that are read.</param>
    /// <param name="option">Consul's option for that limit, which the refusal names; null where it has none.</param>
    public async Task<byte[]> ReadBodyAsync(int limit, string? option = null)
    {
        // What goes beyond the limit is not read by us; the server throws a bounded part of it away, so that its sender gets to see the answer.
        if (Http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } most)
            most.MaxRequestBodySize = null;
        if (Http.Request.ContentLength is { } length)
        {
            if (length > limit)
                throw TooLarge(limit, option is null ? null : $"Request body({length} bytes) too large, max size: {limit} bytes. See https://www.consul.io/docs/agent/options.html#{option}.");
            var exact = new byte[length];
            await Http.Request.Body.ReadExactlyAsync(exact, Aborted);
            return exact;
        }

        using var body = new MemoryStream();
        var buffer = new byte[8192];
        while (await Http.Request.Body.ReadAsync(buffer, Aborted) is > 0 and var read)
        {
            if (body.Length + read > limit)
                throw TooLarge(limit);
            body.Write(buffer, 0, read);
        }

        return body.ToArray();
    }

    private static ConsulException TooLarge(int limit, string? text = null) => new(413, text ?? $"Request body too large. Max allowed is {limit} bytes.");
}
