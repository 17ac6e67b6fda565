namespace SsmSessions.Tests.AwsJson.BadRequests;

/// <summary>Requests that name no operation (spec/ssm-control-plane.md §1.5).</summary>
public sealed class RoutingTests(OpenServer server) : IClassFixture<OpenServer>
{
    private const string Xml = "application/xml";
    private const string NotFound = "<UnknownOperationException/>\n";
    private const string NoOperation =
        "<AccessDeniedException>\n  <Message>Unable to determine service/operation name to be authorized</Message>\n</AccessDeniedException>\n";

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("AmazonSSM")]
    [InlineData("AmazonSSM.")]
    [InlineData(".DescribeSessions")]
    [InlineData("DescribeSessions")]
    [InlineData("AmazonSSM.Nothing")]
    [InlineData("AmazonSSM.describeSessions")]
    [InlineData("AmazonSSM.describesessions")]
    [InlineData("amazonssm.DescribeSessions")]
    [InlineData("AMAZONSSM.DescribeSessions")]
    [InlineData("AmazonSSM..DescribeSessions")]
    [InlineData("AmazonSSM.DescribeSessions.")]
    [InlineData("AmazonSSM.Describe Sessions")]
    [InlineData("AmazonSSM_20141106.DescribeSessions")]
    [InlineData("AWSSimpleSystemsManagement.DescribeSessions")]
    [InlineData("AmazonSSM.DescribeSessions,AmazonSSM.StartSession")]
    [InlineData("AmazonSSM.SendCommand")]
    [InlineData("AmazonSSM.ListInstanceAssociations")]
    [InlineData("AmazonSSM.PutComplianceItems")]
    [InlineData("AmazonSSM.PutInventory")]
    [InlineData("AmazonSSM.GetParameter")]
    public async Task An_unknown_target_is_an_unknown_operation(string? target)
    {
        var answer = await server.SendAsync(new WireRequest { Target = target });

        answer.AssertIsError("UnknownOperationException", text: null);
    }

    [Fact]
    public async Task A_very_long_target_is_an_unknown_operation()
    {
        var answer = await server.SendAsync(new WireRequest { Target = "AmazonSSM." + new string('x', 8_000) });

        answer.AssertIsError("UnknownOperationException", text: null);
    }

    [Theory]
    [InlineData("POST", null)]
    [InlineData("POST", "application/x-amz-json-1.0")]
    [InlineData("POST", "application/x-amz-json-1.11")]
    [InlineData("POST", "application/x-amz-json-1")]
    [InlineData("POST", "application/json")]
    [InlineData("POST", "application/json; charset=utf-8")]
    [InlineData("POST", "application/x-www-form-urlencoded")]
    [InlineData("POST", "text/plain")]
    [InlineData("POST", ";")]
    [InlineData("POST", "application/x-amz-json-1.1 x")]
    [InlineData("PUT", null)]
    [InlineData("GET", "text/html")]
    public async Task Another_content_type_is_not_found(string method, string? contentType)
    {
        var answer = await server.SendAsync(new WireRequest { Method = method, ContentType = contentType, Target = "AmazonSSM.DescribeSessions" });

        answer.AssertIs(404, NotFound, Xml);
    }

    [Theory]
    [InlineData("GET", "/")]
    [InlineData("GET", "/favicon.ico")]
    [InlineData("GET", "/?Action=DescribeSessions&State=Active")]
    [InlineData("DELETE", "/")]
    public async Task A_browser_finds_nothing(string method, string path)
    {
        var answer = await server.SendAsync(
            new WireRequest { Method = method, Path = path, ContentType = null, Authorization = null, Date = null });

        answer.AssertIs(404, NotFound, Xml);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    [InlineData("OPTIONS")]
    [InlineData("PROPFIND")]
    public async Task Another_method_names_no_operation(string method)
    {
        var answer = await server.SendAsync(new WireRequest { Method = method, Target = "AmazonSSM.DescribeSessions" });

        answer.AssertIs(403, NoOperation, Xml);
    }

    [Fact]
    public async Task HEAD_has_the_same_answer_without_its_body()
    {
        var answer = await server.SendAsync(new WireRequest { Method = "HEAD", Target = "AmazonSSM.DescribeSessions" });

        Assert.Equal((403, "", NoOperation.Length), (answer.Status, answer.Body, answer.ContentLength));
    }

    [Theory]
    [InlineData("/", "application/x-amz-json-1.1; charset=utf-8")]
    [InlineData("/", "application/x-amz-json-1.1;charset=latin1")]
    [InlineData("/", "Application/X-AMZ-JSON-1.1")]
    [InlineData("/", " application/x-amz-json-1.1 ; x=y")]
    [InlineData("/elsewhere", "application/x-amz-json-1.1")]
    [InlineData("/a//b/../c", "application/x-amz-json-1.1")]
    [InlineData("/?State=History", "application/x-amz-json-1.1")]
    public async Task Path_query_and_parameters_of_the_content_type_do_not_matter(string path, string contentType)
    {
        var answer = await server.SendAsync(
            WireRequest.Of("DescribeSessions", """{"State":"Active"}""") with { Path = path, ContentType = contentType });

        answer.AssertIs(200, """{"Sessions":[]}""");
    }

    [Theory]
    [InlineData("AmazonSSM.Nothing", "{", null)]
    [InlineData(null, "", "x")]
    public async Task The_target_is_looked_at_before_body_and_signature(string? target, string body, string? authorization)
    {
        var answer = await server.SendAsync(WireRequest.Of("", body) with { Target = target, Authorization = authorization });

        answer.AssertIsError("UnknownOperationException", text: null);
    }
}
