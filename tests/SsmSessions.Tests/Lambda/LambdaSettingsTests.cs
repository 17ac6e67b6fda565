using SsmSessions.Lambda;

namespace SsmSessions.Tests.Lambda;

public sealed class LambdaSettingsTests
{
    [Fact]
    public void A_function_without_a_gateway_is_refused()
    {
        var refused = Assert.Throws<LambdaSettingException>(() => LambdaSettings.Read(_ => null));

        Assert.Equal(
            "SSM_SESSIONS_PUBLIC_URL is not set: the URL of a host on the same table that carries the data channels", refused.Message);
    }

    [Fact]
    public async Task A_function_without_credentials_is_refused()
    {
        var settings = LambdaSettings.Read(name => name == "SSM_SESSIONS_PUBLIC_URL" ? "https://gateway.example" : null);

        var refused = await Assert.ThrowsAsync<LambdaSettingException>(() => CredentialsSecret.LoadAsync(settings));

        Assert.Equal("SSM_SESSIONS_CREDENTIALS_SECRET_ARN is not set: without credentials everybody could call", refused.Message);
    }
}
