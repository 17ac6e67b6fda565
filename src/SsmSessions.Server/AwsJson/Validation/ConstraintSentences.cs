using System.Globalization;
using System.Text;
using FluentValidation.Results;

namespace SsmSessions.Server.AwsJson.Validation;

/// <summary>Members of a request violate constraints. The message is the sentence for the caller.</summary>
internal sealed class ConstraintViolationException(string message) : Exception(message);

/// <summary>The one place where FluentValidation's failures become AWS's sentence (spec/ssm-control-plane.md §1.7).</summary>
internal static class ConstraintSentences
{
    private const int MostListed = 10;

    /// <summary><c>N validation errors detected: Value 'v' at 'path' failed to satisfy constraint: …; …</c></summary>
    public static string Of(IReadOnlyList<ValidationFailure> failures)
    {
        var count = Math.Min(failures.Count, MostListed);
        var sentence = new StringBuilder();
        sentence.Append(CultureInfo.InvariantCulture, $"{count} validation error{(count == 1 ? "" : "s")} detected: ");
        for (var i = 0; i < count; i++)
        {
            if (i > 0)
                sentence.Append("; ");
            sentence.Append("Value ");
            AppendValue(sentence, failures[i]);
            sentence.Append(" at '");
            AppendPath(sentence, failures[i].PropertyName);
            sentence.Append("' failed to satisfy constraint: ").Append(failures[i].ErrorMessage);
        }

        return sentence.ToString();
    }

    private static void AppendValue(StringBuilder sentence, ValidationFailure failure)
    {
        if (failure.AttemptedValue is null)
            sentence.Append("null");
        else if (failure.CustomState is MaskedValue)
            sentence.Append("'***'");
        else
            sentence.Append('\'').Append(WirePrint.Value(failure.AttemptedValue)).Append('\'');
    }

    /// <summary><c>Filters[0].Key</c> is <c>filters.1.member.key</c>.</summary>
    private static void AppendPath(StringBuilder sentence, string property)
    {
        foreach (var (i, part) in property.Split('.').Index())
        {
            if (i > 0)
                sentence.Append('.');
            var bracket = part.IndexOf('[', StringComparison.Ordinal);
            var name = bracket < 0 ? part : part[..bracket];
            if (name.Length > 0)
                sentence.Append(char.ToLowerInvariant(name[0])).Append(name.AsSpan(1));
            if (bracket >= 0 && int.TryParse(part.AsSpan(bracket + 1, part.Length - bracket - 2), CultureInfo.InvariantCulture, out var index))
                sentence.Append(CultureInfo.InvariantCulture, $".{index + 1}.member");
        }
    }
}

/// <summary>Marks the failure of a secret member: its value is not printed.</summary>
internal sealed record MaskedValue;
