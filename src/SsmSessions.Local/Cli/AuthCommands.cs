using System.Text.Json.Nodes;

namespace SsmSessions.Local.Cli;

/// <summary>The namespace <c>auth</c> (spec/truenas-sessions.md §1, §5).</summary>
internal static class AuthCommands
{
    public static CliNamespace Namespace { get; } = new(
        "auth",
        "Sessions, and who is logged in",
        [
            new CliAction("sessions", "List live sessions", SessionsAsync) { Completions = SessionsCompletion.Of, Manual = SessionsManual },
            new CliAction("terminate_session", "End a session", (shell, _, rest) => CallAsync(shell, "auth.terminate_session", rest, "id"))
            {
                Completions = text => text.Length <= "id=".Length && "id=".StartsWith(text, StringComparison.Ordinal) ? [new Completion("id=", text.Length)] : [],
                Manual = TerminateManual,
            },
            new CliAction("terminate_other_sessions", "End all sessions but the current one and internal ones", (shell, _, rest) => CallAsync(shell, "auth.terminate_other_sessions", rest))
            {
                Manual = "Ends every session of the account but the current one and internal ones.",
            },
            new CliAction("me", "Show who is logged in", (shell, _, rest) => CallAsync(shell, "auth.me", rest)) { Manual = "Shows who is logged in." },
        ]);

    private const string SessionsManual = """
        Lists the sessions that have not ended, oldest first.

        Columns can be chosen, and sessions filtered:

            sessions id,origin
            sessions * WHERE internal == false
            sessions id WHERE origin.startswith('10.') or credentials in ['API_KEY', 'TOKEN']
        """;

    private const string TerminateManual = """
        Ends a session. Its id is the one of `sessions`, or the session's own, in quotes:

            terminate_session "3f0c2a9e-51d7-4b86-9d6e-0c7be1a4f210"

        Prints false when there is no such session.
        """;

    private static Task SessionsAsync(CliShell shell, CliNamespace home, string? rest)
    {
        var query = SessionsQuery.Parse(rest ?? "");
        return shell.CallAsync("auth.sessions", new JsonArray(query.Filters, new JsonObject()), query.Choose);
    }

    private static Task CallAsync(CliShell shell, string method, string? rest, params string[] parameters) =>
        shell.CallAsync(method, CommandArguments.Parse(rest).InOrder(parameters), answer => answer);
}
