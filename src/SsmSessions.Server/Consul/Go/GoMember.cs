using System.Globalization;

namespace SsmSessions.Server.Consul.Go;

/// <summary>One decoding of a body into members. As with Go, the first value of a wrong type is what is told, and the others are still read.</summary>
/// <param name="refusesUnknown">Whether a member that nobody reads is wrong.</param>
internal sealed class GoDecoding(bool refusesUnknown)
{
    private string? _failure;

    /// <summary>Whether a member that nobody reads is wrong.</summary>
    public bool RefusesUnknown => refusesUnknown;

    /// <summary>Decodes the first JSON value of a body.</summary>
    /// <param name="json">The body.</param>
    /// <param name="refusesUnknown">Whether a member that nobody reads is wrong.</param>
    /// <param name="read">Takes what it needs of the value.</param>
    /// <exception cref="GoJsonException">It is not JSON, or of the wrong types.</exception>
    public static void Decode(ReadOnlySpan<byte> json, bool refusesUnknown, Action<GoMember> read)
    {
        var decoding = new GoDecoding(refusesUnknown);
        read(new GoMember(decoding, GoJsonReader.Read(json), "", ""));
        if (decoding._failure is { } failure)
            throw new GoJsonException(failure);
    }

    public void Fail(string text) => _failure ??= text;
}

/// <summary>
/// A value of a body and the place where it stands. Each method reads it as one of Go's types: <c>null</c> and a value of another type leave
/// what was there before, and the latter is told in Go's words.
/// </summary>
/// <param name="Decoding">The decoding that it belongs to.</param>
/// <param name="Value">The value.</param>
/// <param name="Struct">The name of the Go struct that it is in; empty for none, and for one without a name.</param>
/// <param name="Path">The names of the members that lead to it, with points between; empty for the body itself.</param>
internal readonly record struct GoMember(GoDecoding Decoding, GoJsonValue Value, string Struct, string Path)
{
    public bool IsNull => Value.Kind == GoJsonKind.Null;

    /// <summary>A text. The type is its Go type, which may be a string by another name.</summary>
    public string String(string before, string type = "string") => Is(GoJsonKind.String, type) ? Value.Text : before;

    /// <summary>Bytes, sent as base64; none for <c>null</c>.</summary>
    public ReadOnlyMemory<byte> Bytes(ReadOnlyMemory<byte> before)
    {
        if (IsNull)
            return default;
        if (!Is(GoJsonKind.String, "[]uint8"))
            return before;
        if (GoBase64.TryDecode(Value.Text, out var bytes, out var failure))
            return bytes;
        Decoding.Fail(failure);
        return before;
    }

    public bool Bool(bool before) => Is(GoJsonKind.Bool, "bool") ? Value.Text == "true" : before;

    public ulong UInt64(ulong before) => Number("uint64", before);

    public long Int(long before) => Number("int", before);

    /// <summary>A list of texts, null for <c>null</c>. Elements that are <c>null</c> leave what was at their place.</summary>
    public IReadOnlyList<string>? Strings(IReadOnlyList<string>? before, string type = "[]string", string elementType = "string") =>
        List(before, type, "", (element, text) => element.String(text, elementType));

    /// <summary>A list, null for <c>null</c>. Elements begin as what was at their place.</summary>
    public IReadOnlyList<T>? List<T>(IReadOnlyList<T>? before, string type, T empty, Func<GoMember, T, T> read)
    {
        if (IsNull)
            return null;
        if (!Is(GoJsonKind.Array, type))
            return before;
        var items = new List<T>(Value.Items.Count);
        foreach (var item in Value.Items)
            items.Add(read(this with { Value = item }, before is not null && items.Count < before.Count ? before[items.Count] : empty));
        return items;
    }

    /// <summary>Texts by name, added to those before; null for <c>null</c>.</summary>
    public IReadOnlyDictionary<string, string>? Map(IReadOnlyDictionary<string, string>? before, string type = "map[string]string")
    {
        if (IsNull)
            return null;
        if (!Is(GoJsonKind.Object, type))
            return before;
        var map = before is null ? new Dictionary<string, string>(StringComparer.Ordinal) : new(before, StringComparer.Ordinal);
        foreach (var (name, value) in Value.Members)
            map[name] = (this with { Value = value }).String("");
        return map;
    }

    /// <summary>An object: calls the reader of each member that is there, in the order they were sent. Names are compared without case. False
    /// for <c>null</c> and what is no object.</summary>
    /// <param name="type">Its Go type, as <c>structs.HealthCheck</c>.</param>
    /// <param name="members">What is read of it.</param>
    public bool Object(string type, IReadOnlyDictionary<string, Action<GoMember>> members)
    {
        if (!Is(GoJsonKind.Object, type))
            return false;
        var name = type.Contains(' ', StringComparison.Ordinal) ? "" : type[(type.LastIndexOf('.') + 1)..];
        foreach (var (sent, value) in Value.Members)
        {
            if (Find(members, sent) is ({ } known, { } read))
                read(new GoMember(Decoding, value, name, Path.Length == 0 ? known : Path + "." + known));
            else if (Decoding.RefusesUnknown)
                Decoding.Fail("json: unknown field " + GoText.Quote(sent));
        }

        return true;
    }

    private static KeyValuePair<string, Action<GoMember>>? Find(IReadOnlyDictionary<string, Action<GoMember>> members, string sent)
    {
        if (members.TryGetValue(sent, out var read))
            return new(sent, read);
        // Go folds these two as well; .NET does not.
        var folded = sent.Replace('\u017F', 's').Replace('\u212A', 'k');
        foreach (var member in members)
        {
            if (string.Equals(member.Key, folded, StringComparison.OrdinalIgnoreCase))
                return member;
        }

        return null;
    }

    private long Number(string type, long before)
    {
        if (!Is(GoJsonKind.Number, type))
            return before;
        if (long.TryParse(Value.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            return number;
        Wrong("number " + Value.Text, type);
        return before;
    }

    private ulong Number(string type, ulong before)
    {
        if (!Is(GoJsonKind.Number, type))
            return before;
        if (GoNumber.TryParse(Value.Text, out var number))
            return number;
        Wrong("number " + Value.Text, type);
        return before;
    }

    /// <summary>True for a value of the kind; another one but <c>null</c> is told.</summary>
    private bool Is(GoJsonKind kind, string type)
    {
        if (Value.Kind == kind)
            return true;
        if (!IsNull)
            Wrong(Value.Kind.ToString().ToLowerInvariant(), type);
        return false;
    }

    private void Wrong(string value, string type) => Decoding.Fail(
        Path.Length == 0
            ? $"json: cannot unmarshal {value} into Go value of type {type}"
            : $"json: cannot unmarshal {value} into Go struct field {Struct}.{Path} of type {type}");
}
