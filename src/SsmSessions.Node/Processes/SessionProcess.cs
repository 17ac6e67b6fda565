namespace SsmSessions.Node.Processes;

/// <summary>What all processes of sessions have in common: who they run as, where, and with which environment
/// (spec/ssm-data-channel.md §9.1).</summary>
/// <param name="RunAs">The user; null for the one of this process.</param>
/// <param name="Home">His home, where he begins.</param>
/// <param name="Environment">The environment variables.</param>
internal sealed record SessionProcess(UserAccount? RunAs, string Home, IReadOnlyDictionary<string, string> Environment)
{
    /// <summary>The value of PATH.</summary>
    public string? ProgramFolders => Environment.GetValueOrDefault("PATH");

    /// <param name="session">The session.</param>
    /// <param name="runAsElevated">Run as the service does, whatever user the preferences name.</param>
    /// <exception cref="LaunchException">It cannot be run as the preferences demand.</exception>
    public static SessionProcess Of(NodeSession session, bool runAsElevated)
    {
        if (!OperatingSystem.IsLinux())
            throw new LaunchException("shells and commands of this node need Linux");
        if (!runAsElevated && session.Plan.Inputs.RunAsEnabled && RunAsOf(session) is { } user)
            return new SessionProcess(user, user.Home, ChildEnvironment.Of(user));
        var home = System.Environment.GetEnvironmentVariable("HOME");
        if (string.IsNullOrEmpty(home))
            home = UserAccount.Current()?.Home ?? "/";
        return new SessionProcess(RunAs: null, home, ChildEnvironment.Inherited(home));
    }

    /// <summary>The user that the session must run as; null when it is the one of this process.</summary>
    private static UserAccount? RunAsOf(NodeSession session)
    {
        var name = string.IsNullOrWhiteSpace(session.Plan.RunAsUser) ? session.Parameters.Text(session.Plan.Inputs.RunAsDefaultUser) : session.Plan.RunAsUser;
        if (string.IsNullOrWhiteSpace(name))
            throw new LaunchException("please set the RunAs default user");
        var user = UserAccount.Find(name) ?? throw new LaunchException($"failed to start pty since RunAs user {name} does not exist");
        if (user.IsCurrent)
            return null;
        const uint Root = 0;
        return Libc.EffectiveUser() == Root
            ? user
            : throw new LaunchException($"failed to start pty since only a service that runs as root can run as user {name}");
    }
}
