using System.CommandLine;

namespace SsmSessions.Local;

/// <summary>One thing that can be set: by option, environment variable or file, in this order.</summary>
internal sealed class Setting(string name, string argument, string help, bool many = false, bool flag = false)
{
    /// <summary>The option's name without dashes, which is also its key in the file.</summary>
    public string Name => name;

    /// <summary>True for one that may be given several times.</summary>
    public bool Many => many;

    /// <summary>True for one without an argument.</summary>
    public bool Flag => flag;

    /// <summary>As <c>SSM_SESSIONS_PUBLIC_URL</c>.</summary>
    public string EnvironmentVariable => "SSM_SESSIONS_" + name.Replace('-', '_').ToUpperInvariant();

    /// <summary>The option of the command line.</summary>
    public Option<string[]> Option { get; } = new("--" + name)
    {
        Description = help,
        HelpName = argument,
        // The last one wins where one is meant.
        Arity = flag ? ArgumentArity.ZeroOrMore : ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
    };
}

/// <summary>A setting that cannot be used. The message is one clear line.</summary>
internal sealed class SettingException(string message) : Exception(message);
