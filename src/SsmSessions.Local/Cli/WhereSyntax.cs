using System.Text.Json.Nodes;

namespace SsmSessions.Local.Cli;

/// <summary>An expression behind <c>WHERE</c>. The names of kinds are those of Python's own tree, since complaints name them.</summary>
internal abstract record WhereNode(string Kind);

internal sealed record WhereName(string Name) : WhereNode("Name");

internal sealed record WhereConstant(JsonValue? Value) : WhereNode("Constant");

internal sealed record WhereItems(string Kind, IReadOnlyList<WhereNode> Items) : WhereNode(Kind);

internal sealed record WhereBool(string Operator, IReadOnlyList<WhereNode> Values) : WhereNode("BoolOp");

internal sealed record WhereUnary(string Operator, WhereNode Operand) : WhereNode("UnaryOp");

internal sealed record WhereCompare(WhereNode Left, IReadOnlyList<string> Operators, IReadOnlyList<WhereNode> Right) : WhereNode("Compare");

internal sealed record WhereAttribute(WhereNode Of, string Name) : WhereNode("Attribute");

internal sealed record WhereCall(WhereNode Function, IReadOnlyList<WhereNode> Arguments, bool HasKeywords) : WhereNode("Call");

/// <summary>What is an expression and no filter.</summary>
internal sealed record WhereOther(string Kind) : WhereNode(Kind);

/// <summary>Reads an expression behind <c>WHERE</c> by recursive descent, to a bounded depth.</summary>
internal sealed class WhereSyntax
{
    private const int Deepest = 32;
    private static readonly string[] Keywords =
    [
        "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del", "elif", "else", "except", "finally", "for", "from",
        "global", "if", "import", "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
    ];

    private static readonly string[] Arithmetic = ["+", "-", "*", "/", "//", "%", "**", "@", "&", "|", "^", "<<", ">>"];

    private readonly WhereTokens _source;
    private readonly IReadOnlyList<WhereToken> _tokens;
    private int _at;
    private int _depth;

    private WhereSyntax(string text)
    {
        _source = new WhereTokens(text);
        _tokens = _source.Read();
    }

    private WhereToken Next => _tokens[_at];

    /// <summary>The expression of a text.</summary>
    /// <exception cref="CliFailure">It is none.</exception>
    public static WhereNode Parse(string text)
    {
        var syntax = new WhereSyntax(text);
        var expression = syntax.ReadOr();
        return syntax.Next.Kind == WhereTokenKind.End ? expression : throw syntax._source.Unexpected(syntax.Next);
    }

    private WhereNode ReadOr() => ReadBool("or", "Or", () => ReadBool("and", "And", ReadNot));

    private WhereNode ReadBool(string word, string name, Func<WhereNode> read)
    {
        var values = new List<WhereNode> { read() };
        while (TakeWord(word))
            values.Add(read());
        return values.Count == 1 ? values[0] : new WhereBool(name, values);
    }

    private WhereNode ReadNot() => TakeWord("not") ? Nested(() => new WhereUnary("Not", ReadNot())) : ReadComparison();

    private WhereNode ReadComparison()
    {
        var left = ReadArithmetic();
        List<string> operators = [];
        List<WhereNode> right = [];
        while (TakeComparison() is { } comparison)
        {
            operators.Add(comparison);
            right.Add(ReadArithmetic());
        }

        return operators.Count == 0 ? left : new WhereCompare(left, operators, right);
    }

    private string? TakeComparison()
    {
        if (Next.Kind == WhereTokenKind.Mark)
        {
            var name = Next.Text switch { "==" => "Eq", "!=" => "NotEq", ">" => "Gt", ">=" => "GtE", "<" => "Lt", "<=" => "LtE", _ => null };
            _at += name is null ? 0 : 1;
            return name;
        }

        if (TakeWord("in"))
            return "In";
        if (TakeWord("is"))
            return TakeWord("not") ? "IsNot" : "Is";
        if (!IsWord("not") || !(_tokens[_at + 1] is { Kind: WhereTokenKind.Word, Text: "in" }))
            return null;
        _at += 2;
        return "NotIn";
    }

    /// <summary>No filter can be made of arithmetic: it is read for the sake of its complaint.</summary>
    private WhereNode ReadArithmetic()
    {
        var first = ReadUnary();
        var isArithmetic = false;
        while (Next.Kind == WhereTokenKind.Mark && Arithmetic.Contains(Next.Text))
        {
            _at++;
            ReadUnary();
            isArithmetic = true;
        }

        return isArithmetic ? new WhereOther("BinOp") : first;
    }

