using System.Text.RegularExpressions;

namespace SsmSessions.Local.Cli;

/// <summary>What a name at the prompt stands for.</summary>
internal abstract record CliEntry(string Name, string Description)
{
    /// <summary>Other names of it.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>True for names that are there in every namespace, and listed by <c>?</c> only.</summary>
    public bool IsBuiltIn { get; init; }

    public bool IsCalled(string name) => Name == name || Aliases.Contains(name);

    /// <summary>What a text can go on with.</summary>
    public abstract IEnumerable<Completion> Complete(string text);
}

/// <summary>A way to go on: the text, in place of so many characters at the end of what is there.</summary>
internal readonly record struct Completion(string Text, int Replaces);

/// <summary>Something that is done.</summary>
internal sealed record CliAction(string Name, string Description, CliAction.Body Run) : CliEntry(Name, Description)
{
    /// <summary>Does it.</summary>
    /// <param name="shell">Where.</param>
    /// <param name="home">The namespace that it was called in.</param>
    /// <param name="rest">What stood behind the name; null for nothing at all.</param>
    public delegate Task Body(CliShell shell, CliNamespace home, string? rest);

    /// <summary>Its help, or null.</summary>
    public string? Manual { get; init; }

    public Func<string, IEnumerable<Completion>> Completions { get; init; } = _ => [];

    public override IEnumerable<Completion> Complete(string text) => Completions(text);
}

/// <summary>A directory of names.</summary>
internal sealed partial record CliNamespace(string Name, string Description, IReadOnlyList<CliEntry> Own) : CliEntry(Name, Description)
{
    public CliNamespace? Parent { get; private init; }

    private IEnumerable<CliEntry> Children => [.. BuiltIns.All, .. Own.Select(child => child is CliNamespace inner ? inner with { Parent = this } : child)];

    /// <summary>Names from the top, joined by blanks; empty at the top.</summary>
    public string Path => Parent is { Path: { Length: > 0 } above } ? $"{above} {Name}" : Name;

    public CliEntry? Find(string name) => Children.FirstOrDefault(child => child.IsCalled(name));

    public override IEnumerable<Completion> Complete(string text)
    {
        var (name, rest) = Split(text);
        return Children.Where(child => !child.IsBuiltIn && child.Name.StartsWith(name, StringComparison.Ordinal))
            .SelectMany(child => rest is null ? [new Completion(child.Name, name.Length)] : child.Name == name ? child.Complete(rest) : []);
    }

    /// <summary>The first word, and what follows the blanks behind it.</summary>
    public static (string Name, string? Behind) Split(string text)
    {
        var parts = Blanks().Split(text.TrimStart(), 2);
        return (parts[0], parts.Length > 1 ? parts[1] : null);
    }

    [GeneratedRegex(@"\s+", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Blanks();
}
