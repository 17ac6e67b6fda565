using System.Buffers;
using System.Globalization;
using System.Text;

namespace SsmSessions.Server.Consul.Go;

/// <summary>
/// Writes JSON as Go's <c>encoding/json</c> does: no white space, <c>&lt;</c>, <c>&gt;</c> and <c>&amp;</c> escaped, all other text as it is
/// (spec/consul-sessions.md §12). Members come out in the order in which they are written.
/// </summary>
internal sealed class GoJsonWriter
{
    private static readonly SearchValues<char> Escaped = SearchValues.Create(
        "\0\u0001\u0002\u0003\u0004\u0005\u0006\u0007\b\t\n\u000b\f\r\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f\"\\<>&\u2028\u2029");

    private readonly ArrayBufferWriter<byte> _bytes = new();
    private bool _needsComma;

    /// <summary>What was written.</summary>
    public ReadOnlyMemory<byte> Written => _bytes.WrittenMemory;

    /// <summary>An object; its members are written inside.</summary>
    public GoJsonWriter Object(Action<GoJsonWriter> members) => Between((byte)'{', members, (byte)'}');

    /// <summary>An array of what is written for each.</summary>
    public GoJsonWriter Array<T>(IEnumerable<T> items, Action<GoJsonWriter, T> write)
    {
        Begin((byte)'[');
        foreach (var item in items)
            write(this, item);
        return End((byte)']');
    }

    /// <summary>An array of texts, or <c>null</c>.</summary>
    public GoJsonWriter Strings(IEnumerable<string>? texts) =>
        texts is null ? Null() : Array(texts, static (json, text) => json.String(text));

    /// <summary>Texts by name, or <c>null</c>.</summary>
    public GoJsonWriter Map(IEnumerable<KeyValuePair<string, string>>? texts)
    {
        if (texts is null)
            return Null();
        Begin((byte)'{');
        foreach (var (name, text) in texts.OrderBy(text => text.Key, StringComparer.Ordinal))
            Name(name).String(text);
        return End((byte)'}');
    }

    /// <summary>The name of a member; its value comes next.</summary>
    public GoJsonWriter Name(string name)
    {
        String(name);
        _bytes.Write(":"u8);
        _needsComma = false;
        return this;
    }

    public GoJsonWriter String(string text)
    {
        Comma();
        _bytes.Write("\""u8);
        Text(text);
        _bytes.Write("\""u8);
        return this;
    }

    /// <summary>Bytes as base64; <c>null</c> when there are none.</summary>
    public GoJsonWriter Base64(ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty)
            return Null();
        Comma();
        _bytes.Write("\""u8);
        var room = _bytes.GetSpan(System.Buffers.Text.Base64.GetMaxEncodedToUtf8Length(value.Length));
        System.Buffers.Text.Base64.EncodeToUtf8(value, room, out _, out var written);
        _bytes.Advance(written);
        _bytes.Write("\""u8);
        return this;
    }

    public GoJsonWriter Number(ulong number)
    {
        Comma();
        number.TryFormat(_bytes.GetSpan(20), out var written, provider: CultureInfo.InvariantCulture);
        _bytes.Advance(written);
        return this;
    }

    public GoJsonWriter Number(long number)
    {
        Comma();
        number.TryFormat(_bytes.GetSpan(20), out var written, provider: CultureInfo.InvariantCulture);
        _bytes.Advance(written);
        return this;
    }

    public GoJsonWriter Bool(bool value)
    {
        Comma();
        _bytes.Write(value ? "true"u8 : "false"u8);
        return this;
    }

    public GoJsonWriter Null()
    {
        Comma();
        _bytes.Write("null"u8);
        return this;
    }

    private GoJsonWriter Between(byte open, Action<GoJsonWriter> write, byte close)
    {
        Begin(open);
        write(this);
        return End(close);
    }

    private void Begin(byte open)
    {
        Comma();
        _bytes.Write([open]);
        _needsComma = false;
    }

    private GoJsonWriter End(byte close)
    {
        _bytes.Write([close]);
        _needsComma = true;
        return this;
    }

    private void Comma()
    {
        if (_needsComma)
            _bytes.Write(","u8);
        _needsComma = true;
    }

    private void Text(ReadOnlySpan<char> text)
    {
        while (text.IndexOfAny(Escaped) is >= 0 and var at)
        {
            Encoding.UTF8.GetBytes(text[..at], _bytes);
            Encoding.UTF8.GetBytes(Escape(text[at]), _bytes);
            text = text[(at + 1)..];
        }

        Encoding.UTF8.GetBytes(text, _bytes);
    }

    private static string Escape(char c) => c switch
    {
        '"' => "\\\"",
        '\\' => "\\\\",
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        _ => "\\u" + ((int)c).ToString("x4", CultureInfo.InvariantCulture),
    };
}
