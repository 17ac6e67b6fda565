using System.Text;

namespace SsmSessions.Core.Identity;

/// <summary>The raw pairs of a query: split at <c>&amp;</c> and the first <c>=</c>. Empty ones are left out.</summary>
internal ref struct QueryPairs(ReadOnlySpan<char> query)
{
    private ReadOnlySpan<char> _rest = query;

    /// <summary>The pair under the enumerator.</summary>
    public Pair Current { get; private set; }

    public readonly QueryPairs GetEnumerator() => this;

    public bool MoveNext()
    {
        _rest = _rest.TrimStart('&');
        if (_rest.IsEmpty)
            return false;
        var end = _rest.IndexOf('&');
        var pair = end < 0 ? _rest : _rest[..end];
        _rest = end < 0 ? default : _rest[end..];
        var equals = pair.IndexOf('=');
        Current = equals < 0 ? new Pair(pair, default) : new Pair(pair[..equals], pair[(equals + 1)..]);
        return true;
    }

    /// <summary>A name or value as text: form-decoded, so that <c>+</c> is a space.</summary>
    public static string Text(ReadOnlySpan<char> raw) =>
        raw.ContainsAny('%', '+') ? Encoding.UTF8.GetString(UriEncoding.FormDecode(raw)) : raw.ToString();

    /// <summary>A name and its value, both raw.</summary>
    public readonly ref struct Pair(ReadOnlySpan<char> name, ReadOnlySpan<char> value)
    {
        public ReadOnlySpan<char> Name { get; } = name;

        public ReadOnlySpan<char> Value { get; } = value;
    }
}
