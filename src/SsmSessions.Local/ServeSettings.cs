using System.CommandLine;
using SsmSessions.Core.Access;
using SsmSessions.Core.Hosts;
using SsmSessions.Core.Identity;
using SsmSessions.Core.Nodes;
using SsmSessions.Server;
using SsmSessions.Server.Consul;
using SsmSessions.Storage.Sqlite;

namespace SsmSessions.Local;

/// <summary>The settings of <c>serve</c>, read and checked.</summary>
internal sealed record ServeSettings
{
    public const string DefaultUrl = "http://127.0.0.1:4580";
    public const string DefaultNode = "i-0123456789abcdef0=local";

    private static readonly Setting UrlsSetting = new("urls", "URLS", $"Where to listen, separated by ';' (default {DefaultUrl}; also ASPNETCORE_URLS; port 0 picks one).");
    private static readonly Setting StoreSetting = new("store", "sqlite|memory|dynamodb", "Where sessions are kept (default sqlite).");
    public static readonly Setting DataSetting = new("data", "DIR", "Folder of the SQLite file and of the certificate authority (default: the platform's state folder + /ssm-sessions).");
    private static readonly Setting SqliteSynchronousSetting = new("sqlite-synchronous", "full|normal", "full: an acknowledged write survives a crash of the machine (default); normal: of the process only, but faster.");
    private static readonly Setting DynamoDbUrlSetting = new("dynamodb-url", "URL", "DynamoDB endpoint (LocalStack, DynamoDB Local, …) instead of AWS's own.");
    private static readonly Setting TableSetting = new("table", "NAME", "DynamoDB table, created if missing (default SsmSessions).");
    private static readonly Setting NodeSetting = new("node", "ID=KIND", $"A node to carry, kind local or echo; repeatable (default {DefaultNode}). '*=echo' accepts every well-formed target.", many: true);
    private static readonly Setting CredentialsSetting = new("credentials", "FILE", "Accounts with users, roles and their keys (JSON); turns verification on. Format: {\"accounts\":{\"111122223333\":{\"users\":[{\"name\",\"accessKeyId\",\"secretAccessKey\"}],\"roles\":[{\"role\",\"sessionName\",\"accessKeyId\",\"secretAccessKey\",\"sessionToken\",\"expires\"}]}}}");
    private static readonly Setting StreamUrlSetting = new("stream-url", "ws|wss|aws", "Which address StreamUrl names: this server's as it is (default); this server's by TLS, on the same port; the real service's, for clients that insist on it ('ssm-sessions env' leads them here).");
    private static readonly Setting PublicUrlSetting = new("public-url", "URL", "Base of StreamUrl where this host is reached by another name (behind a proxy).");
    private static readonly Setting HostNameSetting = new("host-name", "NAME", "This host's name among several on one table (default: the machine's name).");
    private static readonly Setting PeerUrlSetting = new("peer-url", "URL", "Where other hosts on the table reach this one.");
    private static readonly Setting TlsCertSetting = new("tls-cert", "FILE", "Certificate (PEM) for https addresses and wss, intermediate ones behind it; without one, wss has an authority of its own.");
    private static readonly Setting TlsKeySetting = new("tls-key", "FILE", "Key (PEM) of --tls-cert.");
    private static readonly Setting TranscriptsSetting = new("transcripts", "DIR", "Keep the output of shell sessions here, an asciicast file each.");
    private static readonly Setting ConsulTokensSetting = new("consul-tokens", "FILE", "Tokens of the Consul API and what each may do (JSON); turns checking on, and with --credentials opens that API at all. Format: {\"tokens\":{\"TOKEN\":{\"session\":{\"PREFIX\":\"read|write|deny\"},\"key\":{…},\"node\":{…},\"service\":{…},\"agent\":{…}}},\"anonymous\":{…}}. The longest prefix that fits decides; session and agent go by the node's name.");
    private static readonly Setting ConsulSessionTtlMinSetting = new("consul-session-ttl-min", "DURATION", "The least TTL of a Consul session, a Go duration (default 10s).");
    private static readonly Setting DorisColumnsSetting = new("doris-columns", "9|14", "Columns of Doris' session action: the documented ones, with FE where all hosts are asked (default), or those of Doris 3.0.");
    private static readonly Setting AdminTokenSetting = new("admin-token", "TOKEN", "Lets Admin be reached from elsewhere than loopback ('Authorization: Bearer TOKEN').");
    private static readonly Setting MaxConnectionsSetting = new("max-connections", "N", $"The most connections at once (default {SsmSessionsOptions.DefaultMaxConnections}); further ones are closed at once.");
    private static readonly Setting AllowHostSetting = new("allow-host", "NAME", "A further Host name that requests may name; repeatable.", many: true);
    private static readonly Setting AllowOriginSetting = new("allow-origin", "ORIGIN", "An origin whose web pages may call; repeatable.", many: true);
    private static readonly Setting JustInTimeSetting = new("just-in-time", "off|manual|auto", "Who decides on requests for just-in-time access: nobody (default), Admin, or everything is approved.");
    private static readonly Setting TerminateEndedSetting = new("terminate-ended", "error|succeed", "What TerminateSession of an ended session does (default error, as AWS since 2026).");
    private static readonly Setting FakeClockSetting = new("fake-clock", "", "Time that Admin can move.", flag: true);
    public static readonly Setting ConfigSetting = new("config", "FILE", "A JSON file with these settings.");

