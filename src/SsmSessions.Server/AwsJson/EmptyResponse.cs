using System.Text.Json.Serialization;

namespace SsmSessions.Server.AwsJson;

/// <summary>The answer of an operation that returns nothing: <c>{}</c>.</summary>
internal sealed record EmptyResponse
{
    public static EmptyResponse Instance { get; } = new();
}

[JsonSerializable(typeof(EmptyResponse))]
internal sealed partial class EmptyResponseJson : JsonSerializerContext;
