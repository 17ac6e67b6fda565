using System.Text;

namespace SsmSessions.Server.Consul.Go;

/// <summary>
/// Reads the first JSON value of some bytes as Go's <c>json.Decoder</c> does, with its words where it cannot. What follows the value is not
/// looked at. Bytes that are no UTF-8 and halves of surrogate pairs become U+FFFD.
/// </summary>
internal ref struct GoJsonReader
{
    /// <summary>How deep arrays and objects may nest. Go allows ten times that, which no client needs and our stack might not have.</summary>
    private const int MaxDepth = 1000;

    private readonly ReadOnlySpan<byte> _json;
    private int _at;
    private int _depth;

    private GoJsonReader(ReadOnlySpan<byte> json) => _json = json;

    /// <exception cref="GoJsonException">It is not JSON.</exception>
    public static GoJsonValue Read(ReadOnlySpan<byte> json)
    {
        if (json.IndexOfAnyExcept(" \t\r\n"u8) < 0)
            throw new GoJsonException("EOF");
        return new GoJsonReader(json).ReadValue();
    }

    private GoJsonValue ReadValue()
    {
        var first = Next();
        switch (first)
        {
            case (byte)'{':
                return ReadObject();
            case (byte)'[':
                return ReadArray();
            case (byte)'"':
                return new GoJsonValue(GoJsonKind.String) { Text = ReadString() };
            case (byte)'n':
                return ReadLiteral("null"u8, GoJsonValue.Null);
            case (byte)'t':
                return ReadLiteral("true"u8, GoJsonValue.True);
            case (byte)'f':
                return ReadLiteral("false"u8, GoJsonValue.False);
            case (byte)'-' or (>= (byte)'0' and <= (byte)'9'):
                return ReadNumber(first);
            default:
                throw Unexpected(first, "looking for beginning of value");
        }
    }

    private GoJsonValue ReadObject()
    {
        Enter((byte)'{');
        var members = new List<KeyValuePair<string, GoJsonValue>>();
        var c = Next();
        while (c != '}' || members.Count > 0)
        {
            if (c != '"')
                throw Unexpected(c, "looking for beginning of object key string");
            var name = ReadString();
            c = Next();
            if (c != ':')
                throw Unexpected(c, "after object key");
            members.Add(new(name, ReadValue()));
            c = Next();
            if (c == '}')
                break;
            if (c != ',')
                throw Unexpected(c, "after object key:value pair");
            c = Next();
        }

        _depth--;
        return new GoJsonValue(GoJsonKind.Object) { Members = members };
    }

    private GoJsonValue ReadArray()
    {
        Enter((byte)'[');
        var items = new List<GoJsonValue>();
        if (Next() != ']')
        {
            _at--;
            while (true)
            {
                items.Add(ReadValue());
                var c = Next();
                if (c == ']')
                    break;
                if (c != ',')
                    throw Unexpected(c, "after array element");
            }
        }

        _depth--;
        return new GoJsonValue(GoJsonKind.Array) { Items = items };
    }

    private void Enter(byte bracket)
    {
        if (++_depth > MaxDepth)
            throw Unexpected(bracket, "exceeded max depth");
    }

    /// <summary>The rest of a string whose opening quote was read.</summary>
    private string ReadString()
    {
        StringBuilder? text = null;
        while (true)
        {
            var rest = _json[_at..];
            var length = rest.IndexOfAny((byte)'"', (byte)'\\');
            var control = (length < 0 ? rest : rest[..length]).IndexOfAnyInRange((byte)0, (byte)0x1f);
            if (control >= 0)
                throw Unexpected(rest[control], "in string literal");
            if (length < 0)
                throw Ended();
            var run = Encoding.UTF8.GetString(rest[..length]);
            _at += length + 1;
            if (rest[length] == '"')
                return text is null ? run : text.Append(run).ToString();
            (text ??= new StringBuilder()).Append(run).Append(ReadEscape());
        }
    }

    private string ReadEscape()
    {
        var c = Raw();
        return c switch
        {
            (byte)'b' => "\b",
            (byte)'f' => "\f",
            (byte)'n' => "\n",
            (byte)'r' => "\r",
            (byte)'t' => "\t",
            (byte)'"' or (byte)'\\' or (byte)'/' => ((char)c).ToString(),
            (byte)'u' => ReadUnit(),
            _ => throw Unexpected(c, "in string escape code"),
        };
    }

    /// <summary>The character of a <c>\u</c>, with its second half where it has one.</summary>
    private string ReadUnit()
    {
        var first = ReadHex();
        if (!char.IsSurrogate(first))
            return first.ToString();
        if (char.IsHighSurrogate(first) && _json[_at..] is [(byte)'\\', (byte)'u', ..])
        {
            var back = _at;
            _at += 2;
            var second = ReadHex();
            if (char.IsLowSurrogate(second))
                return new string([first, second]);
            _at = back;
        }

        return "\uFFFD";
    }

    private char ReadHex()
    {
        var value = 0;
        for (var i = 0; i < 4; i++)
        {
            var c = Raw();
            if (!char.IsAsciiHexDigit((char)c))
                throw Unexpected(c, "in \\u hexadecimal character escape");
            value = (value * 16) + Convert.ToInt32(((char)c).ToString(), 16);
        }

        return (char)value;
    }

    private GoJsonValue ReadLiteral(ReadOnlySpan<byte> literal, GoJsonValue value)
    {
        for (var i = 1; i < literal.Length; i++)
        {
            var c = Raw();
            if (c != literal[i])
                throw Unexpected(c, $"in literal {Encoding.ASCII.GetString(literal)} (expecting '{(char)literal[i]}')");
        }

        return value;
    }

    private GoJsonValue ReadNumber(byte first)
    {
        var start = _at - 1;
        if (first == '-')
        {
            first = Raw();
            if (!char.IsAsciiDigit((char)first))
                throw Unexpected(first, "in numeric literal");
        }

        if (first != '0')
            SkipDigits();
        if (Peek() == '.')
        {
            _at++;
            NeedDigits("after decimal point in numeric literal");
        }

        if (Peek() is 'e' or 'E')
        {
            _at++;
            if (Peek() is '+' or '-')
                _at++;
            NeedDigits("in exponent of numeric literal");
        }

        return new GoJsonValue(GoJsonKind.Number) { Text = Encoding.ASCII.GetString(_json[start.._at]) };
    }

    private void NeedDigits(string where)
    {
        var c = Raw();
        if (!char.IsAsciiDigit((char)c))
            throw Unexpected(c, where);
        SkipDigits();
    }

    private void SkipDigits()
    {
        while (Peek() is >= '0' and <= '9')
            _at++;
    }

    /// <summary>The byte at hand, or -1 at the end.</summary>
    private readonly int Peek() => _at < _json.Length ? _json[_at] : -1;

    private byte Raw() => _at < _json.Length ? _json[_at++] : throw Ended();

    /// <summary>The next byte that is no white space.</summary>
    private byte Next()
    {
        while (true)
        {
            var c = Raw();
            if (c is not ((byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n'))
                return c;
        }
    }

    private static GoJsonException Unexpected(byte c, string where) => new($"invalid character {GoText.QuoteByte(c)} {where}");

    private static GoJsonException Ended() => new("unexpected EOF");
}
