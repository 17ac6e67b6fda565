using System.Buffers;

namespace SsmSessions.Server.Hosting.Tls;

/// <summary>The real service's names for its websockets.</summary>
internal static class AwsNames
{
    /// <summary>The domains they lie in.</summary>
    public static readonly string[] Domains = ["amazonaws.com", "amazonaws.com.cn"];

    private const int LongestRegion = 32;

    private static readonly SearchValues<char> RegionCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    /// <summary>The name that the real service hands out in a region (spec/ssm-data-channel.md §2.3).</summary>
    public static string StreamHost(string region) =>
        $"ssmmessages.{region}.{(region.StartsWith("cn-", StringComparison.Ordinal) ? Domains[1] : Domains[0])}";

    /// <summary>Whether a lower-case name is <c>ssmmessages</c> or <c>ssmmessages-fips</c> of a region.</summary>
    public static bool IsStreamHost(string name)
    {
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        return dot > 0
            && name[..dot] is "ssmmessages" or "ssmmessages-fips"
            && Domains.Any(domain => name.EndsWith("." + domain, StringComparison.Ordinal) && IsRegion(name.AsSpan(dot + 1, Math.Max(0, name.Length - domain.Length - dot - 2))));
    }

    /// <summary>A region that is also a label of a DNS name. Two hyphens in a row would make it one of another alphabet.</summary>
    private static bool IsRegion(ReadOnlySpan<char> text) =>
        text.Length is >= 1 and <= LongestRegion && !text.ContainsAnyExcept(RegionCharacters)
        && text[0] != '-' && text[^1] != '-' && !text.Contains("--", StringComparison.Ordinal);
}
