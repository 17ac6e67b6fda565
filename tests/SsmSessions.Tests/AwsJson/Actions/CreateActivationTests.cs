using System.Net;
using SsmSessions.Testing;

namespace SsmSessions.Tests.AwsJson.Actions;

public sealed class CreateActivationTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task The_answer_has_the_code_and_the_id()
    {
        await using var server = await TestServer.StartAsync();

        var (status, body) = await server.CallAsync("CreateActivation", """{"IamRole":"service-role/AmazonEC2RunCommandRoleForManagedInstances"}""");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Matches(
            """^\{"ActivationCode":"[A-Za-z0-9+/]{20}","ActivationId":"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"\}$""", body);
        // The real body of 2020 had as many bytes.
        Assert.Equal(95, body.Length);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(-60, false)]
    [InlineData(1, true)]
    [InlineData(30 * 86_400, true)]
    [InlineData((30 * 86_400) + 1, false)]
    public async Task An_activation_ends_within_thirty_days(long seconds, bool isPossible)
    {
        await using var server = await TestServer.StartAsync(new ManualTimeProvider(Start));

        var (status, body) = await server.CallAsync(
            "CreateActivation", $$"""{"IamRole":"Nodes","ExpirationDate":{{Start.ToUnixTimeSeconds() + seconds}}}""");

        Assert.Equal(isPossible ? HttpStatusCode.OK : HttpStatusCode.BadRequest, status);
        if (!isPossible)
        {
            Assert.Equal(
                """{"__type":"InvalidParameters","Message":"The expiration date must be in the future and at most 30 days from now."}""", body);
        }
    }

    [Theory]
    [InlineData("arn:aws:iam::000000000000:role/Nodes", """{"__type":"ValidationException","message":"1 validation error detected: Value 'arn:aws:iam::000000000000:role/Nodes' at 'iamRole' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9+=,.@_/-]+"}""")]
    [InlineData("AWSServiceRoleForAmazonSSM", """{"__type":"ValidationException","message":"Nonexistent role or missing ssm service principal in trust policy: arn:aws:iam::000000000000:role/AWSServiceRoleForAmazonSSM"}""")]
    public async Task A_role_that_nodes_cannot_have_is_refused(string role, string expected)
    {
        await using var server = await TestServer.StartAsync();

        Assert.Equal((HttpStatusCode.BadRequest, expected), await server.CallAsync("CreateActivation", $$"""{"IamRole":"{{role}}"}"""));
    }

    [Fact]
    public async Task Constraints_are_named()
    {
        await using var server = await TestServer.StartAsync();

        var answer = await server.CallAsync(
            "CreateActivation",
            """{"DefaultInstanceName":"a!","RegistrationLimit":1001,"Tags":[{"Key":"","Value":"b"}],"RegistrationMetadata":[{"Key":"k","Value":" "}]}""");

        Assert.Equal(
            (HttpStatusCode.BadRequest, """{"__type":"ValidationException","message":"5 validation errors detected: Value 'a!' at 'defaultInstanceName' failed to satisfy constraint: Member must satisfy regular expression pattern: ^([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*)$; Value null at 'iamRole' failed to satisfy constraint: Member must not be null; Value '1001' at 'registrationLimit' failed to satisfy constraint: Member must have value less than or equal to 1000; Value '' at 'tags.1.member.key' failed to satisfy constraint: Member must have length greater than or equal to 1; Value ' ' at 'registrationMetadata.1.member.value' failed to satisfy constraint: Member must satisfy regular expression pattern: ^(?!\\s*$).+"}"""),
            answer);
    }

    [Fact]
    public async Task More_than_fifty_tags_are_refused()
    {
        await using var server = await TestServer.StartAsync();
        var tags = string.Join(',', Enumerable.Range(0, 51).Select(n => $$"""{"Key":"k{{n}}","Value":""}"""));

        Assert.Equal(
            (HttpStatusCode.BadRequest, """{"__type":"InvalidParameters","Message":"An activation can have at most 50 tags."}"""),
            await server.CallAsync("CreateActivation", $$"""{"IamRole":"Nodes","Tags":[{{tags}}]}"""));
    }
}
