using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using SsmSessions.Core;

namespace SsmSessions.Server.Consul;

/// <summary>
/// The tokens of the Consul API and what each may do (spec/consul-sessions.md §8). The file is JSON:
/// <code>
/// {"tokens":{"TOKEN":{"session":{"PREFIX":"read|write|deny"},"key":{…},"node":{…},"service":{…},"agent":{…}}},"anonymous":{…}}
/// </code>
/// Each rule is for the names that begin so, the longest that fits decides, write implies read, what no rule names is denied. Sessions and
/// the agent go by the name of the node. <c>anonymous</c> is what callers without a token may do; nothing, when it is left out.
/// </summary>
public sealed class ConsulTokens
{
    /// <summary>The largest file that is read, bytes.</summary>
    public const int MaxBytes = 1024 * 1024;

    private const string Bearer = "bearer";

    private readonly (byte[] Hash, ConsulRights Rights)[] _tokens;
    private readonly ConsulRights _anonymous;

    private ConsulTokens(ConsulTokensFile file, string source)
    {
        if (file.Tokens?.ContainsKey("") == true)
            throw new ConsulTokensException($"{source}: a token is empty");
        _tokens = [.. (file.Tokens ?? []).Select(token => (Hash(token.Key), RightsOf(token.Value, source)))];
        _anonymous = RightsOf(file.Anonymous, source);
    }

    /// <summary>Reads a file.</summary>
    /// <exception cref="ConsulTokensException">It cannot be used.</exception>
    public static ConsulTokens Load(string path) => Parse(BoundedFile.Read(path, MaxBytes, (message, _) => new ConsulTokensException(message)), path);

    /// <summary>Reads the content of a file, UTF-8.</summary>
    /// <param name="json">The content.</param>
    /// <param name="source">What it is called in errors.</param>
    /// <exception cref="ConsulTokensException">It cannot be used.</exception>
    public static ConsulTokens Parse(ReadOnlySpan<byte> json, string source = "tokens")
    {
        try
        {
            return new ConsulTokens(
                JsonSerializer.Deserialize(json, ConsulTokensJson.Default.ConsulTokensFile) ?? throw new ConsulTokensException($"{source}: is null"), source);
        }
        catch (JsonException malformed)
        {
            // The serializer's own message and path may quote a token: say where, not what.
            throw new ConsulTokensException(
                $"{source}: line {malformed.LineNumber + 1}, byte {malformed.BytePositionInLine + 1}: not the JSON that is expected here");
        }
    }

    /// <summary>The token that a request came with; empty for none.</summary>
    internal static string TokenOf(ConsulRequest request)
    {
        if (request.Query.Get("token") is { Length: > 0 } inQuery)
            return inQuery;
        if (request.Http.Request.Headers["X-Consul-Token"].ToString() is { Length: > 0 } inHeader)
            return inHeader;
        var words = request.Http.Request.Headers.Authorization.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words.Length > 1 && words[0].Equals(Bearer, StringComparison.OrdinalIgnoreCase) ? words[1] : "";
    }

    /// <summary>What a token may do; null when there is no such token. An empty one is the anonymous token.</summary>
    internal ConsulRights? Find(string token)
    {
        if (token.Length == 0)
            return _anonymous;
        // Hashes are of one length and all are looked at, so that the time it takes tells nothing.
        var hash = Hash(token);
        ConsulRights? found = null;
        foreach (var (known, rights) in _tokens)
            found = CryptographicOperations.FixedTimeEquals(known, hash) ? rights : found;
        return found;
    }

    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    private static ConsulRights RightsOf(ConsulTokenRules? rules, string source)
    {
        if (rules is null)
            return ConsulRights.None;
        Dictionary<ConsulResource, FrozenDictionary<string, ConsulPolicy>> byResource = [];
        Add(ConsulResource.Session, rules.Session);
        Add(ConsulResource.Key, rules.Key);
        Add(ConsulResource.Node, rules.Node);
        Add(ConsulResource.Service, rules.Service);
        Add(ConsulResource.Agent, rules.Agent);
        return new ConsulRights(byResource);

        void Add(ConsulResource resource, Dictionary<string, string>? prefixes)
        {
            if (prefixes is not null)
                byResource[resource] = prefixes.ToFrozenDictionary(rule => rule.Key, rule => PolicyOf(rule.Value, source), StringComparer.Ordinal);
        }
    }

    private static ConsulPolicy PolicyOf(string? text, string source) => text switch
    {
        "read" => ConsulPolicy.Read,
        "write" => ConsulPolicy.Write,
        "deny" => ConsulPolicy.Deny,
        _ => throw new ConsulTokensException($"{source}: a policy is '{text}', not one of read, write, deny"),
    };
}

/// <summary>A file of tokens that cannot be used. The message is one clear line.</summary>
public sealed class ConsulTokensException(string message) : Exception(message);

internal sealed record ConsulTokensFile(Dictionary<string, ConsulTokenRules>? Tokens = null, ConsulTokenRules? Anonymous = null);

internal sealed record ConsulTokenRules(
    Dictionary<string, string>? Session = null,
    Dictionary<string, string>? Key = null,
    Dictionary<string, string>? Node = null,
    Dictionary<string, string>? Service = null,
    Dictionary<string, string>? Agent = null);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false)]
[JsonSerializable(typeof(ConsulTokensFile))]
internal sealed partial class ConsulTokensJson : JsonSerializerContext;
