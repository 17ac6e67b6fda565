using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using SsmSessions.Core.Sessions;

namespace SsmSessions.Server.TrueNas;

/// <summary>A session as a row of <c>auth.sessions</c> (spec/truenas-sessions.md §6, §7).</summary>
internal sealed record SessionRow(LiveSession Live)
{
    private const string UnknownOrigin = "None";
    private const byte UuidVersion = 0x80;
    private const byte UuidVariant = 0x80;

    private Session Session => Live.Session;

    /// <summary>The same for a session at all times and on all hosts: its own id where that is a UUID, else one derived from tenant and id.</summary>
    public Guid Id { get; } = IdOf(Live.Session);

    /// <summary>True for what the service does for itself: a unix socket of user 0, or a record from outside that says so.</summary>
    public bool IsInternal => Session.Origin is { } origin
        && (origin.IsInternal || (origin.Credential == CredentialKind.UnixSocket && origin.Client?.Contains(" uid=0 ", StringComparison.Ordinal) == true));

    /// <summary>True for a record from outside that is to count as the asker's own. The connection that asks is no session of ours.</summary>
    public bool IsMarkedCurrent => Session.Origin?.IsCurrent == true;

    /// <summary>True when either of its ids is the given one.</summary>
    public bool IsNamed(string id) => Session.Id == id || Id.ToString() == id;

    /// <summary>The columns in the documented order.</summary>
    /// <param name="isCurrent">Whether the asker's own.</param>
    public JsonObject ToJson(bool isCurrent) => new()
    {
        ["id"] = Id.ToString(),
        ["current"] = isCurrent,
        ["internal"] = IsInternal,
        ["origin"] = Session.Origin?.Client ?? UnknownOrigin,
        ["credentials"] = CredentialsOf(Session.Origin?.Credential ?? CredentialKind.LongTermKey),
        ["credentials_data"] = CredentialsData(),
        ["created_at"] = Date(Session.StartDate),
    };

    /// <summary>What an event about it carries.</summary>
    public JsonObject ToEventFields()
    {
        var fields = ToJson(isCurrent: false);
        fields.Remove("current");
        fields.Remove("internal");
        return fields;
    }

    private static string CredentialsOf(CredentialKind kind) => kind switch
    {
        CredentialKind.TemporaryKey => "TOKEN",
        CredentialKind.UnixSocket => "UNIX_SOCKET",
        CredentialKind.Password => "LOGIN_PASSWORD",
        _ => "API_KEY",
    };

    /// <summary>What the real server says of each kind, then what it knows nothing of: tables show neither.</summary>
    private JsonObject CredentialsData()
    {
        var data = new JsonObject();
        switch (Session.Origin?.Credential ?? CredentialKind.LongTermKey)
        {
            case CredentialKind.LongTermKey:
                data["api_key"] = Key();
                break;
            case CredentialKind.TemporaryKey:
                data["parent"] = new JsonObject { ["credentials"] = "API_KEY", ["credentials_data"] = new JsonObject { ["api_key"] = Key() } };
                break;
        }

        data["username"] = Session.OwnerName;
        data["session_id"] = Session.Id;
        data["region"] = Session.Tenant.Region;
        data["target"] = Session.Target;
        data["status"] = Session.Status.ToString();
        data["document"] = Session.DocumentName;
        data["reason"] = Session.Reason;
        data["details"] = Session.Details;
        data["host"] = Live.Host;
        data["last_activity"] = Date(Live.LastActivity);
        return data;
    }

    /// <summary>Keys have no numbers here; the real server's clients expect one, the same each time.</summary>
    private JsonObject Key()
    {
        var name = Session.Origin?.AccessKeyId ?? "";
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(name));
        return new JsonObject { ["id"] = BinaryPrimitives.ReadInt32BigEndian(hash) & int.MaxValue, ["name"] = name };
    }

    /// <summary>Whole seconds.</summary>
    private static JsonObject Date(DateTimeOffset date) => new() { ["$date"] = date.ToUnixTimeSeconds() * 1_000 };

    private static Guid IdOf(Session session)
    {
        if (Guid.TryParseExact(session.Id, "D", out var own))
            return own;
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{session.Tenant}/{session.Id}"), hash);
        // RFC 9562: version 8 is what an application makes by rules of its own.
        hash[6] = (byte)((hash[6] & 0x0f) | UuidVersion);
        hash[8] = (byte)((hash[8] & 0x3f) | UuidVariant);
        return new Guid(hash[..16], bigEndian: true);
    }
}
