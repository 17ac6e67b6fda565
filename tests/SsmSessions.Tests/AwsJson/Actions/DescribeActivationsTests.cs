using System.Net;
using System.Text.Json;
using SsmSessions.Testing;
using SsmSessions.Tests.Nodes;

namespace SsmSessions.Tests.AwsJson.Actions;

public sealed class DescribeActivationsTests
{
    [Fact]
    public async Task An_activation_shows_everything_but_its_code()
    {
        var time = new ManualTimeProvider();
        await using var server = await TestServer.StartAsync(time);
        var activation = await Agent.ActivateAsync(
            server, """{"IamRole":"Nodes","Description":"office","DefaultInstanceName":"desk","RegistrationLimit":3,"Tags":[{"Key":"b","Value":"2"},{"Key":"a","Value":""}]}""");
        await new Agent(server).RegisterAsync(activation);
        time.Advance(TimeSpan.FromHours(24));

        Assert.Equal(
            (HttpStatusCode.OK, $$"""{"ActivationList":[{"ActivationId":"{{activation.Id}}","CreatedDate":1.7673552E9,"DefaultInstanceName":"desk","Description":"office","ExpirationDate":1.7674416E9,"Expired":true,"IamRole":"Nodes","RegistrationLimit":3,"RegistrationsCount":1,"Tags":[{"Key":"a","Value":""},{"Key":"b","Value":"2"}]}]}"""),
            await server.CallAsync("DescribeActivations", "{}"));
    }

    [Fact]
    public async Task An_activation_without_extras_shows_the_defaults()
    {
        await using var server = await TestServer.StartAsync(new ManualTimeProvider());
        var activation = await Agent.ActivateAsync(server);

        Assert.Equal(
            (HttpStatusCode.OK, $$"""{"ActivationList":[{"ActivationId":"{{activation.Id}}","CreatedDate":1.7673552E9,"ExpirationDate":1.7674416E9,"Expired":false,"IamRole":"service-role/Nodes","RegistrationLimit":1,"RegistrationsCount":0,"Tags":[]}]}"""),
            await server.CallAsync("DescribeActivations", "{}"));
    }

    [Fact]
    public async Task Pages_follow_each_other_in_the_order_of_ids()
    {
        await using var server = await TestServer.StartAsync();
        var created = new List<string>();
        for (var i = 0; i < 5; i++)
            created.Add((await Agent.ActivateAsync(server)).Id);

        var (first, token) = await PageAsync(server, """{"MaxResults":3}""");
        var (second, end) = await PageAsync(server, $$"""{"MaxResults":3,"NextToken":"{{token}}"}""");
        var (elsewhere, _) = await PageAsync(server, "{}", region: "eu-west-1");

        Assert.Equal(created.Order(StringComparer.Ordinal), first.Concat(second));
        Assert.Equal(3, first.Length);
        Assert.Null(end);
        Assert.Empty(elsewhere);
        Assert.Equal(
            (HttpStatusCode.BadRequest, """{"__type":"InvalidNextToken","Message":"The specified token is not valid."}"""),
            await server.CallAsync("DescribeActivations", $$"""{"NextToken":"{{token}}","Filters":[{"FilterKey":"IamRole","FilterValues":["a"]}]}"""));
    }

    [Theory]
    [InlineData("""[{"FilterKey":"IamRole","FilterValues":["B"]}]""", "b")]
    [InlineData("""[{"FilterKey":"DefaultInstanceName","FilterValues":["a","b"]},{"FilterKey":"IamRole","FilterValues":["A"]}]""", "a")]
    [InlineData("""[{"FilterKey":"IamRole","FilterValues":["A"]},{"FilterKey":"IamRole","FilterValues":["B"]}]""", "")]
    [InlineData("""[{"FilterKey":"ActivationIds","FilterValues":["00000000-0000-0000-0000-000000000000"]}]""", "")]
    public async Task Filters_must_all_hold_with_any_of_their_values(string filters, string expected)
    {
        await using var server = await TestServer.StartAsync();
        await Agent.ActivateAsync(server, """{"IamRole":"A","DefaultInstanceName":"a"}""");
        await Agent.ActivateAsync(server, """{"IamRole":"B","DefaultInstanceName":"b"}""");

        var (_, body) = await server.CallAsync("DescribeActivations", $$"""{"Filters":{{filters}}}""");

        using var page = JsonDocument.Parse(body);
        var names = page.RootElement.GetProperty("ActivationList").EnumerateArray().Select(a => a.GetProperty("DefaultInstanceName").GetString());
        Assert.Equal(expected, string.Concat(names));
    }

    [Theory]
    [InlineData("""{"Filters":[{"FilterKey":"IamRole"}]}""", """{"__type":"InvalidFilter","Message":"A filter needs a FilterKey and at least one of FilterValues."}""")]
    [InlineData("""{"Filters":[{"FilterValues":["a"]}]}""", """{"__type":"InvalidFilter","Message":"A filter needs a FilterKey and at least one of FilterValues."}""")]
    [InlineData("""{"Filters":[{"FilterKey":"Role"}],"MaxResults":0}""", """{"__type":"ValidationException","message":"2 validation errors detected: Value 'Role' at 'filters.1.member.filterKey' failed to satisfy constraint: Member must satisfy enum value set: [ActivationIds, DefaultInstanceName, IamRole]; Value '0' at 'maxResults' failed to satisfy constraint: Member must have value greater than or equal to 1"}""")]
    public async Task A_wrong_filter_is_refused(string request, string expected)
    {
        await using var server = await TestServer.StartAsync();

        Assert.Equal((HttpStatusCode.BadRequest, expected), await server.CallAsync("DescribeActivations", request));
    }

    private static async Task<(string?[] Ids, string? Token)> PageAsync(TestServer server, string request, string region = "us-east-1")
    {
        using var page = JsonDocument.Parse((await server.CallAsync("DescribeActivations", request, region: region)).Body);
        return (
            [.. page.RootElement.GetProperty("ActivationList").EnumerateArray().Select(a => a.GetProperty("ActivationId").GetString())],
            page.RootElement.TryGetProperty("NextToken", out var token) ? token.GetString() : null);
    }
}
