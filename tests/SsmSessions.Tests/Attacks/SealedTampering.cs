using SsmSessions.Tests.Nodes;

namespace SsmSessions.Tests.Attacks;

/// <summary>Credentials that the service issued, changed: their session token is sealed claims.</summary>
internal static class SealedTampering
{
    private const string Prefix = "ssms1.";

    /// <summary>Every character of the token, and parts put together that do not belong together.</summary>
    /// <param name="keys">Credentials that are good.</param>
    /// <param name="others">Others that are good, too.</param>
    public static IEnumerable<(string Attempt, Credentials Tampered)> Of(Credentials keys, Credentials others)
    {
        var token = keys.SessionToken!;
        for (var i = Prefix.Length; i < token.Length; i++)
        {
            yield return ("sealed token: a character changed", keys with { SessionToken = $"{token[..i]}{(token[i] == 'x' ? 'y' : 'x')}{token[(i + 1)..]}" });
            if (char.IsAsciiLetter(token[i]))
                yield return ("sealed token: a letter's case changed", keys with { SessionToken = $"{token[..i]}{(char)(token[i] ^ 0x20)}{token[(i + 1)..]}" });
        }

        foreach (var length in (int[])[Prefix.Length, Prefix.Length + 1, token.Length / 2, token.Length - 4, token.Length - 1])
            yield return ("sealed token: cut", keys with { SessionToken = token[..length] });
        foreach (var more in (string[])["A", "AAAA", "=", "=="])
            yield return ("sealed token: lengthened or padded", keys with { SessionToken = token + more });
        yield return ("sealed token: too long", keys with { SessionToken = token + new string('A', 2_048) });
        yield return ("another's sealed token", keys with { SessionToken = others.SessionToken });
        yield return ("another's secret", keys with { SecretAccessKey = others.SecretAccessKey });
        yield return ("another's key id", keys with { AccessKeyId = others.AccessKeyId });
        yield return ("another's key id and secret", others with { SessionToken = token });
        yield return ("an empty secret", keys with { SecretAccessKey = "" });
    }
}
