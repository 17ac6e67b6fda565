using System.Globalization;
using System.Text;
using SsmSessions.Core.Identity;

namespace SsmSessions.Server.AwsJson;

/// <summary>What a page token belongs to: the same operation of the same tenant with the same filters, in whatever order they stand.</summary>
internal static class ListBinding
{
    public static string Of(string operation, Tenant tenant, IEnumerable<(string Key, IReadOnlyList<string> Values)> filters)
    {
        if (filters.TryGetNonEnumeratedCount(out var count) && count == 0)
            return $"{operation}\n{tenant}";
        var binding = new StringBuilder($"{operation}\n{tenant}");
        foreach (var filter in filters.Select(TextOf).Order(StringComparer.Ordinal))
            binding.Append('\n').Append(filter);
        return binding.ToString();
    }

    private static string TextOf((string Key, IReadOnlyList<string> Values) filter)
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{filter.Key.Length}:{filter.Key}");
        foreach (var value in filter.Values.Order(StringComparer.Ordinal))
            text.Append(CultureInfo.InvariantCulture, $",{value.Length}:{value}");
        return text.ToString();
    }
}
