using System.Text.Json;
using System.Text.Json.Serialization;

namespace SsmSessions.Core.Identity;

/// <summary>Checks what stands in a credentials file and makes the entries of it. Every message names the place, none a secret.</summary>
internal sealed class CredentialsFileReader(string source)
{
    private const int MaxSecret = 1_024;
    private const int MaxToken = 8_192;
    private const int MaxUserPath = 512;
    private const int MaxKeyId = 128;
    private const string UserNameRule =
        "a user's name has 1 to 64 of A-Z a-z 0-9 _ + = , . @ - and perhaps a path before it, such as team/alice";

    private readonly Dictionary<string, string> _places = new(StringComparer.Ordinal);

    public List<KnownCredential> Read(CredentialsDocument? document)
    {
        RequireKnown(document?.Unknown, "", "accounts");
        var credentials = new List<KnownCredential>();
        foreach (var (account, entry) in document?.Accounts ?? throw Wrong("", "'accounts' is missing"))
        {
            var place = $"accounts.{account}";
            if (!IdentityText.IsAccount(account))
                throw Wrong(place, "an account id has 12 digits");
            RequireKnown((entry ?? throw Wrong(place, "is null")).Unknown, place, "users, roles");
            credentials.AddRange((entry.Users ?? []).Select((user, i) => ReadUser(user, account, $"{place}.users[{i}]")));
            credentials.AddRange((entry.Roles ?? []).Select((role, i) => ReadRole(role, account, $"{place}.roles[{i}]")));
        }

        return credentials;
    }

    private KnownCredential ReadUser(UserEntry? user, string account, string place)
    {
        RequireKnown((user ?? throw Wrong(place, "is null")).Unknown, place, "name, accessKeyId, secretAccessKey");
        var name = Required(user.Name, place, "name", MaxUserPath + IdentityText.MaxName);
        var lastName = name[(name.LastIndexOf('/') + 1)..];
        var path = name[..^lastName.Length];
        if (!IdentityText.IsName(lastName) || !IsPath(path))
            throw Wrong($"{place}.name", UserNameRule);
        var isRoot = name == "root";
        return new KnownCredential(
            KeyId(user.AccessKeyId, place),
            Required(user.SecretAccessKey, place, "secretAccessKey", MaxSecret),
            account,
            isRoot ? CallerKind.Root : CallerKind.User,
            lastName,
            isRoot ? "root" : $"user/{name}");
    }

    private KnownCredential ReadRole(RoleEntry? role, string account, string place)
    {
        const string Members = "role, sessionName, accessKeyId, secretAccessKey, sessionToken, expires";
        RequireKnown((role ?? throw Wrong(place, "is null")).Unknown, place, Members);
        var roleName = Name(role.Role, place, "role");
        var sessionName = Name(role.SessionName, place, "sessionName");
        var token = Required(role.SessionToken, place, "sessionToken", MaxToken);
        if (IssuedCredentials.IsOurs(token))
            throw Wrong($"{place}.sessionToken", "has the form of the tokens that this service issues itself");
        return new KnownCredential(
            KeyId(role.AccessKeyId, place),
            Required(role.SecretAccessKey, place, "secretAccessKey", MaxSecret),
            account,
            CallerKind.Role,
            sessionName,
            $"assumed-role/{roleName}/{sessionName}")
        {
            SessionToken = token,
            Expires = role.Expires,
        };
    }

    private static bool IsPath(string path) =>
        !path.StartsWith('/') && !path.Contains("//", StringComparison.Ordinal) && path.All(c => c is >= '!' and <= '~');

    private string KeyId(string? keyId, string place)
    {
        var text = Required(keyId, place, "accessKeyId", MaxKeyId);
        if (!IdentityText.IsName(text, MaxKeyId))
            throw Wrong($"{place}.accessKeyId", "a key id has letters, digits and _ + = , . @ -");
        if (IdentityText.IsNodeId(text))
            throw Wrong($"{place}.accessKeyId", "a node's id: nodes sign with their own keys");
        if (!_places.TryAdd(text, place))
            throw Wrong($"{place}.accessKeyId", $"the same key id as {_places[text]}");
        return text;
    }

    private string Name(string? name, string place, string member)
    {
        var text = Required(name, place, member, IdentityText.MaxName);
        return IdentityText.IsName(text) ? text : throw Wrong($"{place}.{member}", "a name has letters, digits and _ + = , . @ -");
    }

    private string Required(string? text, string place, string member, int maxLength)
    {
        if (string.IsNullOrEmpty(text))
            throw Wrong($"{place}.{member}", "is missing or empty");
        return text.Length <= maxLength ? text : throw Wrong($"{place}.{member}", $"is longer than {maxLength} characters");
    }

    private void RequireKnown(Dictionary<string, JsonElement>? unknown, string place, string known)
    {
        if (unknown is { Count: > 0 })
            throw Wrong(place, $"unknown member '{unknown.Keys.First()}'; known are {known}");
    }

    private CredentialsFileException Wrong(string place, string what) => new($"{source}: {(place.Length == 0 ? "" : $"{place}: ")}{what}");
}

internal sealed record CredentialsDocument(Dictionary<string, AccountEntry?>? Accounts)
{
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}

internal sealed record AccountEntry(IReadOnlyList<UserEntry?>? Users, IReadOnlyList<RoleEntry?>? Roles)
{
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}

internal sealed record UserEntry(string? Name, string? AccessKeyId, string? SecretAccessKey)
{
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}

internal sealed record RoleEntry(
    string? Role, string? SessionName, string? AccessKeyId, string? SecretAccessKey, string? SessionToken, DateTimeOffset? Expires)
{
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, AllowDuplicateProperties = false, MaxDepth = 8)]
[JsonSerializable(typeof(CredentialsDocument))]
internal sealed partial class CredentialsFileJson : JsonSerializerContext;
