using RadLine;

namespace SsmSessions.Local.Cli;

/// <summary>Ctrl-C: the line is dropped, and not remembered.</summary>
internal sealed class DropLineKey : LineEditorCommand
{
    public override void Execute(LineEditorContext context)
    {
        context.Buffer.Clear(0, context.Buffer.Length);
        context.Buffer.Move(0);
        context.Submit(SubmitAction.Cancel);
    }
}

/// <summary>Ctrl-D: the end on an empty line, else the character under the cursor goes.</summary>
internal sealed class EndOfInputKey(Action end) : LineEditorCommand
{
    public override void Execute(LineEditorContext context)
    {
        if (context.Buffer.Length > 0)
        {
            context.Execute(new DeleteCommand());
            return;
        }

        end();
        context.Submit(SubmitAction.Cancel);
    }
}

/// <summary>Tab: what the line can go on with, one after the other.</summary>
internal sealed class CompletionKey(Func<string, IReadOnlyList<Completion>> complete) : LineEditorCommand
{
    private IReadOnlyList<Completion> _choices = [];
    private string _before = "";
    private string _shown = "";
    private int _choice;

    public override void Execute(LineEditorContext context)
    {
        var line = context.Buffer.Content[..context.Buffer.CursorPosition];
        if (_choices.Count > 0 && line == _shown)
        {
            _choice = (_choice + 1) % _choices.Count;
        }
        else
        {
            (_before, _choice, _choices) = (line, 0, complete(line));
            if (_choices.Count == 0)
                return;
        }

        var completion = _choices[_choice];
        var next = _before[..^completion.Replaces] + completion.Text;
        context.Buffer.Clear(0, line.Length);
        context.Buffer.Move(0);
        context.Buffer.Insert(next);
        context.Buffer.Move(next.Length);
        _shown = next;
    }
}
