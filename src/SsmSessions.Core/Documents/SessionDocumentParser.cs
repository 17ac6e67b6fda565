using System.Globalization;
using System.Text.Json;

namespace SsmSessions.Core.Documents;

/// <summary>Reads the JSON of a Session document. Refuses what cannot be meant; what the documentation calls required may be
/// absent, as it is in many working documents (spec/ssm-control-plane.md §11.1).</summary>
internal static class SessionDocumentParser
{
    private const string SchemaVersion = "1.0";
    private const int MaxIdleMinutes = 60;
    private const int MaxDurationMinutes = 1_440;

    private static readonly string[] KnownInputs =
    [
        "s3BucketName", "s3KeyPrefix", "s3EncryptionEnabled", "cloudWatchLogGroupName", "cloudWatchEncryptionEnabled",
        "cloudWatchStreamingEnabled", "kmsKeyId", "runAsEnabled", "runAsDefaultUser", "idleSessionTimeout", "maxSessionDuration",
        "shellProfile",
    ];

    /// <exception cref="RefusedException">InvalidDocumentContent, InvalidDocumentSchemaVersion.</exception>
    public static SessionDocument Parse(string json)
    {
        using var document = JsonDocument.Parse(json, DocumentContent.JsonOptions);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object)
            throw DocumentRefusals.InvalidContent("The content of a Session document must be an object.");
        var schemaVersion = Text(root, "schemaVersion");
        if (schemaVersion != SchemaVersion)
        {
            throw new RefusedException(
                Refusal.InvalidDocumentSchemaVersion,
                $"{schemaVersion ?? "null"} is not a valid schema version for Session document type");
        }

        Text(root, "description");
        return new SessionDocument
        {
            Type = SessionTypes.Of(Text(root, "sessionType")),
            Inputs = Object(root, "inputs") is { } inputs ? InputsOf(inputs) : null,
            Parameters = Object(root, "parameters") is { } parameters
                ? [.. parameters.EnumerateObject().Select(p => ParameterDefinition.Parse(p.Name, p.Value))]
                : [],
            PropertiesJson = Object(root, "properties")?.GetRawText(),
            Json = json,
        };
    }

    /// <summary>A string, or a number as it is written; null when it is absent.</summary>
    internal static string? Text(JsonElement json, string name) => Member(json, name) is not { } value ? null : value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.GetRawText(),
        _ => throw DocumentRefusals.InvalidContent($"{name} must be a string."),
    };

    internal static JsonElement? Member(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private static JsonElement? Object(JsonElement json, string name) =>
        Member(json, name) is not { } value ? null
        : value.ValueKind == JsonValueKind.Object ? value
        : throw DocumentRefusals.InvalidContent($"{name} must be an object.");

    private static bool Boolean(JsonElement json, string name) => Member(json, name) is { } value && value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.String when bool.TryParse(value.GetString(), out var boolean) => boolean,
        _ => throw DocumentRefusals.InvalidContent($"{name} must be true or false."),
    };

    /// <summary>Minutes, as a string or a number; null when it is absent or empty.</summary>
    private static TimeSpan? Minutes(JsonElement json, string name, int max)
    {
        var text = Text(json, name);
        if (string.IsNullOrEmpty(text))
            return null;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var minutes) && minutes >= 1 && minutes <= max
            ? TimeSpan.FromMinutes(minutes)
            : throw DocumentRefusals.InvalidContent(
                string.Create(CultureInfo.InvariantCulture, $"{name} must be a number of minutes from 1 to {max}."));
    }

    private static SessionInputs InputsOf(JsonElement inputs)
    {
        string[] provided = [.. inputs.EnumerateObject().Select(p => p.Name)];
        if (provided.Except(KnownInputs, StringComparer.Ordinal).Any())
        {
            throw DocumentRefusals.InvalidContent(
                $"Unknown input names provided. Known=[ [{string.Join(", ", KnownInputs)}] ], "
                + $"Provided=[ [{string.Join(", ", provided)}] ].");
        }

        var profile = Object(inputs, "shellProfile");
        return new SessionInputs
        {
            S3BucketName = Text(inputs, "s3BucketName") ?? "",
            S3KeyPrefix = Text(inputs, "s3KeyPrefix") ?? "",
            S3EncryptionEnabled = Boolean(inputs, "s3EncryptionEnabled"),
            CloudWatchLogGroupName = Text(inputs, "cloudWatchLogGroupName") ?? "",
            CloudWatchEncryptionEnabled = Boolean(inputs, "cloudWatchEncryptionEnabled"),
            CloudWatchStreamingEnabled = Boolean(inputs, "cloudWatchStreamingEnabled"),
            KmsKeyId = Text(inputs, "kmsKeyId") ?? "",
            RunAsEnabled = Boolean(inputs, "runAsEnabled"),
            RunAsDefaultUser = Text(inputs, "runAsDefaultUser") ?? "",
            IdleTimeout = Minutes(inputs, "idleSessionTimeout", MaxIdleMinutes) ?? SessionInputs.Default.IdleTimeout,
            MaxSessionDuration = Minutes(inputs, "maxSessionDuration", MaxDurationMinutes),
            LinuxShellProfile = profile is { } linux ? Text(linux, "linux") ?? "" : "",
            WindowsShellProfile = profile is { } windows ? Text(windows, "windows") ?? "" : "",
        };
    }
}
