using System.Text.Json.Nodes;

namespace SsmSessions.Local.Cli;

/// <summary>Executes lines, one after the other: where in the namespaces the user is, and how answers are printed.</summary>
internal sealed class CliShell(CliSettings settings, TextWriter output)
{
    private string _hostName = "";
    private CliNamespace? _current;

    /// <summary>The namespace that holds everything.</summary>
    public CliNamespace Top { get; } = new("", "", [AuthCommands.Namespace]);

    /// <summary>How answers are printed.</summary>
    public OutputMode Mode { get; set; } = OutputMode.Table;

    /// <summary>Whether the service's own words for errors are shown.</summary>
    public bool Stacks { get; set; } = settings.Stacks;

    /// <summary>Set once the user wants to leave.</summary>
    public bool IsOver { get; set; }

    /// <summary>As <c>[nas] auth&gt; </c>.</summary>
    public string Prompt => $"[{_hostName.Split('.')[0]}]{(Current.Path.Length > 0 ? " " : "")}{Current.Path}> ";

    private CliNamespace Current => _current ?? Top;

    /// <summary>Makes sure that there is a service.</summary>
    /// <exception cref="CliFailure">There is none, it lets nobody in, or a setting means nothing.</exception>
    public async Task StartAsync()
    {
        try
        {
            await using var client = await ServiceClient.ConnectAsync(settings);
            _hostName = (await client.CallAsync("system.hostname", []))?.GetValue<string>() ?? "";
        }
        catch (ServiceCallException refused)
        {
            throw new CliFailure(refused.IsNotAuthenticated ? ServiceClient.NotAuthorized : $"Unknown middleware error: {refused.Message}.");
        }

        try
        {
            Mode = OutputMode.Named(settings.Mode);
        }
        catch (CliFailure unknown)
        {
            throw new CliFailure($"ValueError: {unknown.Message}");
        }
    }

    /// <summary>Executes a line.</summary>
    /// <exception cref="CliFailure">It cannot be done.</exception>
    public async Task ExecuteAsync(string line)
    {
        var home = Current;
        while (!string.IsNullOrWhiteSpace(line))
        {
            var (name, rest) = CliNamespace.Split(line);
            switch (home.Find(name))
            {
                case CliNamespace inner when !string.IsNullOrEmpty(rest):
                    (home, line) = (inner, rest);
                    continue;
                case CliNamespace inner:
                    Enter(inner);
                    return;
                case CliAction action:
                    await action.Run(this, home, rest);
                    return;
                default:
                    WriteLine($"Namespace {name} not found");
                    return;
            }
        }
    }

    /// <summary>Makes a call on a connection of its own, and prints the answer.</summary>
    /// <param name="method">The method.</param>
    /// <param name="parameters">Its parameters.</param>
    /// <param name="choose">Picks what is printed.</param>
    /// <exception cref="CliFailure">The service refuses.</exception>
    public async Task CallAsync(string method, JsonArray parameters, Func<JsonNode?, JsonNode?> choose)
    {
        try
        {
            await using var client = await ServiceClient.ConnectAsync(settings);
            WriteLine(Mode.Format(choose(await client.CallAsync(method, parameters))));
        }
        catch (ServiceCallException refused)
        {
            throw new CliFailure(refused.Print(Stacks));
        }
    }

    /// <summary>Goes into a namespace, and says what can be done there.</summary>
    public void Enter(CliNamespace entered)
    {
        _current = entered;
        WriteLine($"Type \"ls\" (followed by Enter) to list available {(entered.Path.Length > 0 ? entered.Path + " " : "")}configuration options");
        if (entered.Own.OfType<CliAction>().FirstOrDefault() is not { } example)
            return;
        WriteLine("Type \"man\" (followed by Action) to get help on how to use the specific Action.");
        WriteLine("");
        WriteLine("i.e.");
        WriteLine($"\tman {example.Name}");
    }

    public void WriteLine(string text) => output.Write(text + "\n");

    /// <summary>What a line can go on with.</summary>
    public IReadOnlyList<Completion> Complete(string line) => [.. Current.Complete(line)];
}
