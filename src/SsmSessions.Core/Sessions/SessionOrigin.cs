using System.Text.Json.Serialization;

namespace SsmSessions.Core.Sessions;

/// <summary>Where a session was started from, and how it is told from others of its host. Recorded at the start, for the views that operators
/// know (spec/doris-sessions.md §8, spec/truenas-sessions.md §7).</summary>
public sealed record SessionOrigin
{
    /// <summary>The client: <c>192.0.2.44:51822</c>, <c>[2001:db8::5]:50123</c>, <c>UNIX socket (pid=4242 uid=0 gid=0)</c>; null where it is not
    /// known.</summary>
    [JsonPropertyName("a")]
    public string? Client { get; init; }

    /// <summary>What the client showed to be let in.</summary>
    [JsonPropertyName("c")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public CredentialKind Credential { get; init; }

    /// <summary>The access key id that it was let in by; null for none.</summary>
    [JsonPropertyName("k")]
    public string? AccessKeyId { get; init; }

    /// <summary>A number that no other session of its host has, from 0.</summary>
    [JsonPropertyName("n")]
    public long Number { get; init; }

    /// <summary>Set on records from outside that are to count as the service's own.</summary>
    [JsonPropertyName("i")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsInternal { get; init; }

    /// <summary>Set on records from outside that are to count as the asker's own.</summary>
    [JsonPropertyName("m")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsCurrent { get; init; }
}

/// <summary>What a client showed to be let in. The names are stored: they never change.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CredentialKind>))]
public enum CredentialKind
{
    /// <summary>A key that lasts: of a user, or of the account's root.</summary>
    LongTermKey,

    /// <summary>Credentials with an end: of a role, a node, or just-in-time access.</summary>
    TemporaryKey,

    /// <summary>The unix socket of the service.</summary>
    UnixSocket,

    /// <summary>A name and a password.</summary>
    Password,
}
