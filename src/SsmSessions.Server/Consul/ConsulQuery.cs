using System.Diagnostics.CodeAnalysis;
using System.Text;
using SsmSessions.Server.Consul.Go;

namespace SsmSessions.Server.Consul;

/// <summary>The query of a request. Names are compared with case.</summary>
internal sealed class ConsulQuery
{
    private readonly Dictionary<string, List<string>> _values = new(StringComparer.Ordinal);

    private ConsulQuery()
    {
    }

    /// <summary>True when the name is there, with whatever value.</summary>
    public bool Has(string name) => _values.ContainsKey(name);

    /// <summary>The first value of a name; empty for none.</summary>
    public string Get(string name) => _values.TryGetValue(name, out var values) ? values[0] : "";

    /// <summary>All values of a name, in their order.</summary>
    public IReadOnlyList<string> All(string name) => _values.GetValueOrDefault(name) ?? [];

    /// <summary>The query by name, as Go's <c>url.Values.Encode</c> writes it.</summary>
    public string Encode() => string.Join('&', _values
        .OrderBy(pair => pair.Key, StringComparer.Ordinal)
        .SelectMany(pair => pair.Value.Select(value => GoUrl.EscapeQuery(pair.Key) + "=" + GoUrl.EscapeQuery(value))));

    /// <summary>Reads what follows the question mark. False when it cannot be decoded.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out ConsulQuery? query)
    {
        query = null;
        var parsed = new ConsulQuery();
        foreach (var pair in text.Split(['&', ';'], StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, value) = pair.IndexOf('=', StringComparison.Ordinal) is >= 0 and var at ? (pair[..at], pair[(at + 1)..]) : (pair, "");
            if (!GoUrl.TryUnescape(name, plusIsSpace: true, out var nameBytes) || !GoUrl.TryUnescape(value, plusIsSpace: true, out var valueBytes))
                return false;
            var key = Encoding.UTF8.GetString(nameBytes);
            if (!parsed._values.TryGetValue(key, out var values))
                parsed._values[key] = values = [];
            values.Add(Encoding.UTF8.GetString(valueBytes));
        }

        query = parsed;
        return true;
    }
}
