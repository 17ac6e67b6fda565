using System.Net;
using SsmSessions.Testing;

namespace SsmSessions.Tests.AwsJson.Actions;

public sealed class UpdateServiceSettingTests
{
    private const string Tier = "/ssm/managed-instance/activation-tier";

    [Fact]
    public async Task A_setting_shows_who_changed_it_and_when()
    {
        await using var server = await TestServer.StartAsync(new ManualTimeProvider());

        var changed = await server.CallAsync("UpdateServiceSetting", $$"""{"SettingId":"{{Tier}}","SettingValue":"advanced"}""");

        Assert.Equal((HttpStatusCode.OK, "{}"), changed);
        Assert.Equal(
            (HttpStatusCode.OK, """{"ServiceSetting":{"ARN":"arn:aws:ssm:us-east-1:000000000000:servicesetting/ssm/managed-instance/activation-tier","LastModifiedDate":1.7673552E9,"LastModifiedUser":"arn:aws:iam::000000000000:user/test","SettingId":"/ssm/managed-instance/activation-tier","SettingValue":"advanced","Status":"Customized"}}"""),
            await server.CallAsync("GetServiceSetting", $$"""{"SettingId":"{{Tier}}"}"""));
        Assert.Contains(
            "\"SettingValue\":\"standard\"",
            (await server.CallAsync("GetServiceSetting", $$"""{"SettingId":"{{Tier}}"}""", region: "eu-west-1")).Body,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_former_id_of_the_default_role_still_works()
    {
        await using var server = await TestServer.StartAsync();

        await server.CallAsync(
            "UpdateServiceSetting", """{"SettingId":"/ssm/managed-instance/default-instance-management-role","SettingValue":"service-role/Default"}""");

        Assert.Contains(
            "\"SettingValue\":\"service-role/Default\"",
            (await server.CallAsync("GetServiceSetting", """{"SettingId":"/ssm/managed-instance/default-ec2-instance-management-role"}""")).Body,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/ssm/nonsense", "x", """{"__type":"ServiceSettingNotFound","Message":"Service setting /ssm/nonsense does not exist."}""")]
    [InlineData(Tier, "Advanced", """{"__type":"ValidationException","message":"The value of /ssm/managed-instance/activation-tier must be one of: standard, advanced."}""")]
    [InlineData(Tier, "", """{"__type":"ValidationException","message":"1 validation error detected: Value '' at 'settingValue' failed to satisfy constraint: Member must have length greater than or equal to 1"}""")]
    public async Task A_wrong_setting_is_refused(string id, string value, string expected)
    {
        await using var server = await TestServer.StartAsync();

        Assert.Equal(
            (HttpStatusCode.BadRequest, expected),
            await server.CallAsync("UpdateServiceSetting", $$"""{"SettingId":"{{id}}","SettingValue":"{{value}}"}"""));
    }
}
