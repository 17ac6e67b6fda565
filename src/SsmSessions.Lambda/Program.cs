using SsmSessions.Core.Identity;
using SsmSessions.Lambda;

try
{
    var settings = LambdaSettings.Read(Environment.GetEnvironmentVariable);
    await using var app = LambdaApp.Build(args, settings, await CredentialsSecret.LoadAsync(settings));
    await app.RunAsync();
    return 0;
}
catch (Exception unusable) when (unusable is LambdaSettingException or CredentialsFileException)
{
    await Console.Error.WriteLineAsync($"ssm-sessions: {unusable.Message}");
    return 2;
}
