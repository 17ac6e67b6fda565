using System.Globalization;
using System.Text.RegularExpressions;
using FluentValidation;
using FluentValidation.Results;

namespace SsmSessions.Server.AwsJson.Validation;

/// <summary>
/// The constraints of the AWS model as FluentValidation rules. Each violation carries the constraint's text and nothing else;
/// the sentence around it is formed in <see cref="ConstraintSentences"/>. A member that is absent violates only Required.
/// </summary>
internal static partial class Constraints
{
    /// <summary>The member must be there.</summary>
    public static IRuleBuilder<T, TValue?> Required<T, TValue>(this IRuleBuilder<T, TValue?> rule) =>
        rule.Fails(value => value is null ? "Member must not be null" : null);

    /// <summary>Length of a string, in characters.</summary>
    public static IRuleBuilder<T, string?> Text<T>(this IRuleBuilder<T, string?> rule, int? min, int? max) =>
        rule.Fails(value => TooShort(value?.Length, min)).Fails(value => TooLong(value?.Length, max));

    /// <summary>Number of elements of a list.</summary>
    public static IRuleBuilder<T, IReadOnlyList<TValue>?> Count<T, TValue>(this IRuleBuilder<T, IReadOnlyList<TValue>?> rule, int? min, int? max) =>
        rule.Fails(value => TooShort(value?.Count, min)).Fails(value => TooLong(value?.Count, max));

    /// <summary>Length of each string of a list; one sentence for the list.</summary>
    public static IRuleBuilder<T, IReadOnlyList<string>?> EachText<T>(
        this IRuleBuilder<T, IReadOnlyList<string>?> rule, int? min, int? max, (string Text, Regex Regex)? pattern = null)
    {
        var constraint = "Member must satisfy constraint: " + Bracketed(min, max, pattern?.Text);
        return rule.Fails(value => value is not null && value.Any(v => Violates(v, min, max, pattern?.Regex)) ? constraint : null);
    }

    /// <summary>Length of the keys of a map.</summary>
    public static IRuleBuilder<T, IReadOnlyDictionary<string, IReadOnlyList<string>>?> Keys<T>(
        this IRuleBuilder<T, IReadOnlyDictionary<string, IReadOnlyList<string>>?> rule, int? min, int? max)
    {
        var constraint = "Map keys must satisfy constraint: " + Bracketed(min, max, pattern: null);
        return rule.Fails(value => value is not null && value.Keys.Any(k => Violates(k, min, max, pattern: null)) ? constraint : null);
    }

    /// <summary>Length of each string in the lists that are the values of a map.</summary>
    public static IRuleBuilder<T, IReadOnlyDictionary<string, IReadOnlyList<string>>?> Values<T>(
        this IRuleBuilder<T, IReadOnlyDictionary<string, IReadOnlyList<string>>?> rule, int? min, int? max)
    {
        var constraint = $"Map value must satisfy constraint: [Member must satisfy constraint: {Bracketed(min, max, pattern: null)}]";
        return rule.Fails(value =>
            value is not null && value.Values.Any(list => list.Any(v => Violates(v, min, max, pattern: null))) ? constraint : null);
    }

    /// <summary>Range of an integer.</summary>
    public static IRuleBuilder<T, long?> Range<T>(this IRuleBuilder<T, long?> rule, long min, long max) => rule
        .Fails(value => value < min ? Inv($"Member must have value greater than or equal to {min}") : null)
        .Fails(value => value > max ? Inv($"Member must have value less than or equal to {max}") : null);

    /// <summary>One of the names of an enum of the model.</summary>
    public static IRuleBuilder<T, string?> OneOf<T>(this IRuleBuilder<T, string?> rule, IReadOnlyList<string> names)
    {
        var constraint = $"Member must satisfy enum value set: [{string.Join(", ", names)}]";
        return rule.Fails(value => value is not null && !names.Contains(value, StringComparer.Ordinal) ? constraint : null);
    }

    /// <summary>A pattern of the model, printed as it stands there.</summary>
    public static IRuleBuilder<T, string?> Pattern<T>(this IRuleBuilder<T, string?> rule, (string Text, Regex Regex) pattern)
    {
        var constraint = "Member must satisfy regular expression pattern: " + pattern.Text;
        return rule.Fails(value => value is not null && !pattern.Regex.IsMatch(value) ? constraint : null);
    }

    /// <summary>A secret: its value is not printed. Comes last in a rule.</summary>
    public static IRuleBuilder<T, string?> SecretText<T>(this IRuleBuilder<T, string?> rule, int? min, int? max) =>
        rule.Fails(value => TooShort(value?.Length, min), masked: true).Fails(value => TooLong(value?.Length, max), masked: true);

    private static IRuleBuilderOptionsConditions<T, TValue?> Fails<T, TValue>(
        this IRuleBuilder<T, TValue?> rule, Func<TValue?, string?> violation, bool masked = false) =>
        rule.Custom((value, context) =>
        {
            if (violation(value) is { } constraint)
            {
                context.AddFailure(new ValidationFailure(context.PropertyPath, constraint, value)
                {
                    CustomState = masked ? new MaskedValue() : null,
                });
            }
        });

    private static bool Violates(string value, int? min, int? max, Regex? pattern) =>
        value.Length < min || value.Length > max || pattern?.IsMatch(value) == false;

    private static string? TooShort(int? length, int? min) =>
        length < min ? Inv($"Member must have length greater than or equal to {min}") : null;

    private static string? TooLong(int? length, int? max) =>
        length > max ? Inv($"Member must have length less than or equal to {max}") : null;

    private static string Bracketed(int? min, int? max, string? pattern)
    {
        var parts = new List<string>(3);
        if (max is not null)
            parts.Add(Inv($"Member must have length less than or equal to {max}"));
        if (min is not null)
            parts.Add(Inv($"Member must have length greater than or equal to {min}"));
        if (pattern is not null)
            parts.Add($"Member must satisfy regular expression pattern: {pattern}");
        return $"[{string.Join(", ", parts)}]";
    }

    private static string Inv(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