    public static IReadOnlyList<Setting> All { get; } =
    [
        UrlsSetting, StoreSetting, DataSetting, SqliteSynchronousSetting, DynamoDbUrlSetting, TableSetting, NodeSetting, CredentialsSetting,
        StreamUrlSetting, PublicUrlSetting, HostNameSetting, PeerUrlSetting, TlsCertSetting, TlsKeySetting, TranscriptsSetting,
        ConsulTokensSetting, ConsulSessionTtlMinSetting, DorisColumnsSetting, AdminTokenSetting, MaxConnectionsSetting, AllowHostSetting,
        AllowOriginSetting, JustInTimeSetting, TerminateEndedSetting, FakeClockSetting, ConfigSetting,
    ];

    public required IReadOnlyList<string> Urls { get; init; }

    public required StoreKind Store { get; init; }

    public required string DataFolder { get; init; }

    public required SqliteDurability Durability { get; init; }

    public Uri? DynamoDbUrl { get; init; }

    public required string Table { get; init; }

    public required IReadOnlyList<HostedNode> Nodes { get; init; }

    public CredentialsFile? Credentials { get; init; }

    public required StreamUrlMode StreamUrl { get; init; }

    public Uri? PublicUrl { get; init; }

    public required string HostName { get; init; }

    public Uri? PeerUrl { get; init; }

    public (string Certificate, string Key)? Tls { get; init; }

    public string? TranscriptsFolder { get; init; }

    public ConsulTokens? ConsulTokens { get; init; }

    public required TimeSpan ConsulSessionTtlMin { get; init; }

    public required DorisForm DorisColumns { get; init; }

    public string? AdminToken { get; init; }

    public required int MaxConnections { get; init; }

    public required IReadOnlyList<string> AllowedHosts { get; init; }

    public required IReadOnlyList<string> AllowedOrigins { get; init; }

    public required JustInTimeAccess JustInTime { get; init; }

    public required TerminateEnded TerminateEnded { get; init; }

    public required bool FakeClock { get; init; }

    /// <summary>Folder of the certificate authority.</summary>
    public string TlsFolder => Path.Combine(DataFolder, "tls");

    /// <summary>Whether certificates come from an authority of its own.</summary>
    public bool HasAuthority => StreamUrl == StreamUrlMode.Aws || (StreamUrl == StreamUrlMode.Wss && Tls is null);

    /// <summary>Whether the data folder is used at all.</summary>
    public bool KeepsFiles => Store == StoreKind.Sqlite || HasAuthority;

