using System.Net;
using SsmSessions.Testing;

namespace SsmSessions.Tests.AwsJson.Actions;

public sealed class GetServiceSettingTests
{
    private const string Tier = "/ssm/managed-instance/activation-tier";

    private const string DefaultTier =
        """{"ServiceSetting":{"ARN":"arn:aws:ssm:us-east-1:000000000000:servicesetting/ssm/managed-instance/activation-tier","LastModifiedDate":1.555532818578E9,"LastModifiedUser":"System","SettingId":"/ssm/managed-instance/activation-tier","SettingValue":"standard","Status":"Default"}}""";

    [Theory]
    [InlineData(Tier)]
    [InlineData("arn:aws:ssm:us-east-1:000000000000:servicesetting" + Tier)]
    public async Task A_setting_is_named_by_its_path_or_its_ARN(string id)
    {
        await using var server = await TestServer.StartAsync();

        Assert.Equal((HttpStatusCode.OK, DefaultTier), await server.CallAsync("GetServiceSetting", $$"""{"SettingId":"{{id}}"}"""));
    }

    [Theory]
    [InlineData("/ssm/managed-instance/default-ec2-instance-management-role", "$None")]
    [InlineData("/ssm/documents/console/public-sharing-permission", "Enable")]
    [InlineData("/ssm/parameter-store/default-parameter-tier", "Standard")]
    [InlineData("/ssm/parameter-store/high-throughput-enabled", "false")]
    public async Task Settings_have_the_defaults_of_the_real_service(string id, string value)
    {
        await using var server = await TestServer.StartAsync();

        var (_, body) = await server.CallAsync("GetServiceSetting", $$"""{"SettingId":"{{id}}"}""");

        Assert.Contains($"\"SettingValue\":\"{value}\",\"Status\":\"Default\"", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_setting_whose_default_is_not_known_has_no_value()
    {
        await using var server = await TestServer.StartAsync();

        var (status, body) = await server.CallAsync("GetServiceSetting", """{"SettingId":"/ssm/opsinsights/opscenter"}""");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.EndsWith("""
            "SettingId":"/ssm/opsinsights/opscenter","Status":"Default"}}
            """, body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/ssm/nonsense")]
    [InlineData("arn:aws:ssm:us-east-1:000000000000:servicesetting/ssm/nonsense")]
    [InlineData("arn:aws:ssm:eu-west-1:000000000000:servicesetting/ssm/managed-instance/activation-tier")]
    public async Task An_unknown_setting_is_refused(string id)
    {
        await using var server = await TestServer.StartAsync();

        Assert.Equal(
            (HttpStatusCode.BadRequest, $$"""{"__type":"ServiceSettingNotFound","Message":"Service setting {{id}} does not exist."}"""),
            await server.CallAsync("GetServiceSetting", $$"""{"SettingId":"{{id}}"}"""));
    }

    [Fact]
    public async Task An_id_is_needed()
    {
        await using var server = await TestServer.StartAsync();

        Assert.Equal(
            (HttpStatusCode.BadRequest, """{"__type":"ValidationException","message":"1 validation error detected: Value null at 'settingId' failed to satisfy constraint: Member must not be null"}"""),
            await server.CallAsync("GetServiceSetting", "{}"));
    }
}
