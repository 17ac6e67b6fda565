using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;

namespace SsmSessions.Core.Identity;

/// <summary>The credentials file cannot be used. The message is one clear line for the operator, without any secret.</summary>
public sealed class CredentialsFileException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>
/// Who may call, from <c>--credentials FILE</c>: accounts with their users and role sessions. Read once, never changed.
/// </summary>
/// <remarks>
/// <code>
/// {"accounts": {"111122223333": {
///   "users": [{"name": "alice", "accessKeyId": "…", "secretAccessKey": "…"}],
///   "roles": [{"role": "Admin", "sessionName": "bob", "accessKeyId": "…", "secretAccessKey": "…", "sessionToken": "…",
///              "expires": "2027-01-01T00:00:00Z"}]
/// }}}
/// </code>
/// A user's name may carry its path (<c>division/team/alice</c>); the user named <c>root</c> is the account's root. A role without
/// <c>expires</c> is good for ever. There are no policies: whoever is in the file may do everything in his account.
/// </remarks>
public sealed class CredentialsFile
{
    /// <summary>The largest file that is read, bytes.</summary>
    public const int MaxBytes = 1024 * 1024;

    private readonly FrozenDictionary<string, KnownCredential>.AlternateLookup<ReadOnlySpan<char>> _byKeyId;

    internal CredentialsFile(IEnumerable<KnownCredential> credentials) =>
        _byKeyId = credentials.ToFrozenDictionary(known => known.AccessKeyId, StringComparer.Ordinal)
            .GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The accounts that it names.</summary>
    public IReadOnlyCollection<string> Accounts => [.. _byKeyId.Dictionary.Values.Select(known => known.Account).Distinct(StringComparer.Ordinal)];

    /// <summary>Reads a file.</summary>
    /// <exception cref="CredentialsFileException">It cannot be read, or something in it is wrong: the message says where.</exception>
    public static CredentialsFile Load(string path) =>
        Parse(BoundedFile.Read(path, MaxBytes, (message, cause) => new CredentialsFileException(message, cause)), path);

    /// <summary>Reads the file's content, UTF-8.</summary>
    /// <param name="json">The content.</param>
    /// <param name="source">What it is called in errors.</param>
    /// <exception cref="CredentialsFileException">Something in it is wrong: the message says where.</exception>
    public static CredentialsFile Parse(ReadOnlySpan<byte> json, string source)
    {
        try
        {
            // Some editors begin a file with a byte order mark.
            var text = json.StartsWith(Encoding.UTF8.Preamble) ? json[Encoding.UTF8.Preamble.Length..] : json;
            var document = JsonSerializer.Deserialize(text, CredentialsFileJson.Default.CredentialsDocument);
            return new CredentialsFile(new CredentialsFileReader(source).Read(document));
        }
        catch (JsonException malformed)
        {
            // The serializer's own message may quote the text, and with it a secret: say where, not what.
            var place = $"line {malformed.LineNumber + 1}, byte {malformed.BytePositionInLine + 1}{At(malformed.Path)}";
            throw new CredentialsFileException($"{source}: {place}: not the JSON that is expected here");
        }
    }

    internal bool TryFind(ReadOnlySpan<char> accessKeyId, [NotNullWhen(true)] out KnownCredential? credential) =>
        _byKeyId.TryGetValue(accessKeyId, out credential);

    private static string At(string? path) => string.IsNullOrEmpty(path) || path == "$" ? "" : $", at {path}";
}

/// <summary>One entry of the file.</summary>
/// <param name="AccessKeyId">Unique in the file.</param>
/// <param name="SecretAccessKey">Secret.</param>
/// <param name="Account">12 digits.</param>
/// <param name="Kind">Root, user or role.</param>
/// <param name="Name">The last segment of the ARN.</param>
/// <param name="Resource">What follows the account in the ARN.</param>
internal sealed record KnownCredential(
    string AccessKeyId, string SecretAccessKey, string Account, CallerKind Kind, string Name, string Resource)
{
    /// <summary>The session token that must come along; null for users, who have none.</summary>
    public string? SessionToken { get; init; }

    public DateTimeOffset? Expires { get; init; }

    /// <summary>The caller that these credentials make in a region, which decides the partition of his ARN.</summary>
    public Caller CallerIn(string region)
    {
        var tenant = new Tenant(Account, region);
        return new Caller(tenant, Kind, Name, tenant.GlobalArn(Kind == CallerKind.Role ? "sts" : "iam", Resource), AccessKeyId);
    }

    public override string ToString() => AccessKeyId;
}
