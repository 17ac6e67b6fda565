namespace SsmSessions.Server.Hosting;

/// <summary>What a peer sent, fit for a line of the log.</summary>
internal static class LogText
{
    /// <summary>The text cut at a length, each character that is not printable ASCII as a question mark.</summary>
    public static string Printable(string text, int longest) =>
        string.Concat(text.Take(longest).Select(c => c is >= ' ' and <= '~' ? c : '?'));
}
