namespace SsmSessions.Lambda;

/// <summary>The function's environment, as template.yaml sets it.</summary>
/// <param name="Table">The DynamoDB table.</param>
/// <param name="GatewayUrl">A live host on the same table that carries the data channels: the base of StreamUrl.</param>
/// <param name="CredentialsSecretArn">The secret that holds the credentials file, or null.</param>
/// <param name="CredentialsFile">A file instead of the secret, or null.</param>
/// <param name="DynamoDbUrl">An emulator instead of DynamoDB, or null.</param>
internal sealed record LambdaSettings(
    string Table, Uri GatewayUrl, string? CredentialsSecretArn, string? CredentialsFile, Uri? DynamoDbUrl)
{
    /// <exception cref="LambdaSettingException">Something is missing or malformed.</exception>
    public static LambdaSettings Read(Func<string, string?> variable) => new(
        Text(variable, "SSM_SESSIONS_TABLE") ?? "SsmSessions",
        Url(variable, "SSM_SESSIONS_PUBLIC_URL")
            ?? throw new LambdaSettingException("SSM_SESSIONS_PUBLIC_URL is not set: the URL of a host on the same table that carries the data channels"),
        Text(variable, "SSM_SESSIONS_CREDENTIALS_SECRET_ARN"),
        Text(variable, "SSM_SESSIONS_CREDENTIALS"),
        Url(variable, "SSM_SESSIONS_DYNAMODB_URL"));

    private static string? Text(Func<string, string?> variable, string name) => variable(name) is { Length: > 0 } value ? value : null;

    private static Uri? Url(Func<string, string?> variable, string name)
    {
        if (Text(variable, name) is not { } text)
            return null;
        return Uri.TryCreate(text, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps)
            ? url
            : throw new LambdaSettingException($"{name}: '{text}' is not an http:// or https:// URL");
    }
}

/// <summary>The function's environment cannot be used. The message is one clear line.</summary>
internal sealed class LambdaSettingException(string message) : Exception(message);