    /// <exception cref="SettingException">A setting has a value that cannot be used.</exception>
    public static ServeSettings Read(ParseResult parsed)
    {
        var values = new SettingValues(parsed, ConfigSetting);
        var settings = new ServeSettings
        {
            Urls = (values.One(UrlsSetting) ?? Environment.GetEnvironmentVariable("ASPNETCORE_URLS") ?? DefaultUrl)
                .Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
            Store = values.OneOf(StoreSetting, StoreKind.Sqlite, ("sqlite", StoreKind.Sqlite), ("memory", StoreKind.Memory), ("dynamodb", StoreKind.DynamoDb)),
            DataFolder = DataFolderOf(values),
            Durability = values.OneOf(SqliteSynchronousSetting, SqliteDurability.Full, ("full", SqliteDurability.Full), ("normal", SqliteDurability.Normal)),
            DynamoDbUrl = values.Url(DynamoDbUrlSetting),
            Table = values.One(TableSetting) ?? "SsmSessions",
            Nodes = [.. values.ManyOr(NodeSetting, [DefaultNode]).Select(ReadNode)],
            Credentials = LoadCredentials(values.One(CredentialsSetting)),
            StreamUrl = values.OneOf(StreamUrlSetting, StreamUrlMode.Ws, ("ws", StreamUrlMode.Ws), ("wss", StreamUrlMode.Wss), ("aws", StreamUrlMode.Aws)),
            PublicUrl = values.Url(PublicUrlSetting),
            HostName = values.One(HostNameSetting) ?? Environment.MachineName,
            PeerUrl = values.Url(PeerUrlSetting),
            Tls = Pair(values.One(TlsCertSetting), values.One(TlsKeySetting)),
            TranscriptsFolder = values.One(TranscriptsSetting) is { } folder ? MakeFolder(folder) : null,
            ConsulTokens = LoadConsulTokens(values.One(ConsulTokensSetting)),
            ConsulSessionTtlMin = values.One(ConsulSessionTtlMinSetting) is { } least ? TtlOf(least) : SsmSessionsOptions.DefaultConsulSessionTtlMin,
            DorisColumns = values.OneOf(DorisColumnsSetting, DorisForm.Nine, ("9", DorisForm.Nine), ("14", DorisForm.Fourteen)),
            AdminToken = values.One(AdminTokenSetting),
            MaxConnections = values.Count(MaxConnectionsSetting, SsmSessionsOptions.DefaultMaxConnections),
            AllowedHosts = values.ManyOr(AllowHostSetting, []),
            AllowedOrigins = values.ManyOr(AllowOriginSetting, []),
            JustInTime = values.OneOf(JustInTimeSetting, JustInTimeAccess.Off, ("off", JustInTimeAccess.Off), ("manual", JustInTimeAccess.Manual), ("auto", JustInTimeAccess.Auto)),
            TerminateEnded = values.OneOf(TerminateEndedSetting, TerminateEnded.Error, ("error", TerminateEnded.Error), ("succeed", TerminateEnded.Succeed)),
            FakeClock = values.IsSet(FakeClockSetting),
        };
        settings.Check();
        return settings;
    }

    /// <summary>The data folder, wherever it is named.</summary>
    public static string DataFolderOf(SettingValues values) => Path.GetFullPath(values.One(DataSetting) ?? DefaultDataFolder());

