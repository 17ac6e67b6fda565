using RadLine;
using Spectre.Console;

namespace SsmSessions.Local.Cli;

/// <summary>Reads lines from a terminal, with history and completion.</summary>
internal sealed class TerminalPrompt
{
    private readonly LineEditor _editor;
    private readonly CliHistory _history;
    private bool _isOver;

    /// <summary>A prompt on this process's terminal.</summary>
    /// <param name="shell">Says what the prompt is, and what a line can go on with.</param>
    /// <param name="history">Lines of before.</param>
    public TerminalPrompt(CliShell shell, CliHistory history)
    {
        _history = history;
        _editor = new LineEditor(AnsiConsole.Console) { Prompt = new ShellPrompt(shell) };
        _editor.KeyBindings.Add<PreviousHistoryCommand>(ConsoleKey.UpArrow);
        _editor.KeyBindings.Add<NextHistoryCommand>(ConsoleKey.DownArrow);
        _editor.KeyBindings.Add<MoveHomeCommand>(ConsoleKey.A, ConsoleModifiers.Control);
        _editor.KeyBindings.Add<MoveEndCommand>(ConsoleKey.E, ConsoleModifiers.Control);
        _editor.KeyBindings.Add(ConsoleKey.C, ConsoleModifiers.Control, () => new DropLineKey());
        _editor.KeyBindings.Add(ConsoleKey.D, ConsoleModifiers.Control, () => new EndOfInputKey(() => _isOver = true));
        var completion = new CompletionKey(shell.Complete);
        _editor.KeyBindings.Add(ConsoleKey.Tab, () => completion);
        foreach (var line in history.Lines)
            _editor.History.Add(line);
    }

    /// <summary>Whether this process has a terminal that lines can be edited on.</summary>
    public static bool IsPossible => !Console.IsInputRedirected && !Console.IsOutputRedirected && LineEditor.IsSupported(AnsiConsole.Console);

    /// <summary>The next line; null at the end. A dropped line is an empty one.</summary>
    public async Task<string?> ReadAsync(CancellationToken cancellationToken)
    {
        // Ctrl-C belongs to the line, while there is one.
        Console.TreatControlCAsInput = true;
        try
        {
            var line = await _editor.ReadLine(cancellationToken);
            if (_isOver)
                return null;
            if (string.IsNullOrWhiteSpace(line))
                return "";
            // The editor itself remembers it until the end.
            _history.Add(line);
            return line;
        }
        finally
        {
            Console.TreatControlCAsInput = false;
        }
    }

    /// <summary>The prompt as it is at each line.</summary>
    private sealed class ShellPrompt(CliShell shell) : ILineEditorPrompt
    {
        private const int BlankBehind = 1;

        public (Markup Markup, int Margin) GetPrompt(ILineEditorState state, int line) => (new Markup(Markup.Escape(shell.Prompt.TrimEnd())), BlankBehind);
    }
}
