using System.CommandLine;
using SsmSessions.Local.Cli;

namespace SsmSessions.Local;

/// <summary>The command line: <c>ssm-sessions [serve]</c>, <c>ssm-sessions cli</c> and <c>ssm-sessions env</c>. A bad option is one line on stderr and exit status 2.</summary>
internal static class CommandLine
{
    public const int BadUsage = 2;

    public static async Task<int> RunAsync(string[] args)
    {
        var serve = new Command("serve", "Serve the session APIs (the default command).");
        var env = EnvCommand.Create();
        var cli = CliCommand.Create();
        var root = new RootCommand(
            "Session Manager (AWS Systems Manager) sessions, without an AWS account.\n\n" +
            "Each option can also be given by environment (SSM_SESSIONS_PUBLIC_URL for --public-url; several values are separated by ';') " +
            "or by the file of --config (JSON: {\"public-url\": \"…\", \"node\": [\"…\"]}). The command line wins, then the environment, then the file.")
        {
            serve,
            cli,
            env,
        };
        foreach (var setting in ServeSettings.All)
        {
            root.Add(setting.Option);
            serve.Add(setting.Option);
        }

        root.SetAction(ServeAsync);
        serve.SetAction(ServeAsync);
        cli.SetAction(CliAsync);
        env.SetAction(Env);

        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
            return Refuse(parsed.Errors[0].Message);
        return await parsed.InvokeAsync();
    }

    private static async Task<int> ServeAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        try
        {
            return await ServeCommand.RunAsync(ServeSettings.Read(parsed), cancellationToken);
        }
        catch (SettingException bad)
        {
            return Refuse(bad.Message);
        }
    }

    private static async Task<int> CliAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        try
        {
            return await CliCommand.RunAsync(parsed, Console.Out, Console.Error, cancellationToken);
        }
        catch (SettingException bad)
        {
            return Refuse(bad.Message);
        }
    }

    private static int Env(ParseResult parsed)
    {
        try
        {
            return EnvCommand.Run(parsed, Console.Out);
        }
        catch (SettingException bad)
        {
            return Refuse(bad.Message);
        }
    }

    public static int Refuse(string message)
    {
        Console.Error.WriteLine($"ssm-sessions: {message.ReplaceLineEndings(" ").Trim()}");
        return BadUsage;
    }
}
