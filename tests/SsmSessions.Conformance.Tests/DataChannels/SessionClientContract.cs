using SsmSessions.Conformance.Tests.DataChannels.Clients;

namespace SsmSessions.Conformance.Tests.DataChannels;

/// <summary>Sessions from end to end, on a real host process with a node of kind local: what every client must get from it.</summary>
public abstract partial class SessionClientContract(SessionHosts hosts) : IClassFixture<SessionHosts>
{
    /// <summary>What <see cref="OpenShellAsync"/> makes the shell say when it waits for a command. What is typed does not contain it.</summary>
    protected const string Prompt = "ready> ";

    private const string TypedPrompt = "PS1='rea''dy> '\r";
    private static readonly string FirstPrompt = Environment.IsPrivilegedProcess ? "# " : "$ ";

    /// <summary>The hosts of this class.</summary>
    protected SessionHosts Hosts => hosts;

    /// <summary>The client, or the test is skipped.</summary>
    protected abstract ISessionClient Client { get; }

    /// <summary>Starts a session on the host that lets everybody in.</summary>
    protected async Task<ISessionRun> StartAsync(SessionRequest request) => await Client.StartAsync(await hosts.OpenAsync(), request);

    /// <summary>Starts a session with an own document on the host that lets everybody in.</summary>
    protected async Task<ISessionRun> StartAsync(string content, params (string Name, string Value)[] parameters)
    {
        var name = $"Conformance-{Guid.NewGuid():N}";
        await (await hosts.OpenAsync()).CreateDocumentAsync(name, content);
        return await StartAsync(SessionRequest.Of(name, parameters));
    }

    /// <summary>A shell that waits for a command.</summary>
    protected async Task<ISessionRun> OpenShellAsync(SessionHost? host = null)
    {
        var run = await Client.StartAsync(host ?? await hosts.OpenAsync(), new SessionRequest());
        try
        {
            await run.ReadUntilAsync(FirstPrompt);
            await run.TypeAsync(TypedPrompt);
            await run.ReadUntilAsync(Prompt);
            return run;
        }
        catch
        {
            await run.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a command in the shell, and returns what it printed, with lines ended by LF. No terminal on the way shows what was typed
    /// otherwise than it was typed, as long as it fits in a line.</summary>
    protected static async Task<string> RunAsync(ISessionRun shell, string command)
    {
        await shell.TypeAsync(command + "\r");
        await shell.ReadUntilAsync(command);
        var output = Lines(await shell.ReadUntilAsync(Prompt));
        return output[..^Prompt.Length].Trim('\n');
    }

    /// <summary>A text with its lines ended by LF, how many terminals it may have come through.</summary>
    protected static string Lines(string text) => text.Replace("\r", "", StringComparison.Ordinal);
}