    private WhereNode ReadUnary()
    {
        if (Next is not { Kind: WhereTokenKind.Mark, Text: "-" or "+" or "~" })
            return ReadPrimary();
        var name = Next.Text switch { "-" => "USub", "+" => "UAdd", _ => "Invert" };
        _at++;
        return Nested(() => new WhereUnary(name, ReadUnary()));
    }

    private WhereNode ReadPrimary()
    {
        var node = ReadAtom();
        while (true)
        {
            if (TakeMark("."))
                node = new WhereAttribute(node, TakeName());
            else if (TakeMark("("))
                node = Nested(() => ReadCall(node));
            else if (TakeMark("["))
                node = Nested(ReadSubscript);
            else
                return node;
        }
    }

    private WhereCall ReadCall(WhereNode function)
    {
        var arguments = new List<WhereNode>();
        var hasKeywords = false;
        while (!TakeMark(")"))
        {
            if (Next.Kind == WhereTokenKind.Word && _tokens[_at + 1] is { Kind: WhereTokenKind.Mark, Text: "=" })
            {
                TakeName();
                _at++;
                ReadOr();
                hasKeywords = true;
            }
            else
            {
                arguments.Add(ReadOr());
            }

            if (!TakeMark(",") && !IsMark(")"))
                throw _source.Unexpected(Next);
        }

        return new WhereCall(function, arguments, hasKeywords);
    }

    private WhereOther ReadSubscript()
    {
        ReadOr();
        Require("]");
        return new WhereOther("Subscript");
    }

    private WhereNode ReadAtom()
    {
        var token = Next;
        if (token.Kind == WhereTokenKind.Constant)
            return ReadConstant();
        if (token.Kind == WhereTokenKind.Word && !Keywords.Contains(token.Text))
        {
            _at++;
            return token.Text switch
            {
                "True" => new WhereConstant(JsonValue.Create(true)),
                "False" => new WhereConstant(JsonValue.Create(false)),
                "None" => new WhereConstant(Value: null),
                _ => new WhereName(token.Text),
            };
        }

        if (TakeMark("("))
            return Nested(() => ReadItems("Tuple", ")"));
        if (TakeMark("["))
            return Nested(() => ReadItems("List", "]"));
        if (TakeMark("{"))
            return Nested(() => ReadItems("Set", "}"));
        throw _source.Unexpected(token);
    }

    /// <summary>Texts that follow each other are one.</summary>
    private WhereConstant ReadConstant()
    {
        var value = Next.Value!;
        _at++;
        while (Next.Kind == WhereTokenKind.Constant && value.TryGetValue<string>(out var text) && Next.Value!.TryGetValue<string>(out var more))
        {
            value = JsonValue.Create(text + more)!;
            _at++;
        }

        return new WhereConstant(value);
    }

    /// <summary>What is in parentheses without a comma is itself; nothing in braces is a dictionary.</summary>
    private WhereNode ReadItems(string kind, string end)
    {
        var items = new List<WhereNode>();
        var hasComma = false;
        while (!TakeMark(end))
        {
            items.Add(ReadOr());
            if (TakeMark(","))
                hasComma = true;
            else if (!IsMark(end))
                throw _source.Unexpected(Next);
        }

        return kind switch
        {
            "Tuple" when items.Count == 1 && !hasComma => items[0],
            "Set" when items.Count == 0 => new WhereOther("Dict"),
            _ => new WhereItems(kind, items),
        };
    }

    private WhereNode Nested(Func<WhereNode> read)
    {
        if (++_depth > Deepest)
            throw _source.Bad("too many nested parentheses", Next.Place);
        var node = read();
        _depth--;
        return node;
    }

    private string TakeName()
    {
        var token = Next;
        if (token.Kind != WhereTokenKind.Word || Keywords.Contains(token.Text))
            throw _source.Unexpected(token);
        _at++;
        return token.Text;
    }

    private bool IsWord(string word) => Next.Kind == WhereTokenKind.Word && Next.Text == word;

    private bool IsMark(string mark) => Next.Kind == WhereTokenKind.Mark && Next.Text == mark;

    private bool TakeWord(string word) => IsWord(word) && Take();

    private bool TakeMark(string mark) => IsMark(mark) && Take();

    private bool Take()
    {
        _at++;
        return true;
    }

    private void Require(string mark)
    {
        if (!TakeMark(mark))
            throw _source.Unexpected(Next);
    }
}
