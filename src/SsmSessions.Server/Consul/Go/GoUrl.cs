using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace SsmSessions.Server.Consul.Go;

/// <summary>Paths and queries as Go's <c>net/url</c>, <c>path</c> and <c>net/http</c> take them.</summary>
internal static class GoUrl
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Decodes percent signs. False when one of them is wrong.</summary>
    public static bool TryUnescape(ReadOnlySpan<char> text, bool plusIsSpace, [NotNullWhen(true)] out byte[]? bytes)
    {
        var decoded = new List<byte>(text.Length);
        bytes = null;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '%')
            {
                if (i + 2 >= text.Length || !char.IsAsciiHexDigit(text[i + 1]) || !char.IsAsciiHexDigit(text[i + 2]))
                    return false;
                decoded.Add(Convert.ToByte(text.Slice(i + 1, 2).ToString(), 16));
                i += 2;
            }
            else
            {
                decoded.Add(text[i] == '+' && plusIsSpace ? (byte)' ' : (byte)text[i]);
            }
        }

        bytes = [.. decoded];
        return true;
    }

    /// <summary>The text of bytes that are UTF-8, or null.</summary>
    public static string? TextOf(byte[] utf8)
    {
        try
        {
            return StrictUtf8.GetString(utf8);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>Escapes a path for a Location.</summary>
    public static string EscapePath(string path) => Escape(path, "-_.~$&+,/:;=@", "%20");

    /// <summary>Escapes a name or value of a query.</summary>
    public static string EscapeQuery(string text) => Escape(text, "-_.~", "+");

    /// <summary>The path without double slashes and dots; a slash at its end stays.</summary>
    public static string Clean(string path)
    {
        var segments = new List<string>();
        foreach (var segment in path.Split('/'))
        {
            if (segment == "..")
                segments.RemoveRange(Math.Max(0, segments.Count - 1), Math.Min(1, segments.Count));
            else if (segment is not ("" or "."))
                segments.Add(segment);
        }

        var clean = "/" + string.Join('/', segments);
        return clean.Length > 1 && path.EndsWith('/') ? clean + "/" : clean;
    }

    private static string Escape(string text, string allowed, string space)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var value in Encoding.UTF8.GetBytes(text))
        {
            if (char.IsAsciiLetterOrDigit((char)value) || allowed.Contains((char)value, StringComparison.Ordinal))
                escaped.Append((char)value);
            else if (value == ' ')
                escaped.Append(space);
            else
                escaped.Append('%').Append(Convert.ToHexString([value]));
        }

        return escaped.ToString();
    }
}
