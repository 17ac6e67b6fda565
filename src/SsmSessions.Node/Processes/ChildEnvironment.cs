using System.Collections;

namespace SsmSessions.Node.Processes;

/// <summary>The environment variables of what a session runs: those of this process, but for what was given to the service itself,
/// and those that the agent sets (spec/ssm-data-channel.md §9.1).</summary>
internal static class ChildEnvironment
{
    /// <summary>Settings and secrets of the service come by these names.</summary>
    private static readonly string[] ServicesOwn =
    [
        "SSM_SESSIONS_", "AWS_", "ASPNETCORE_", "DOTNET_", "Kestrel__", "Logging__", "NOTIFY_SOCKET", "LISTEN_FDS", "LISTEN_PID",
        "LISTEN_FDNAMES", "INVOCATION_ID", "JOURNAL_STREAM",
    ];

    /// <summary>For what runs as this process does.</summary>
    /// <param name="home">The folder HOME.</param>
    public static Dictionary<string, string> Inherited(string home)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            var name = (string)variable.Key;
            if (!Array.Exists(ServicesOwn, own => name.StartsWith(own, StringComparison.OrdinalIgnoreCase)))
                variables[name] = (string?)variable.Value ?? "";
        }

        return Completed(variables, home);
    }

    /// <summary>For what runs as another user: nothing of this process but where programs are and which language is spoken.</summary>
    public static Dictionary<string, string> Of(UserAccount user)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["USER"] = user.Name,
            ["LOGNAME"] = user.Name,
            ["SHELL"] = user.Shell,
        };
        foreach (var name in (string[])["PATH", "LANG", "LC_ALL", "TZ"])
        {
            if (Environment.GetEnvironmentVariable(name) is { } value)
                variables[name] = value;
        }

        return Completed(variables, user.Home);
    }

    private static Dictionary<string, string> Completed(Dictionary<string, string> variables, string home)
    {
        variables["HOME"] = home;
        variables["TERM"] = "xterm-256color";
        if (string.IsNullOrEmpty(variables.GetValueOrDefault("LANG")))
            variables["LANG"] = "C.UTF-8";
        return variables;
    }
}
