namespace SsmSessions.Core.Tags;

/// <summary>What tags may be (spec/ssm-control-plane.md §12). Lengths and characters are checked before.</summary>
public static class TagRules
{
    /// <summary>The most tags of one resource.</summary>
    public const int Most = 50;

    /// <summary>The tags of a list by key; the last value of a key counts.</summary>
    /// <exception cref="RefusedException">Validation: a reserved key. TooManyTags.</exception>
    public static IReadOnlyDictionary<string, string> Collect(IEnumerable<KeyValuePair<string, string>> tags)
    {
        var collected = new SortedDictionary<string, string>(StringComparer.Ordinal);
        Add(collected, tags);
        return collected;
    }

    /// <summary>Lays tags over others.</summary>
    /// <exception cref="RefusedException">Validation: a reserved key. TooManyTags.</exception>
    public static void Add(SortedDictionary<string, string> tags, IEnumerable<KeyValuePair<string, string>> added)
    {
        foreach (var (key, value) in added)
        {
            if (key.StartsWith("aws:", StringComparison.OrdinalIgnoreCase))
                throw new RefusedException(Refusal.Validation, "Tag keys that begin with aws: are reserved for internal use.");
            tags[key] = value;
        }

        if (tags.Count > Most)
            throw new RefusedException(Refusal.TooManyTags, message: null);
    }
}
