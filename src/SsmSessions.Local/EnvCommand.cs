using System.CommandLine;
using SsmSessions.Server;

namespace SsmSessions.Local;

/// <summary><c>ssm-sessions env</c>: the environment that leads clients to a service on this machine, for a shell to evaluate.</summary>
internal static class EnvCommand
{
    private static readonly Setting ShellSetting = new("shell", "sh|pwsh", "The shell that is to evaluate it (default sh; on Windows pwsh).");
    private static readonly Setting UrlSetting = new("url", "URL", "Where the service listens, in place of what it says itself.");

    public static Command Create() => new(
        "env",
        "Print the environment that leads aws-cli, SDKs and session-manager-plugin to a service on this machine.\n\n" +
        "  eval \"$(ssm-sessions env)\"\n" +
        "  ssm-sessions env --shell pwsh | Out-String | Invoke-Expression\n\n" +
        "Address and mode are those of the service that was started last with this data folder and keeps anything there: it writes them to " +
        "service.json. (A service with --stream-url ws and --store memory or dynamodb keeps nothing: name it by --url.)")
    {
        ShellSetting.Option, ServeSettings.DataSetting.Option, UrlSetting.Option, ServeSettings.ConfigSetting.Option,
    };

    /// <exception cref="SettingException">A setting cannot be used, or nothing is known of a service.</exception>
    public static int Run(ParseResult parsed, TextWriter output)
    {
        var values = new SettingValues(parsed, ServeSettings.ConfigSetting);
        var folder = ServeSettings.DataFolderOf(values);
        var url = values.Url(UrlSetting);
        var write = values.OneOf<Func<string, string, string>>(
            ShellSetting, OperatingSystem.IsWindows() ? ShellText.PowerShell : ShellText.Posix, ("sh", ShellText.Posix), ("pwsh", ShellText.PowerShell));
        var service = ServiceFile.Read(folder)
            ?? (url is null ? null : new ServiceFile(url, StreamUrlMode.Ws, Authority: null, Bundle: null))
            ?? throw new SettingException($"no service has said in {folder} where it listens: start it with this data folder, or name it by --url");
        service = service with { Url = url ?? service.Url };
        if (service.StreamUrl == StreamUrlMode.Aws && service.Url.Scheme != Uri.UriSchemeHttp)
            throw new SettingException("--url: with --stream-url aws it must be an http:// address of the service, which is the proxy too");
        foreach (var (name, value) in VariablesOf(service))
            output.WriteLine(write(name, value));
        return 0;
    }

    private static IEnumerable<(string Name, string Value)> VariablesOf(ServiceFile service)
    {
        yield return ("AWS_ENDPOINT_URL_SSM", service.Url.AbsoluteUri.TrimEnd('/'));
        if (service is { Bundle: { } bundle, Authority: { } authority })
        {
            // What Go, OpenSSL and .NET trust; what aws-cli and the SDKs trust; what Node trusts besides its own list.
            yield return ("SSL_CERT_FILE", bundle);
            yield return ("AWS_CA_BUNDLE", bundle);
            yield return ("NODE_EXTRA_CA_CERTS", authority);
        }

        if (service.StreamUrl != StreamUrlMode.Aws)
            yield break;
        // Both ways to write them: clients differ in which one wins.
        foreach (var name in new[] { "HTTPS_PROXY", "https_proxy" })
            yield return (name, service.Url.GetLeftPart(UriPartial.Authority));
        foreach (var name in new[] { "NO_PROXY", "no_proxy" })
            yield return (name, string.Join(',', new[] { "localhost", "127.0.0.1", "::1", service.Url.IdnHost }.Distinct()));
    }
}

/// <summary>Assignments in the languages of shells. Whatever a value holds, nothing in it is evaluated.</summary>
internal static class ShellText
{
    public static string Posix(string name, string value) => $"export {name}={PosixQuoted(value)}";

    public static string PosixQuoted(string value) => $"'{value.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    /// <summary>PowerShell takes typographic quotes for quotes, and each is doubled to stand for itself.</summary>
    public static string PowerShell(string name, string value) =>
        $"$env:{name} = '{string.Concat(value.Select(c => c is '\'' or '\u2018' or '\u2019' or '\u201A' or '\u201B' ? new string(c, 2) : c.ToString()))}'";
}
