using System.Text;

namespace SsmSessions.Tests.AwsJson.BadRequests;

/// <summary>Bodies that cannot be read (spec/ssm-control-plane.md §1.6). All are SerializationException.</summary>
public sealed class BodyErrorTests(OpenServer server) : IClassFixture<OpenServer>
{
    private const string ListFound = "Start of list found where not expected";
    private const string StructureFound = "Start of structure or map found where not expected.";

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("{")]
    [InlineData("}")]
    [InlineData("null")]
    [InlineData("true")]
    [InlineData("1")]
    [InlineData("\"x\"")]
    [InlineData("State=Active")]
    [InlineData("""{"State":"Active",}""")]
    [InlineData("""{"State":"Active"} {}""")]
    [InlineData("""{"State":"Active"}}""")]
    [InlineData("""{'State':'Active'}""")]
    [InlineData("""{State:"Active"}""")]
    [InlineData("""{"State" "Active"}""")]
    [InlineData("""{"State":Active}""")]
    [InlineData("""{"State":"Active}""")]
    [InlineData("""{"State":"\x41ctive"}""")]
    [InlineData("""{"State":"\u00"}""")]
    [InlineData("{\"State\":\"Act\nive\"}")]
    [InlineData("""{"MaxResults":NaN}""")]
    [InlineData("""{"MaxResults":Infinity}""")]
    [InlineData("""{"MaxResults":01}""")]
    [InlineData("""{"MaxResults":+1}""")]
    [InlineData("""{"MaxResults":1.}""")]
    [InlineData("""{"MaxResults":0x10}""")]
    [InlineData("""// State{"State":"Active"}""")]
    [InlineData("""{/* State */"State":"Active"}""")]
    [InlineData("\uFEFF{\"State\":\"Active\"}")]
    public async Task What_is_not_a_JSON_object_has_no_text(string body)
    {
        var answer = await server.SendAsync(WireRequest.Of("DescribeSessions", body));

        answer.AssertIsError("SerializationException", text: null);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("""[{"State":"Active"}]""")]
    public async Task A_list_is_not_expected(string body)
    {
        var answer = await server.SendAsync(WireRequest.Of("DescribeSessions", body));

        answer.AssertIsError("SerializationException", ListFound, "Message");
    }

    [Theory]
    [InlineData("DescribeSessions", """{"State":1}""", "NUMBER_VALUE can not be converted to a String")]
    [InlineData("DescribeSessions", """{"State":true}""", "TRUE_VALUE can not be converted to a String")]
    [InlineData("DescribeSessions", """{"State":false}""", "FALSE_VALUE can not be converted to a String")]
    [InlineData("DescribeSessions", """{"State":[]}""", ListFound)]
    [InlineData("DescribeSessions", """{"State":{}}""", StructureFound)]
    [InlineData("DescribeSessions", """{"State":"Active","MaxResults":"5"}""", "STRING_VALUE can not be converted to an Integer")]
    [InlineData("DescribeSessions", """{"State":"Active","MaxResults":true}""", "TRUE_VALUE can not be converted to an Integer")]
    [InlineData("DescribeSessions", """{"State":"Active","MaxResults":false}""", "FALSE_VALUE can not be converted to an Integer")]
    [InlineData("DescribeSessions", """{"State":"Active","MaxResults":[5]}""", ListFound)]
    [InlineData("DescribeSessions", """{"State":"Active","MaxResults":{"a":5}}""", StructureFound)]
    [InlineData("DescribeSessions", """{"State":"Active","NextToken":7}""", "NUMBER_VALUE can not be converted to a String")]
    [InlineData("DescribeSessions", """{"State":"Active","NextToken":[]}""", ListFound)]
    [InlineData("DescribeSessions", """{"State":"Active","Filters":"Owner"}""", "Expected list or null")]
    [InlineData("DescribeSessions", """{"State":"Active","Filters":1}""", "Expected list or null")]
    [InlineData("DescribeSessions", """{"State":"Active","Filters":true}""", "Expected list or null")]
    [InlineData("DescribeSessions", """{"State":"Active","Filters":{"key":"Owner","value":"x"}}""", StructureFound)]
    [InlineData("DescribeSessions", """{"State":"Active","Filters":["Owner"]}""", "Expected null")]
    [InlineData("DescribeSessions", """{"State":"Active","Filters":[1]}""", "Expected null")]
    [InlineData("DescribeSessions", """{"State":"Active","Filters":[false]}""", "Expected null")]
    [InlineData("DescribeSessions", """{"State":"Active","Filters":[[]]}""", ListFound)]
    [InlineData("DescribeSessions", """{"State":"Active","Filters":[{"key":1,"value":"x"}]}""", "NUMBER_VALUE can not be converted to a String")]
    [InlineData("DescribeSessions", """{"State":"Active","Filters":[{"key":"Owner","value":true}]}""", "TRUE_VALUE can not be converted to a String")]
    [InlineData("DescribeSessions", """{"State":"Active","Filters":[{"key":"Owner","value":["x"]}]}""", ListFound)]
    [InlineData("DescribeSessions", """{"State":"Active","Filters":[{"key":{},"value":"x"}]}""", StructureFound)]
    [InlineData("StartSession", """{"Target":12}""", "NUMBER_VALUE can not be converted to a String")]
    [InlineData("StartSession", """{"Target":["i-0123456789abcdef0"]}""", ListFound)]
    [InlineData("StartSession", """{"Target":"i-1","DocumentName":false}""", "FALSE_VALUE can not be converted to a String")]
    [InlineData("StartSession", """{"Target":"i-1","Reason":{"a":"b"}}""", StructureFound)]
    [InlineData("StartSession", """{"Target":"i-1","Parameters":"portNumber=22"}""", "Expected map or null")]
    [InlineData("StartSession", """{"Target":"i-1","Parameters":22}""", "Expected map or null")]
    [InlineData("StartSession", """{"Target":"i-1","Parameters":true}""", "Expected map or null")]
    [InlineData("StartSession", """{"Target":"i-1","Parameters":[]}""", ListFound)]
    [InlineData("StartSession", """{"Target":"i-1","Parameters":{"portNumber":"22"}}""", "Expected list or null")]
    [InlineData("StartSession", """{"Target":"i-1","Parameters":{"portNumber":22}}""", "Expected list or null")]
    [InlineData("StartSession", """{"Target":"i-1","Parameters":{"portNumber":{}}}""", StructureFound)]
    [InlineData("StartSession", """{"Target":"i-1","Parameters":{"portNumber":[22]}}""", "NUMBER_VALUE can not be converted to a String")]
    [InlineData("StartSession", """{"Target":"i-1","Parameters":{"portNumber":[true]}}""", "TRUE_VALUE can not be converted to a String")]
    [InlineData("StartSession", """{"Target":"i-1","Parameters":{"portNumber":[["22"]]}}""", ListFound)]
    [InlineData("StartSession", """{"Target":"i-1","Parameters":{"portNumber":[{}]}}""", StructureFound)]
    [InlineData("ResumeSession", """{"SessionId":1}""", "NUMBER_VALUE can not be converted to a String")]
    [InlineData("ResumeSession", """{"SessionId":[]}""", ListFound)]
    [InlineData("TerminateSession", """{"SessionId":true}""", "TRUE_VALUE can not be converted to a String")]
    [InlineData("TerminateSession", """{"SessionId":{}}""", StructureFound)]
    [InlineData("GetConnectionStatus", """{"Target":false}""", "FALSE_VALUE can not be converted to a String")]
    [InlineData("GetConnectionStatus", """{"Target":["i-1"]}""", ListFound)]
    [InlineData("DeleteDocument", """{"Name":"My-Shell","Force":1}""", "NUMBER_VALUE can not be converted to a Boolean")]
    [InlineData("DeleteDocument", """{"Name":"My-Shell","Force":[]}""", ListFound)]
    [InlineData("DeleteDocument", """{"Name":"My-Shell","Force":{}}""", StructureFound)]
    [InlineData("CreateActivation", """{"IamRole":"R","ExpirationDate":"2027-01-01"}""", "STRING_VALUE can not be converted to milliseconds since epoch")]
    [InlineData("CreateActivation", """{"IamRole":"R","ExpirationDate":true}""", "TRUE_VALUE can not be converted to milliseconds since epoch")]
    [InlineData("CreateActivation", """{"IamRole":"R","ExpirationDate":{}}""", StructureFound)]
    [InlineData("CreateActivation", """{"IamRole":"R","RegistrationLimit":"5"}""", "STRING_VALUE can not be converted to an Integer")]
    [InlineData("CreateActivation", """{"IamRole":"R","Tags":{"a":"b"}}""", StructureFound)]
    [InlineData("CreateActivation", """{"IamRole":"R","Tags":["a"]}""", "Expected null")]
    [InlineData("CreateActivation", """{"IamRole":"R","Tags":[{"Key":"a","Value":1}]}""", "NUMBER_VALUE can not be converted to a String")]
    [InlineData("DescribeActivations", """{"Filters":[{"FilterKey":"IamRole","FilterValues":"R"}]}""", "Expected list or null")]
    [InlineData("ListDocuments", """{"MaxResults":"5"}""", "STRING_VALUE can not be converted to an Integer")]
    [InlineData("ListDocuments", """{"Filters":[{"Key":"Owner","Values":[1]}]}""", "NUMBER_VALUE can not be converted to a String")]
    [InlineData("CreateDocument", """{"Name":"My-Shell","Content":{"schemaVersion":"1.0"}}""", StructureFound)]
    [InlineData("RemoveTagsFromResource", """{"ResourceType":"Document","ResourceId":"x","TagKeys":"a"}""", "Expected list or null")]
    public async Task A_member_of_another_type_is_told(string action, string body, string text)
    {
        var answer = await server.SendAsync(WireRequest.Of(action, body));

        answer.AssertIsError("SerializationException", text, "Message");
    }

    [Theory]
    [InlineData("""{"State":null}""", "1 validation error detected: Value null at 'state' failed to satisfy constraint: Member must not be null")]
    [InlineData("""{"state":"Active"}""", "1 validation error detected: Value null at 'state' failed to satisfy constraint: Member must not be null")]
    [InlineData("""{"State":"Active","State":"Both"}""", "1 validation error detected: Value 'Both' at 'state' failed to satisfy constraint: Member must satisfy enum value set: [Active, History]")]
    [InlineData("""{"State":"Active","MaxResults":0.9}""", "1 validation error detected: Value '0' at 'maxResults' failed to satisfy constraint: Member must have value greater than or equal to 1")]
    [InlineData("""{"State":"Active","MaxResults":201.99}""", "1 validation error detected: Value '201' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 200")]
    [InlineData("""{"State":"Active","MaxResults":2147483648}""", "1 validation error detected: Value '2147483648' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 200")]
    [InlineData("""{"State":"Active","MaxResults":-2147483649}""", "1 validation error detected: Value '-2147483649' at 'maxResults' failed to satisfy constraint: Member must have value greater than or equal to 1")]
    [InlineData("""{"State":"Active","MaxResults":9223372036854775808}""", "1 validation error detected: Value '9223372036854775807' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 200")]
    [InlineData("""{"State":"Active","MaxResults":1e999999999}""", "1 validation error detected: Value '9223372036854775807' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 200")]
    [InlineData("""{"State":"Active","MaxResults":-1e400}""", "1 validation error detected: Value '-9223372036854775808' at 'maxResults' failed to satisfy constraint: Member must have value greater than or equal to 1")]
    [InlineData("""{"State":"Active","Filters":[null]}""", "1 validation error detected: Value '[]' at 'filters' failed to satisfy constraint: Member must have length greater than or equal to 1")]
    [InlineData("""{"State":"Active","Filters":[{"Key":"Owner","Value":"x"}]}""", "2 validation errors detected: Value null at 'filters.1.member.key' failed to satisfy constraint: Member must not be null; Value null at 'filters.1.member.value' failed to satisfy constraint: Member must not be null")]
    public async Task What_can_be_read_goes_on_to_the_constraints(string body, string text)
    {
        var answer = await server.SendAsync(WireRequest.Of("DescribeSessions", body));

        answer.AssertIsError("ValidationException", text);
    }

    [Theory]
    [InlineData("""{"State":"Active","Unknown":1}""")]
    [InlineData("""{"State":"Active","Unknown":{"deep":[[[{}]]]}}""")]
    [InlineData("""{"State":"Active","Unknown":1e999999999}""")]
    [InlineData("""{"State":"Active","":null}""")]
    [InlineData("""{"State":"History","State":"Active"}""")]
    [InlineData("""{"State":"Active","MaxResults":null,"NextToken":null,"Filters":null}""")]
    [InlineData("""{"State":"Active","MaxResults":1.5}""")]
    [InlineData("""{"State":"Active","MaxResults":1e2}""")]
    [InlineData("""{"\u0053tate":"\u0041ctive"}""")]
    [InlineData("""  {  "State"  :  "Active"  }  """)]
    public async Task Unknown_members_nulls_and_fractions_do_no_harm(string body)
    {
        var answer = await server.SendAsync(WireRequest.Of("DescribeSessions", body));

        answer.AssertIs(200, """{"Sessions":[]}""");
    }

    [Theory]
    [InlineData("\"true\"")]
    [InlineData("\"no\"")]
    [InlineData("true")]
    [InlineData("null")]
    public async Task A_string_is_taken_for_a_boolean(string force)
    {
        var answer = await server.SendAsync(WireRequest.Of("DeleteDocument", $$"""{"Name":"My-Shell","Force":{{force}}}"""));

        answer.AssertIsError("InvalidDocument", "Document with name My-Shell does not exist.", "Message");
    }

    [Theory]
    [InlineData("{\"State\":\"Active\",\"Unknown\":", "[", 100)]
    [InlineData("{\"State\":\"Active\",\"Unknown\":", "[", 200_000)]
    [InlineData("", "[", 100_000)]
    [InlineData("", "{\"a\":", 100_000)]
    public async Task A_body_that_is_too_deep_has_no_text(string before, string level, int depth)
    {
        var answer = await server.SendAsync(WireRequest.Of("DescribeSessions", before + string.Concat(Enumerable.Repeat(level, depth))));

        answer.AssertIsError("SerializationException", text: null);
    }

    public static TheoryData<string, string, string> NotUtf8 { get; } = new()
    {
        { "DescribeSessions", """{"State":"|"}""", "FF" },
        { "DescribeSessions", """{"State":"Active","NextToken":"|"}""", "C3" },
        { "DescribeSessions", """{"State":"Active","Filters":[{"key":"Owner","value":"|"}]}""", "C0AF" },
        { "DescribeSessions", """{"State":"Active","|":1}""", "80" },
        { "DescribeSessions", """{"State":"Active","Unknown":"|"}""", "E282" },
        { "StartSession", """{"Target":"|"}""", "F8888080" },
        { "StartSession", """{"Target":"i-1","Reason":"|"}""", "EDA080" },
        { "StartSession", """{"Target":"i-1","Parameters":{"|":["x"]}}""", "FE" },
        { "StartSession", """{"Target":"i-1","Parameters":{"x":["|"]}}""", "F4908080" },
        { "TerminateSession", """{"SessionId":"|"}""", "FF" },
        { "ResumeSession", """{"SessionId":"|"}""", "FF" },
        { "GetConnectionStatus", """{"Target":"|"}""", "FF" },
    };

    [Theory]
    [MemberData(nameof(NotUtf8))]
    public async Task What_is_not_UTF8_has_no_text(string action, string body, string hex)
    {
        var parts = body.Split('|');
        byte[] bytes = [.. Encoding.UTF8.GetBytes(parts[0]), .. Convert.FromHexString(hex), .. Encoding.UTF8.GetBytes(parts[1])];

        var answer = await server.SendAsync(WireRequest.Of(action, bytes));

        answer.AssertIsError("SerializationException", text: null);
    }

    [Theory]
    [InlineData("DescribeSessions", """{"State":"\ud800"}""")]
    [InlineData("DescribeSessions", """{"State":"Active","Filters":[{"key":"Owner","value":"\udc00\ud800"}]}""")]
    [InlineData("StartSession", """{"Target":"\uD83D"}""")]
    [InlineData("StartSession", """{"Target":"i-1","Parameters":{"\ud800":["x"]}}""")]
    [InlineData("StartSession", """{"Target":"i-1","Parameters":{"x":["a\udfff"]}}""")]
    [InlineData("StartSession", """{"Target":"i-1","\ud800arget":"x"}""")]
    [InlineData("TerminateSession", """{"SessionId":"\ud800x"}""")]
    [InlineData("ResumeSession", """{"SessionId":"\ud800"}""")]
    [InlineData("GetConnectionStatus", """{"Target":"\ud800"}""")]
    public async Task Half_a_character_has_no_text(string action, string body)
    {
        var answer = await server.SendAsync(WireRequest.Of(action, body));

        answer.AssertIsError("SerializationException", text: null);
    }

    [Theory]
    [InlineData("""{"State":1}""", "x", "SerializationException", "NUMBER_VALUE can not be converted to a String", "Message")]
    [InlineData("{", null, "SerializationException", null, "Message")]
    [InlineData("[]", null, "SerializationException", ListFound, "Message")]
    [InlineData("""{"State":1}""", null, "MissingAuthenticationTokenException", "Missing Authentication Token", "message")]
    [InlineData("""{"State":"x"}""", null, "MissingAuthenticationTokenException", "Missing Authentication Token", "message")]
    [InlineData("""{"State":"x","MaxResults":"x"}""", "x", "SerializationException", "STRING_VALUE can not be converted to an Integer", "Message")]
    public async Task JSON_comes_before_the_caller_and_the_caller_before_the_members(
        string body, string? caller, string code, string? text, string member)
    {
        var answer = await server.SendAsync(
            WireRequest.Of("DescribeSessions", body) with { Authorization = caller is null ? null : WireRequest.By(caller) });

        answer.AssertIsError(code, text, member);
    }
}
