using System.Text.Json.Serialization;

namespace SsmSessions.Core.Identity;

/// <summary>Credentials of ours that were presented.</summary>
internal sealed record OpenedCredentials(IssuedClaims Claims, string SecretAccessKey)
{
    public override string ToString() => nameof(OpenedCredentials);
}

/// <summary>The claims as they are sealed, under short names. Also holds the key id, which ties the two together.</summary>
internal sealed record SealedClaims(
    [property: JsonPropertyName("k")] string AccessKeyId,
    [property: JsonPropertyName("t")] string Tenant,
    [property: JsonPropertyName("c")] string Kind,
    [property: JsonPropertyName("n")] string Name,
    [property: JsonPropertyName("o")] string Arn,
    [property: JsonPropertyName("r")] string? AccessRequestId,
    [property: JsonPropertyName("e")] long Expires)
{
    private const string Node = "node";
    private const string JustInTime = "jit";

    public static SealedClaims From(IssuedClaims claims, string accessKeyId) => new(
        accessKeyId,
        claims.Tenant.ToString(),
        claims.Kind == CallerKind.NodeRole ? Node : JustInTime,
        claims.Name,
        claims.Arn,
        claims.AccessRequestId,
        claims.Expires.ToUnixTimeSeconds());

    public IssuedClaims ToClaims() =>
        new(
            Identity.Tenant.Parse(Tenant),
            Kind == Node ? CallerKind.NodeRole : CallerKind.JustInTime,
            Name,
            Arn,
            DateTimeOffset.FromUnixTimeSeconds(Expires))
        {
            AccessRequestId = AccessRequestId,
        };
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SealedClaims))]
internal sealed partial class SealedClaimsJson : JsonSerializerContext;
