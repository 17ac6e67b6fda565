using System.Diagnostics.CodeAnalysis;

namespace SsmSessions.Server.Consul.Go;

/// <summary>Base64 as Go's <c>encoding/base64</c> decodes it: with padding, line breaks skipped.</summary>
internal static class GoBase64
{
    /// <summary>Decodes a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="bytes">What it stands for.</param>
    /// <param name="failure">Go's words, when it is none.</param>
    public static bool TryDecode(string text, [NotNullWhen(true)] out byte[]? bytes, [NotNullWhen(false)] out string? failure)
    {
        bytes = null;
        failure = null;
        if (FaultAt(text) is { } at)
        {
            failure = $"illegal base64 data at input byte {at}";
            return false;
        }

        bytes = Convert.FromBase64String(text);
        return true;
    }

    /// <summary>Where Go finds a fault; null when it finds none.</summary>
    private static int? FaultAt(string text)
    {
        var at = 0;
        while (true)
        {
            for (var place = 0; place < 4; place++)
            {
                SkipBreaks(text, ref at);
                if (at == text.Length)
                    return place == 0 ? null : at - place;
                var c = text[at++];
                if (char.IsAsciiLetterOrDigit(c) || c is '+' or '/')
                    continue;
                return c == '=' && place >= 2 ? FaultBehindPadding(text, at, place) : at - 1;
            }
        }
    }

    private static int? FaultBehindPadding(string text, int at, int place)
    {
        if (place == 2)
        {
            SkipBreaks(text, ref at);
            if (at == text.Length)
                return at;
            if (text[at] != '=')
                return at - 1;
            at++;
        }

        SkipBreaks(text, ref at);
        return at < text.Length ? at : null;
    }

    private static void SkipBreaks(string text, ref int at)
    {
        while (at < text.Length && (text[at] is '\n' or '\r'))
            at++;
    }
}
