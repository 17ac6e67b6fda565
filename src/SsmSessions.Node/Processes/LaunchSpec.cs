namespace SsmSessions.Node.Processes;

/// <summary>What is to be started, and how.</summary>
internal sealed record LaunchSpec
{
    /// <summary>The program's file.</summary>
    public required string Path { get; init; }

    /// <summary>Its arguments, its own name not among them.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>Its environment variables: these and no others.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>Where it begins; "/" where this folder does not exist.</summary>
    public required string WorkingDirectory { get; init; }

    /// <summary>Standard input, output and error. A terminal as input becomes the controlling terminal.</summary>
    public required (ChildStream Input, ChildStream Output, ChildStream Error) Streams { get; init; }

    /// <summary>The user it runs as; null for the one of this process.</summary>
    public UserAccount? RunAs { get; init; }
}

/// <summary>What a standard stream of a child is.</summary>
/// <param name="Path">A file that is opened, or null.</param>
/// <param name="Flags">How it is opened.</param>
/// <param name="Descriptor">Without a path: a descriptor of this process, or of the child when it is 0 to 2.</param>
internal readonly record struct ChildStream(string? Path, int Flags, int Descriptor)
{
    /// <summary>A file of this path.</summary>
    public static ChildStream Open(string path, int flags) => new(path, flags, Descriptor: -1);

    /// <summary>The same as this descriptor.</summary>
    public static ChildStream Same(int descriptor) => new(Path: null, Flags: 0, descriptor);
}