    private void Check()
    {
        foreach (var url in Urls)
        {
            if (ListenAddress.TryParse(url) is null)
                throw new SettingException($"--urls: '{url}' is not an http:// or https:// address to listen on");
        }

        if (Urls.Count == 0)
            throw new SettingException("--urls names no address");
        if (StreamUrl == StreamUrlMode.Aws && Urls.All(url => ListenAddress.TryParse(url)!.IsHttps))
            throw new SettingException("--stream-url aws needs an http:// address in --urls: it is the proxy to itself, too");
        if (Table.Length is < 3 or > 255 || !Table.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.'))
            throw new SettingException("--table: a DynamoDB table name has 3 to 255 of the characters a-z, A-Z, 0-9, '_', '-' and '.'");
        if (HostName.Length is 0 or > 128 || !HostName.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.'))
            throw new SettingException("--host-name has 1 to 128 of the characters a-z, A-Z, 0-9, '_', '-' and '.'");
        if (Nodes.Any(n => n.Kind == NodeKind.Local) && Credentials is null)
            CheckLocalNodeStaysLocal();
    }

    /// <summary>A local node is a shell on this machine: without credentials it is for this machine's own users only.</summary>
    private void CheckLocalNodeStaysLocal()
    {
        if (Urls.FirstOrDefault(url => !ListenAddress.TryParse(url)!.IsLoopback) is { } open)
            throw new SettingException($"'{open}' is not a loopback address, and a node of kind local would give a shell here to whoever reaches it: use --credentials FILE, or --node …=echo");
        if (PublicUrl is not null)
            throw new SettingException("--public-url makes this host reachable, and a node of kind local would give a shell here to whoever reaches it: use --credentials FILE, or --node …=echo");
    }

    /// <summary>What shells show is for this user only.</summary>
    private static string MakeFolder(string path)
    {
        var full = Path.GetFullPath(path);
        try
        {
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(full);
            else
                Directory.CreateDirectory(full, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            return full;
        }
        catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException)
        {
            throw new SettingException($"--transcripts: '{full}' cannot be used: {unusable.Message}");
        }
    }

    private static HostedNode ReadNode(string text)
    {
        var equals = text.LastIndexOf('=');
        var (id, kindName) = equals < 0 ? (text, "") : (text[..equals], text[(equals + 1)..]);
        if (!NodeKinds.TryParse(kindName, out var kind))
            throw new SettingException($"--node: '{text}' is not ID=KIND with the kind local or echo");
        if (id != HostedNode.Any && !NodeConnections.IsWellFormed(id))
            throw new SettingException($"--node: '{id}' is not a node id: i- or mi- and hex digits, ecs:cluster_task_container, or *");
        return new HostedNode(id, kind);
    }

    private static CredentialsFile? LoadCredentials(string? path)
    {
        try
        {
            return path is null ? null : CredentialsFile.Load(path);
        }
        catch (CredentialsFileException bad)
        {
            throw new SettingException($"--credentials: {bad.Message}");
        }
    }

    private static ConsulTokens? LoadConsulTokens(string? path)
    {
        try
        {
            return path is null ? null : ConsulTokens.Load(path);
        }
        catch (ConsulTokensException bad)
        {
            throw new SettingException($"--consul-tokens: {bad.Message}");
        }
    }

    private static TimeSpan TtlOf(string text) => ConsulDuration.TryParse(text, out var ttl) && ttl > TimeSpan.Zero && ttl <= TimeSpan.FromHours(24)
        ? ttl
        : throw new SettingException($"--consul-session-ttl-min: '{text}' is not a duration above 0 and up to 24h, as 10s or 250ms");

    private static (string Certificate, string Key)? Pair(string? certificate, string? key) => (certificate, key) switch
    {
        (null, null) => null,
        ({ } c, { } k) => (c, k),
        _ => throw new SettingException("--tls-cert and --tls-key go together"),
    };

    /// <summary>$XDG_STATE_HOME or ~/.local/state on Linux, the local application data folder elsewhere.</summary>
    private static string DefaultDataFolder()
    {
        if (!OperatingSystem.IsLinux())
            return Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "ssm-sessions");
        var state = Environment.GetEnvironmentVariable("XDG_STATE_HOME");
        return Path.Combine(
            Path.IsPathRooted(state)
                ? state
                : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "state"),
            "ssm-sessions");
    }
}

/// <summary>Where sessions are kept.</summary>
internal enum StoreKind
{
    Sqlite,
    Memory,
    DynamoDb,
}
