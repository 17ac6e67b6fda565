using System.Globalization;
using System.Security.Cryptography;

namespace SsmSessions.Core.Leases;

/// <summary>The ids of leases: 128 bits in hex, 8-4-4-4-12. No bits of version or variant are set (spec/consul-sessions.md §2.7).</summary>
public static class LeaseId
{
    private const int Characters = 36;
    private const int MostHyphens = 4;

    /// <summary>A new one.</summary>
    public static string Create() =>
        new Guid(RandomNumberGenerator.GetBytes(16)).ToString("D", CultureInfo.InvariantCulture);

    /// <summary>What is wrong with an id, in Consul's words, or null (spec/consul-sessions.md §3.3).</summary>
    public static string? FaultOf(string id)
    {
        if (id.Length != Characters)
            return "UUID must be 36 characters";
        var hyphens = id.Count(c => c == '-');
        if (hyphens > MostHyphens)
            return string.Create(CultureInfo.InvariantCulture, $"UUID should have maximum of {MostHyphens} \"-\"; got {hyphens}");
        if ((Characters - hyphens) % 2 != 0)
            return "Input (without hyphens) must be even length";
        foreach (var rune in id.EnumerateRunes())
        {
            if (rune.Value != '-' && !(rune.IsAscii && char.IsAsciiHexDigit((char)rune.Value)))
                return string.Create(CultureInfo.InvariantCulture, $"Invalid UUID: encoding/hex: invalid byte: U+{rune.Value:X4} '{rune}'");
        }

        return null;
    }
}
