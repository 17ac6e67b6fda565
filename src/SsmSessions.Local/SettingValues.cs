using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using SsmSessions.Local.Cli;

namespace SsmSessions.Local;

/// <summary>The values of settings, wherever they were given.</summary>
internal sealed class SettingValues
{
    private readonly ParseResult _parsed;
    private readonly IConfiguration _file;

    public SettingValues(ParseResult parsed, Setting configFile)
    {
        _parsed = parsed;
        _file = new ConfigurationBuilder().Build();
        if (One(configFile) is { } path)
            _file = Load(path);
    }

    /// <summary>The value of a setting, or null.</summary>
    public string? One(Setting setting) => Many(setting) is { Length: > 0 } values ? values[^1] : null;

    /// <summary>True when a flag is given (and not as false).</summary>
    public bool IsSet(Setting setting)
    {
        if (_parsed.GetResult(setting.Option) is { } result && result.Tokens.Count == 0)
            return true;
        return One(setting) is { } value
            && (bool.TryParse(value, out var set) ? set : throw new SettingException($"--{setting.Name}: '{value}' is neither true nor false"));
    }

    /// <summary>A whole number from 1.</summary>
    public int Count(Setting setting, int absent)
    {
        if (One(setting) is not { } text)
            return absent;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0
            ? count
            : throw new SettingException($"--{setting.Name}: '{text}' is not a whole number from 1");
    }

    public Uri? Url(Setting setting)
    {
        if (One(setting) is not { } text)
            return null;
        return Uri.TryCreate(text, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps)
            ? url
            : throw new SettingException($"--{setting.Name}: '{text}' is not an http:// or https:// URL");
    }

    public T OneOf<T>(Setting setting, T absent, params ReadOnlySpan<(string Name, T Value)> choices)
    {
        if (One(setting) is not { } text)
            return absent;
        foreach (var (name, value) in choices)
        {
            if (name == text)
                return value;
        }

        var names = new List<string>();
        foreach (var (name, _) in choices)
            names.Add(name);
        throw new SettingException($"--{setting.Name}: '{text}' is not one of {string.Join(", ", names)}");
    }

    public IReadOnlyList<string> ManyOr(Setting setting, IReadOnlyList<string> absent) => Many(setting) is { Length: > 0 } values ? values : absent;

    private string[] Many(Setting setting)
    {
        if (_parsed.GetResult(setting.Option) is { Tokens.Count: > 0 } result)
            return [.. result.Tokens.Select(t => t.Value)];
        if (Environment.GetEnvironmentVariable(setting.EnvironmentVariable) is { Length: > 0 } variable)
            return setting.Many ? variable.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) : [variable];
        var section = _file.GetSection(setting.Name);
        return section.Value is { } single ? [single] : [.. section.GetChildren().Select(c => c.Value).OfType<string>()];
    }

    private static IConfigurationRoot Load(string path)
    {
        try
        {
            var file = new ConfigurationBuilder().AddJsonFile(Path.GetFullPath(path), optional: false, reloadOnChange: false).Build();
            if (file.GetChildren().FirstOrDefault(c => ServeSettings.All.Concat(CliSettings.All).All(s => s.Name != c.Key)) is { } unknown)
                throw new SettingException($"--config: {path} has the unknown setting '{unknown.Key}'");
            return file;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or InvalidDataException or FormatException or JsonException)
        {
            throw new SettingException($"--config: {path} cannot be read: {(failure.InnerException ?? failure).Message}");
        }
    }
}
