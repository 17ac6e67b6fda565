using System.Net;
using SsmSessions.Core.Access;
using SsmSessions.Testing;

namespace SsmSessions.Tests.AwsJson.Actions;

public sealed class StartAccessRequestTests
{
    private const string Request = $$"""{"Reason":"repair","Targets":[{"Key":"InstanceIds","Values":["{{TestServer.Node}}"]}]}""";

    [Fact]
    public async Task It_is_not_enabled_unless_an_option_says_so()
    {
        await using var server = await TestServer.StartAsync();
        var refused = (HttpStatusCode.BadRequest, """{"__type":"ValidationException","message":"Just-In-Time Node Access service is not enabled in this account."}""");

        Assert.Equal(refused, await server.CallAsync("StartAccessRequest", Request));
        Assert.Equal(refused, await server.CallAsync("StartAccessRequest", """{"Reason":"repair","Targets":[{"Key":"tag:a","Values":["b"]}]}"""));
        Assert.Equal(refused, await server.CallAsync("GetAccessToken", """{"AccessRequestId":"oi-0123456789ab"}"""));
    }

    [Fact]
    public async Task A_request_has_an_id()
    {
        await using var server = await TestServer.StartAsync(configure: options => options.JustInTime = JustInTimeAccess.Manual);

        var (status, body) = await server.CallAsync("StartAccessRequest", Request);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Matches("""^\{"AccessRequestId":"oi-[0-9a-f]{12}"\}$""", body);
    }

    [Theory]
    [InlineData("""{"Reason":"r","Targets":[{"Key":"tag:a","Values":["b"]}]}""", """{"__type":"ValidationException","message":"Only the target key InstanceIds is supported."}""")]
    [InlineData("""{"Reason":"r","Targets":[{"Key":"InstanceIds","Values":["laptop"]}]}""", """{"__type":"ValidationException","message":"The target laptop is not a valid node id."}""")]
    [InlineData(
        """{"Reason":"","Targets":[{},{},{},{},{},{"Key":"a!"}],"Tags":[{"Key":"k"}]}""",
        """{"__type":"ValidationException","message":"4 validation errors detected: Value '' at 'reason' failed to satisfy constraint: Member must have length greater than or equal to 1; Value '[Target(key=null, values=null), Target(key=null, values=null), Target(key=null, values=null), Target(key=null, values=null), Target(key=null, values=null), Target(key=a!, values=null)]' at 'targets' failed to satisfy constraint: Member must have length less than or equal to 5; Value 'a!' at 'targets.6.member.key' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[\\p{L}\\p{Z}\\p{N}_.:/=\\-@]*$|resource-groups:ResourceTypeFilters|resource-groups:Name; Value null at 'tags.1.member.value' failed to satisfy constraint: Member must not be null"}""")]
    [InlineData("{}", """{"__type":"ValidationException","message":"2 validation errors detected: Value null at 'reason' failed to satisfy constraint: Member must not be null; Value null at 'targets' failed to satisfy constraint: Member must not be null"}""")]
    public async Task A_wrong_request_is_refused(string request, string expected)
    {
        await using var server = await TestServer.StartAsync(configure: options => options.JustInTime = JustInTimeAccess.Manual);

        Assert.Equal((HttpStatusCode.BadRequest, expected), await server.CallAsync("StartAccessRequest", request));
    }
}
