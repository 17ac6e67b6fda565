using System.Buffers;

namespace SsmSessions.Core.Identity;

/// <summary>The forms of names and ids that identify a caller. All are ASCII.</summary>
internal static class IdentityText
{
    /// <summary>IAM's limit for user, role and session names.</summary>
    public const int MaxName = 64;

    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const string Digits = "0123456789";

    private static readonly SearchValues<char> NameCharacters = SearchValues.Create(Letters + Digits + "_+=,.@-");
    private static readonly SearchValues<char> RegionCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz" + Digits + "-");
    private static readonly SearchValues<char> HexDigits = SearchValues.Create(Digits + "abcdef");
    private static readonly SearchValues<char> DigitCharacters = SearchValues.Create(Digits);

    /// <summary><c>[\w+=,.@-]</c>, 1 to <paramref name="maxLength"/> characters.</summary>
    public static bool IsName(ReadOnlySpan<char> text, int maxLength = MaxName) =>
        !text.IsEmpty && text.Length <= maxLength && !text.ContainsAnyExcept(NameCharacters);

    /// <summary>12 digits.</summary>
    public static bool IsAccount(ReadOnlySpan<char> text) => text.Length == 12 && !text.ContainsAnyExcept(DigitCharacters);

    /// <summary><c>[a-z0-9-]{1,32}</c>.</summary>
    public static bool IsRegion(ReadOnlySpan<char> text) => text.Length is >= 1 and <= 32 && !text.ContainsAnyExcept(RegionCharacters);

    /// <summary><c>mi-</c> and 17, or <c>i-</c> and 8 or 17 lower-case hexadecimal digits (spec/ssm-control-plane.md §2.1).</summary>
    public static bool IsNodeId(ReadOnlySpan<char> text)
    {
        if (text.StartsWith("mi-", StringComparison.Ordinal))
            return text.Length == 20 && !text[3..].ContainsAnyExcept(HexDigits);
        return text.StartsWith("i-", StringComparison.Ordinal) && text.Length is 10 or 19 && !text[2..].ContainsAnyExcept(HexDigits);
    }
}
