using System.Globalization;
using System.Text;

namespace SsmSessions.Tests.Consul;

/// <summary>What came back, byte by byte.</summary>
/// <param name="Status">The status.</param>
/// <param name="Headers">The headers in the letters they were sent in.</param>
/// <param name="Body">The body.</param>
public sealed record ConsulReply(int Status, IReadOnlyList<KeyValuePair<string, string>> Headers, string Body)
{
    /// <summary>A header by its name with case; null when it is not there.</summary>
    public string? this[string name] => Headers.Where(header => header.Key == name).Select(header => header.Value).SingleOrDefault();

    /// <summary>The index of the answer.</summary>
    public ulong Index => ulong.Parse(this["X-Consul-Index"]!, CultureInfo.InvariantCulture);

    public static ConsulReply Parse(byte[] answer)
    {
        var text = Encoding.UTF8.GetString(answer);
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        var lines = text[..end].Split("\r\n");
        var headers = lines.Skip(1).Select(line => line.Split(": ", 2)).Select(parts => new KeyValuePair<string, string>(parts[0], parts.Length > 1 ? parts[1] : "")).ToList();
        return new ConsulReply(int.Parse(lines[0].Split(' ')[1], CultureInfo.InvariantCulture), headers, text[(end + 4)..]);
    }

    public void AssertIs(int status, string body) => Assert.Equal((status, body), (Status, Body));

    /// <summary>Asserts an error: plain text and no index.</summary>
    public void AssertIsError(int status, string text)
    {
        AssertIs(status, text);
        Assert.Equal(text.Length > 0 ? "text/plain; charset=utf-8" : null, this["Content-Type"]);
        Assert.Equal("Accept-Encoding", this["Vary"]);
    }

    /// <summary>Asserts JSON.</summary>
    public void AssertIsJson(string body)
    {
        AssertIs(200, body);
        Assert.Equal("application/json", this["Content-Type"]);
    }
}
