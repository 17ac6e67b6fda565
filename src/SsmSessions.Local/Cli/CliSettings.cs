using System.CommandLine;
using System.Globalization;

namespace SsmSessions.Local.Cli;

/// <summary>The settings of <c>cli</c>, read and checked.</summary>
internal sealed record CliSettings
{
    private const string SocketFile = ServiceSocket.FileName;
    private const int DefaultTimeout = 1_200;

    private static readonly Setting CommandSetting = new("command", "COMMAND", "Execute a single command.");
    private static readonly Setting ModeSetting = new("mode", "table|csv", "How answers are printed (default table).");
    private static readonly Setting UrlSetting = new("url", "URL", $"Where the service listens (default {ServeSettings.DefaultUrl}).");
    private static readonly Setting SocketSetting = new("socket", "PATH", $"The service's socket (default: {SocketFile} in the data folder when it is there; else --url).");
    private static readonly Setting UserSetting = new("user", "KEYID", "Log in with this access key id.");
    private static readonly Setting PasswordSetting = new("password", "SECRET", "Its secret (better by the environment: SSM_SESSIONS_PASSWORD).");
    private static readonly Setting TimeoutSetting = new("timeout", "SECONDS", $"How long an answer may take (default {DefaultTimeout}).");
    private static readonly Setting StacksSetting = new("stacks", "", "Show the service's own words for errors.", flag: true);

    static CliSettings()
    {
        CommandSetting.Option.Aliases.Add("-c");
        ModeSetting.Option.Aliases.Add("-m");
    }

    public static IReadOnlyList<Setting> All { get; } =
    [
        CommandSetting, ModeSetting, UrlSetting, SocketSetting, UserSetting, PasswordSetting, TimeoutSetting, StacksSetting,
        ServeSettings.DataSetting, ServeSettings.ConfigSetting,
    ];

    /// <summary>The command to execute, or null for a prompt.</summary>
    public string? Command { get; init; }

    public required string Mode { get; init; }

    public required Uri Url { get; init; }

    /// <summary>The socket to try, or null.</summary>
    public string? Socket { get; init; }

    /// <summary>True when the socket was asked for, so that nothing else will do.</summary>
    public bool IsSocketAsked { get; init; }

    public string? User { get; init; }

    public string? Password { get; init; }

    public required TimeSpan Timeout { get; init; }

    public required bool Stacks { get; init; }

    /// <exception cref="SettingException">A setting has a value that cannot be used.</exception>
    public static CliSettings Read(ParseResult parsed)
    {
        var values = new SettingValues(parsed, ServeSettings.ConfigSetting);
        var url = values.One(UrlSetting);
        var asked = values.One(SocketSetting);
        var inFolder = Path.Combine(ServeSettings.DataFolderOf(values), SocketFile);
        return new CliSettings
        {
            Command = values.One(CommandSetting),
            Mode = values.One(ModeSetting) ?? OutputMode.Table.Name,
            Url = AddressOf(url ?? ServeSettings.DefaultUrl),
            // Whoever names an address means it.
            Socket = asked ?? (url is null && File.Exists(inFolder) ? inFolder : null),
            IsSocketAsked = asked is not null,
            User = values.One(UserSetting),
            Password = values.One(PasswordSetting),
            Timeout = TimeSpan.FromSeconds(Seconds(values.One(TimeoutSetting))),
            Stacks = values.IsSet(StacksSetting),
        };
    }

    private static int Seconds(string? text)
    {
        if (text is null)
            return DefaultTimeout;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and <= 86_400
            ? seconds
            : throw new SettingException($"--timeout: '{text}' is not a number of seconds from 1 to 86400");
    }

    /// <summary>The address of the door: the scheme of websockets, and its path unless another one is given.</summary>
    private static Uri AddressOf(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https" or "ws" or "wss"))
            throw new SettingException($"--url: '{text}' is not an http://, https://, ws:// or wss:// URL");
        // The older door has another form of the same calls.
        return new UriBuilder(url)
        {
            Scheme = url.Scheme is "https" or "wss" ? "wss" : "ws",
            Port = url.Port,
            Path = url.AbsolutePath is "/" or "/websocket" ? ServiceClient.Path : url.AbsolutePath,
        }.Uri;
    }
}
