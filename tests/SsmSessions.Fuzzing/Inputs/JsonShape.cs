using System.Collections;
using System.Reflection;

namespace SsmSessions.Fuzzing.Inputs;

/// <summary>What a member of a request should be.</summary>
internal enum JsonKind
{
    Text,
    Number,
    Date,
    Bool,
    List,
    Map,
    Structure,
    Any,
}

/// <summary>The form that a JSON value should have, so that most of what is made gets past the first checks.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Element">Of a list or map.</param>
/// <param name="Members">Of a structure.</param>
internal sealed record JsonShape(JsonKind Kind, JsonShape? Element = null, IReadOnlyList<(string Name, JsonShape Shape)>? Members = null)
{
    private const int Deepest = 6;

    /// <summary>The form of a type of the service.</summary>
    public static JsonShape Of(Type type) => Of(type, 0);

    /// <summary>A structure of texts, whatever they should be.</summary>
    public static JsonShape Structure(params IEnumerable<(string Name, JsonShape Shape)> members) => new(JsonKind.Structure, Members: [.. members]);

    private static JsonShape Of(Type type, int depth)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(string) || type == typeof(Guid) || type.IsEnum)
            return new JsonShape(JsonKind.Text);
        if (type == typeof(bool))
            return new JsonShape(JsonKind.Bool);
        if (type == typeof(DateTimeOffset))
            return new JsonShape(JsonKind.Date);
        if (type.IsPrimitive)
            return new JsonShape(JsonKind.Number);
        if (depth > Deepest)
            return new JsonShape(JsonKind.Any);
        if (type.IsAssignableTo(typeof(IEnumerable)))
        {
            return type.GetGenericArguments() switch
            {
                [var element] => new JsonShape(JsonKind.List, Of(element, depth + 1)),
                [_, var value] => new JsonShape(JsonKind.Map, Of(value, depth + 1)),
                _ => new JsonShape(JsonKind.Any),
            };
        }

        return Structure(type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(member => member.GetIndexParameters().Length == 0 && member.Name != "EqualityContract")
            .Select(member => (member.Name, Of(member.PropertyType, depth + 1))));
    }
}
