using System.Net;
using SsmSessions.Testing;

namespace SsmSessions.Tests.AwsJson.Actions;

public sealed class ResetServiceSettingTests
{
    private const string Tier = """{"SettingId":"/ssm/managed-instance/activation-tier"}""";

    [Fact]
    public async Task A_setting_is_its_default_again()
    {
        await using var server = await TestServer.StartAsync();
        var before = await server.CallAsync("GetServiceSetting", Tier);
        await server.CallAsync("UpdateServiceSetting", """{"SettingId":"/ssm/managed-instance/activation-tier","SettingValue":"advanced"}""");

        var reset = await server.CallAsync("ResetServiceSetting", Tier);

        Assert.Equal(before, reset);
        Assert.Equal(before, await server.CallAsync("GetServiceSetting", Tier));
    }

    [Fact]
    public async Task An_unknown_setting_is_refused()
    {
        await using var server = await TestServer.StartAsync();

        Assert.Equal(
            (HttpStatusCode.BadRequest, """{"__type":"ServiceSettingNotFound","Message":"Service setting /ssm/x does not exist."}"""),
            await server.CallAsync("ResetServiceSetting", """{"SettingId":"/ssm/x"}"""));
    }
}
