namespace SsmSessions.Node;

/// <summary>The columns and rows of a terminal.</summary>
public readonly record struct TerminalSize(int Columns, int Rows)
{
    /// <summary>What a terminal has until its client says otherwise.</summary>
    public static TerminalSize Default => new(80, 24);
}
