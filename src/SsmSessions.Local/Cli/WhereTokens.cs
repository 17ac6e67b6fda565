using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace SsmSessions.Local.Cli;

/// <summary>What a part of an expression is.</summary>
internal enum WhereTokenKind
{
    /// <summary>A word: a name, or one that has a meaning.</summary>
    Word,

    /// <summary>A number or a quoted text.</summary>
    Constant,

    /// <summary>Punctuation.</summary>
    Mark,

    /// <summary>The end of the text.</summary>
    End,
}

/// <summary>A part of an expression.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">As it stands there.</param>
/// <param name="Place">Where it begins, from 0.</param>
/// <param name="Value">The value of a constant.</param>
internal readonly record struct WhereToken(WhereTokenKind Kind, string Text, int Place, JsonValue? Value = null);

/// <summary>Cuts an expression behind <c>WHERE</c> into its parts. The language is that of Python's expressions, and so are the complaints.</summary>
internal sealed class WhereTokens(string text)
{
    private const string Brackets = "([{";
    private const string ClosingBrackets = ")]}";
    private static readonly string[] Marks =
        ["**", "//", "==", "!=", ">=", "<=", "<<", ">>", "(", ")", "[", "]", "{", "}", ",", ".", ":", "=", "<", ">", "+", "-", "*", "/", "%", "&", "|", "^", "~", "@"];

    private readonly List<WhereToken> _tokens = [];
    private readonly Stack<(char Bracket, int Place)> _open = new();
    private int _at;

    /// <summary>All parts, the end last.</summary>
    /// <exception cref="CliFailure">A part has no end, or brackets do not match.</exception>
    public IReadOnlyList<WhereToken> Read()
    {
        while (_at < text.Length)
        {
            var c = text[_at];
            if (c is ' ' or '\t')
                _at++;
            else if (char.IsLetter(c) || c == '_')
                Add(WhereTokenKind.Word, LengthWhile(next => char.IsLetterOrDigit(next) || next == '_'));
            else if (c is '\'' or '"')
                ReadText(c);
            else if (char.IsAsciiDigit(c))
                ReadNumber();
            else
                ReadMark();
        }

        _tokens.Add(new WhereToken(WhereTokenKind.End, "", text.Length));
        return _tokens;
    }

    /// <summary>What is wrong with the expression at a part that does not belong there.</summary>
    public CliFailure Unexpected(WhereToken token)
    {
        if (token.Kind != WhereTokenKind.End)
            return Bad("invalid syntax", token.Place);
        return _open.TryPeek(out var open) ? Bad($"'{open.Bracket}' was never closed", open.Place) : Bad("invalid syntax", place: -1);
    }

    /// <summary>A complaint with a caret under the place (from 0).</summary>
    public CliFailure Bad(string what, int place) => new($"{what}\n {text}\n{new string(' ', place + 1)}^");

    private void Add(WhereTokenKind kind, int length, JsonValue? value = null)
    {
        _tokens.Add(new WhereToken(kind, text.Substring(_at, length), _at, value));
        _at += length;
    }

    private int LengthWhile(Func<char, bool> belongs)
    {
        var end = _at;
        while (end < text.Length && belongs(text[end]))
            end++;
        return end - _at;
    }

    private void ReadMark()
    {
        var mark = Array.Find(Marks, mark => text.AsSpan(_at).StartsWith(mark, StringComparison.Ordinal)) ?? throw Bad("invalid syntax", _at);
        if (Brackets.Contains(mark[0], StringComparison.Ordinal))
            _open.Push((mark[0], _at));
        else if (ClosingBrackets.IndexOf(mark[0], StringComparison.Ordinal) is >= 0 and var which)
            Close(which);
        Add(WhereTokenKind.Mark, mark.Length);
    }

    private void Close(int which)
    {
        if (!_open.TryPop(out var open))
            throw Bad($"unmatched '{text[_at]}'", _at);
        if (open.Bracket != Brackets[which])
            throw Bad($"closing parenthesis '{text[_at]}' does not match opening parenthesis '{open.Bracket}'", _at);
    }

    private void ReadNumber()
    {
        var length = LengthWhile(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_');
        if (_at + length < text.Length && text[_at + length] is '+' or '-' && text[_at + length - 1] is 'e' or 'E' && !text.AsSpan(_at).StartsWith("0x"))
        {
            var start = _at;
            _at += length + 1;
            length += 1 + LengthWhile(char.IsAsciiDigit);
            _at = start;
        }

        var number = text.Substring(_at, length).Replace("_", "", StringComparison.Ordinal);
        Add(WhereTokenKind.Constant, length, NumberOf(number) ?? throw Bad("invalid decimal literal", _at));
    }

    private static JsonValue? NumberOf(string number)
    {
        var whole = number.Length > 2 && number[0] == '0' ? char.ToLowerInvariant(number[1]) : ' ';
        if (whole == 'x')
            return long.TryParse(number.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hex) ? JsonValue.Create(hex) : null;
        if (number.Length > 1 && number[0] == '0' && number.All(char.IsAsciiDigit) && number.Any(c => c != '0'))
            return null;
        if (long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var integer))
            return JsonValue.Create(integer);
        return double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) && double.IsFinite(real) ? JsonValue.Create(real) : null;
    }

    private void ReadText(char quote)
    {
        var value = new StringBuilder();
        var end = _at + 1;
        while (true)
        {
            if (end >= text.Length || text[end] == '\n')
                throw Bad("unterminated string literal (detected at line 1)", _at);
            if (text[end] == quote)
                break;
            if (text[end] == '\\' && end + 1 < text.Length)
                end = ReadEscape(end + 1, value);
            else
                value.Append(text[end++]);
        }

        Add(WhereTokenKind.Constant, end + 1 - _at, JsonValue.Create(value.ToString()));
    }

    /// <summary>Appends what stands behind a backslash; an escape that means nothing stays as it is.</summary>
    private int ReadEscape(int at, StringBuilder value)
    {
        var digits = text[at] switch { 'x' => 2, 'u' => 4, _ => 0 };
        if (digits > 0 && at + digits < text.Length
            && int.TryParse(text.AsSpan(at + 1, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
        {
            value.Append((char)code);
            return at + 1 + digits;
        }

        _ = text[at] switch
        {
            '\\' or '\'' or '"' => value.Append(text[at]),
            'n' => value.Append('\n'),
            'r' => value.Append('\r'),
            't' => value.Append('\t'),
            var other => value.Append('\\').Append(other),
        };
        return at + 1;
    }
}
