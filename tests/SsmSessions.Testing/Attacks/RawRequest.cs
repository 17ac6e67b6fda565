using System.Text;

namespace SsmSessions.Testing.Attacks;

/// <summary>A request as it stands on the wire, to be changed at will.</summary>
/// <param name="Method">The method.</param>
/// <param name="Target">Path and query.</param>
/// <param name="Headers">Every line, in order.</param>
/// <param name="Body">The body.</param>
public sealed record RawRequest(string Method, string Target, IReadOnlyList<(string Name, string Value)> Headers, byte[] Body)
{
    /// <summary>The value of the first line of a name, or null.</summary>
    public string? this[string name] => Headers.Where(h => Is(h.Name, name)).Select(h => h.Value).FirstOrDefault();

    /// <summary>Another value in the place of a header, which is added where there is none.</summary>
    public RawRequest With(string name, string value) => this with
    {
        Headers = this[name] is null ? [.. Headers, (name, value)] : [.. Headers.Select(h => Is(h.Name, name) ? (h.Name, value) : h)],
    };

    /// <summary>One more line, be there one of that name or not.</summary>
    public RawRequest And(string name, string value) => this with { Headers = [.. Headers, (name, value)] };

    /// <summary>All lines but those of a name.</summary>
    public RawRequest Without(string name) => this with { Headers = [.. Headers.Where(h => !Is(h.Name, name))] };

    /// <summary>As it is sent; the length of the body is told as it is.</summary>
    public byte[] ToBytes()
    {
        var head = new StringBuilder($"{Method} {Target} HTTP/1.1\r\n");
        foreach (var (name, value) in Headers.Where(h => !Is(h.Name, "content-length")))
            head.Append(name).Append(": ").Append(value).Append("\r\n");
        if (Body.Length > 0 || Method == "POST")
            head.Append("Content-Length: ").Append(Body.Length).Append("\r\n");
        return [.. Encoding.Latin1.GetBytes(head.Append("\r\n").ToString()), .. Body];
    }

    private static bool Is(string one, string other) => one.Equals(other, StringComparison.OrdinalIgnoreCase);
}
