using SsmSessions.Core.Identity;

namespace SsmSessions.Lambda;

/// <summary>Who may call: a function that everybody reaches does not start without knowing.</summary>
internal static class CredentialsSecret
{
    /// <exception cref="LambdaSettingException">No credentials are given, or they cannot be fetched.</exception>
    /// <exception cref="CredentialsFileException">They cannot be used.</exception>
    public static async Task<CredentialsFile> LoadAsync(LambdaSettings settings)
    {
        if (settings.CredentialsFile is { } path)
            return CredentialsFile.Load(path);
        if (settings.CredentialsSecretArn is not { } arn)
            throw new LambdaSettingException("SSM_SESSIONS_CREDENTIALS_SECRET_ARN is not set: without credentials everybody could call");
        return CredentialsFile.Parse(System.Text.Encoding.UTF8.GetBytes(await FetchAsync(arn)), "the secret");
    }

#if FULL_FEED
    private static async Task<string> FetchAsync(string arn)
    {
        using var client = new Amazon.SecretsManager.AmazonSecretsManagerClient();
        try
        {
            return (await client.GetSecretValueAsync(new Amazon.SecretsManager.Model.GetSecretValueRequest { SecretId = arn })).SecretString;
        }
        catch (Amazon.Runtime.AmazonClientException failure)
        {
            throw new LambdaSettingException("the credentials secret cannot be read: " + failure.Message);
        }
    }
#else
    private static Task<string> FetchAsync(string arn) =>
        throw new LambdaSettingException($"this build cannot read the secret {arn}: build with -p:FullFeed=true, or give SSM_SESSIONS_CREDENTIALS=FILE");
#endif
}
