using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;

namespace SsmSessions.Core.Documents;

/// <summary>The parameters that a session is started with, against those that its document defines.</summary>
public static class DocumentParameters
{
    /// <summary>The most that the names and values of one session may take together, bytes of their JSON: they are one item of the
    /// store, which DynamoDB limits.</summary>
    public const int MaxBytes = 256 * 1024;

    /// <summary>The values of every parameter of the document: those given, else its defaults.</summary>
    /// <exception cref="RefusedException">InvalidParameters (spec/ssm-control-plane.md §4.2.3); Validation when they are too
    /// large.</exception>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> Bind(
        SessionDocument document, IReadOnlyDictionary<string, IReadOnlyList<string>>? given)
    {
        given ??= FrozenDictionary<string, IReadOnlyList<string>>.Empty;
        string[] unknown = [.. given.Keys.Except(document.Parameters.Select(p => p.Name)).Order(StringComparer.Ordinal)];
        if (unknown.Length > 0)
            throw Invalid($"Document parameter(s) [{string.Join(", ", unknown)}] are not defined.");

        var bound = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var parameter in document.Parameters)
        {
            if (given.TryGetValue(parameter.Name, out var values))
                Check(parameter, values);
            bound[parameter.Name] = values ?? parameter.Default ?? throw Invalid($"Parameter \"{parameter.Name}\" is required.");
        }

        if (SizeOf(bound) > MaxBytes)
            throw new RefusedException(Refusal.Validation, $"The parameters of a session must not exceed {MaxBytes / 1024} KB in total.");
        return bound;
    }

    private static void Check(ParameterDefinition parameter, IReadOnlyList<string> values)
    {
        var name = parameter.Name;
        if (!parameter.IsList && values.Count != 1)
            throw Invalid($"Parameter \"{name}\" must have exactly one value.");
        if (parameter.IsList && values.Count < parameter.MinItems)
            throw Invalid(Inv($"Parameter \"{name}\" must have at least {parameter.MinItems} values."));
        if (parameter.IsList && values.Count > parameter.MaxItems)
            throw Invalid(Inv($"Parameter \"{name}\" must have at most {parameter.MaxItems} values."));
        foreach (var value in values)
            Check(parameter, value);
    }

    private static void Check(ParameterDefinition parameter, string value)
    {
        var name = parameter.Name;
        if (!IsOf(parameter.Type, value))
            throw Invalid($"Parameter \"{name}\" has value \"{value}\" that is not of type {parameter.Type}.");
        if (parameter.AllowedValues is { } allowed && !allowed.Contains(value, StringComparer.Ordinal))
            throw Invalid($"Parameter \"{name}\" has value \"{value}\" not found in [{string.Join(", ", allowed)}].");
        if (parameter.AllowedPattern is { } pattern && !pattern.IsMatch(value))
            throw Invalid($"Parameter \"{name}\" has value \"{value}\" not matching \"{pattern.Text}\".");
        if (value.Length < parameter.MinChars)
            throw Invalid(Inv($"Parameter \"{name}\" must have at least {parameter.MinChars} characters."));
        if (value.Length > parameter.MaxChars)
            throw Invalid(Inv($"Parameter \"{name}\" must have at most {parameter.MaxChars} characters."));
    }

    private static bool IsOf(ParameterType type, string value) => type switch
    {
        ParameterType.Boolean => bool.TryParse(value, out _),
        ParameterType.Integer => long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _),
        ParameterType.StringMap or ParameterType.MapList => IsJsonObject(value),
        _ => true,
    };

    private static bool IsJsonObject(string value)
    {
        try
        {
            using var json = JsonDocument.Parse(value, DocumentContent.JsonOptions);
            return json.RootElement.ValueKind == JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static long SizeOf(Dictionary<string, IReadOnlyList<string>> parameters) =>
        parameters.Sum(p => SizeOf(p.Key) + p.Value.Sum(SizeOf));

    private static long SizeOf(string text) => JsonEncodedText.Encode(text).EncodedUtf8Bytes.Length;

    private static RefusedException Invalid(string text) => new(Refusal.InvalidParameters, text);

    private static string Inv(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
