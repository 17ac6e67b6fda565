using SsmSessions.Core.Sessions;

namespace SsmSessions.Core.Documents;

/// <summary>The preferences of a Session document (spec/ssm-control-plane.md §11.1). What is absent is empty, false, or no
/// limit.</summary>
public sealed record SessionInputs
{
    /// <summary>The preferences where nobody has any.</summary>
    public static SessionInputs Default { get; } = new();

    /// <summary>The bucket of the logs, or empty.</summary>
    public string S3BucketName { get; init; } = "";

    /// <summary>The prefix of the logs' keys.</summary>
    public string S3KeyPrefix { get; init; } = "";

    /// <summary>Refuse a bucket that is not encrypted.</summary>
    public bool S3EncryptionEnabled { get; init; }

    /// <summary>The log group, or empty.</summary>
    public string CloudWatchLogGroupName { get; init; } = "";

    /// <summary>Refuse a log group that is not encrypted.</summary>
    public bool CloudWatchEncryptionEnabled { get; init; }

    /// <summary>Log while the session lasts, not at its end.</summary>
    public bool CloudWatchStreamingEnabled { get; init; }

    /// <summary>The key of the data's encryption, or empty.</summary>
    public string KmsKeyId { get; init; } = "";

    /// <summary>Run as another user than the agent's.</summary>
    public bool RunAsEnabled { get; init; }

    /// <summary>That user, where the caller has none of his own.</summary>
    public string RunAsDefaultUser { get; init; } = "";

    /// <summary>How long a session may be idle, 1 to 60 minutes.</summary>
    public TimeSpan IdleTimeout { get; init; } = Session.DefaultIdleTimeout;

    /// <summary>How long a session may last, 1 to 1440 minutes, or null without limit.</summary>
    public TimeSpan? MaxSessionDuration { get; init; }

    /// <summary>Typed into the shell at its start, on Linux and macOS.</summary>
    public string LinuxShellProfile { get; init; } = "";

    /// <summary>Typed into the shell at its start, on Windows.</summary>
    public string WindowsShellProfile { get; init; } = "";
}
