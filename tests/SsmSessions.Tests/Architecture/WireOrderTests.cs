using System.Reflection;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using SsmSessions.Server.AwsJson;

namespace SsmSessions.Tests.Architecture;

/// <summary>The members of answers stand in alphabetical order at every level (spec/ssm-control-plane.md §1.2).</summary>
public sealed class WireOrderTests
{
    [Fact]
    public void Every_answer_has_its_members_in_order()
    {
        var answers = typeof(SsmActions).Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(JsonSerializerContext)) && type.Namespace!.StartsWith("SsmSessions.Server.AwsJson", StringComparison.Ordinal))
            .SelectMany(context => Structures((JsonSerializerContext)context.GetProperty("Default", BindingFlags.Public | BindingFlags.Static)!.GetValue(null)!))
            .DistinctBy(answer => answer.Type)
            .ToArray();

        Assert.True(answers.Length >= SsmActions.All.Count, $"only {answers.Length} structures were looked at");
        Assert.Empty(answers.Where(answer => !answer.Names.SequenceEqual(answer.Names.Order(StringComparer.Ordinal)))
            .Select(answer => $"{answer.Type.Name}: {string.Join(", ", answer.Names)}"));
    }

    /// <summary>What a context can write: the types that it was made for, and those of their members.</summary>
    private static IEnumerable<(Type Type, string[] Names)> Structures(JsonSerializerContext context)
    {
        var waiting = new Queue<Type>(context.GetType().GetCustomAttributesData()
            .Where(attribute => attribute.AttributeType == typeof(JsonSerializableAttribute))
            .Select(attribute => (Type)attribute.ConstructorArguments[0].Value!));
        var seen = new HashSet<Type>();
        while (waiting.TryDequeue(out var type))
        {
            if (!seen.Add(type) || context.GetTypeInfo(type) is not { } info)
                continue;
            if (info.ElementType is { } element)
                waiting.Enqueue(element);
            foreach (var property in info.Properties)
                waiting.Enqueue(property.PropertyType);
            if (info.Kind == JsonTypeInfoKind.Object)
                yield return (type, [.. info.Properties.Where(property => property.Get is not null).Select(property => property.Name)]);
        }
    }
}
