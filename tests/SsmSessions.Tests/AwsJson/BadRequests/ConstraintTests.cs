namespace SsmSessions.Tests.AwsJson.BadRequests;

/// <summary>Members that violate constraints (spec/ssm-control-plane.md §1.7): the whole sentence, for every constraint and path.</summary>
public sealed class ConstraintTests(OpenServer server) : IClassFixture<OpenServer>
{
    private const string Null = "Member must not be null";
    private const string Min1 = "Member must have length greater than or equal to 1";
    private const string StateSet = "Member must satisfy enum value set: [Active, History]";
    private const string KeySet =
        "Member must satisfy enum value set: [InvokedAfter, InvokedBefore, Target, Owner, Status, SessionId, AccessType]";
    private const string DocumentArn = @"Member must satisfy regular expression pattern: ^[a-zA-Z0-9_\-.:/]{3,128}$";
    private const string ReasonPattern = "Member must satisfy regular expression pattern: ^.{1,256}$";
    private const string MapKeys =
        "Map keys must satisfy constraint: [Member must have length less than or equal to 255, Member must have length greater than or equal to 1]";
    private const string MapValues =
        "Map value must satisfy constraint: [Member must satisfy constraint: [Member must have length less than or equal to 65535, Member must have length greater than or equal to 1]]";

    private static readonly string A97 = new('a', 97);
    private static readonly string A256 = new('a', 256);
    private static readonly string A257 = new('a', 257);
    private static readonly string A401 = new('a', 401);

    /// <summary>Action, body, and each violation as value, path, constraint.</summary>
    public static TheoryData<string, string, string[]> Violations { get; } = new()
    {
        { "DescribeSessions", "{}", [$"null at 'state': {Null}"] },
        { "DescribeSessions", """{"State":""}""", [$"'' at 'state': {StateSet}"] },
        { "DescribeSessions", """{"State":"active"}""", [$"'active' at 'state': {StateSet}"] },
        { "DescribeSessions", """{"State":"Active "}""", [$"'Active ' at 'state': {StateSet}"] },
        { "DescribeSessions", """{"State":"'\"\\<ä€>"}""", [$"''\"\\<ä€>' at 'state': {StateSet}"] },
        { "DescribeSessions", """{"State":"Active","MaxResults":0}""", ["'0' at 'maxResults': Member must have value greater than or equal to 1"] },
        { "DescribeSessions", """{"State":"Active","MaxResults":-5}""", ["'-5' at 'maxResults': Member must have value greater than or equal to 1"] },
        { "DescribeSessions", """{"State":"Active","MaxResults":201}""", ["'201' at 'maxResults': Member must have value less than or equal to 200"] },
        { "DescribeSessions", """{"State":"Active","Filters":[]}""", [$"'[]' at 'filters': {Min1}"] },
        {
            "DescribeSessions",
            """{"State":"Active","Filters":[{"key":"Owner","value":"a"},{"key":"Owner","value":"a"},{"key":"Owner","value":"a"},{"key":"Owner","value":"a"},{"key":"Owner","value":"a"},{"key":"Target","value":"b"},{"key":"Status","value":"c"}]}""",
            ["'[SessionFilter(key=Owner, value=a), SessionFilter(key=Owner, value=a), SessionFilter(key=Owner, value=a), SessionFilter(key=Owner, value=a), SessionFilter(key=Owner, value=a), SessionFilter(key=Target, value=b), SessionFilter(key=Status, value=c)]' at 'filters': Member must have length less than or equal to 6"]
        },
        { "DescribeSessions", """{"State":"Active","Filters":[{}]}""", [$"null at 'filters.1.member.key': {Null}", $"null at 'filters.1.member.value': {Null}"] },
        { "DescribeSessions", """{"State":"Active","Filters":[{"value":"x"}]}""", [$"null at 'filters.1.member.key': {Null}"] },
        { "DescribeSessions", """{"State":"Active","Filters":[{"key":"Owner"}]}""", [$"null at 'filters.1.member.value': {Null}"] },
        { "DescribeSessions", """{"State":"Active","Filters":[{"key":"owner","value":"x"}]}""", [$"'owner' at 'filters.1.member.key': {KeySet}"] },
        { "DescribeSessions", """{"State":"Active","Filters":[{"key":"","value":"x"}]}""", [$"'' at 'filters.1.member.key': {KeySet}"] },
        { "DescribeSessions", """{"State":"Active","Filters":[{"key":"Tag","value":"x"}]}""", [$"'Tag' at 'filters.1.member.key': {KeySet}"] },
        { "DescribeSessions", """{"State":"Active","Filters":[{"key":"Owner","value":""}]}""", [$"'' at 'filters.1.member.value': {Min1}"] },
        {
            "DescribeSessions",
            $$"""{"State":"Active","Filters":[{"key":"Target","value":"{{A401}}"}]}""",
            [$"'{A401}' at 'filters.1.member.value': Member must have length less than or equal to 400"]
        },
        {
            "DescribeSessions",
            """{"State":"Active","Filters":[{"key":"Owner","value":"x"},{"key":"Nobody","value":"y"},{"key":"Owner","value":""}]}""",
            [$"'Nobody' at 'filters.2.member.key': {KeySet}", $"'' at 'filters.3.member.value': {Min1}"]
        },
        {
            "DescribeSessions",
            """{"Filters":[{"key":"x"}],"MaxResults":1000,"State":"Both"}""",
            [$"'Both' at 'state': {StateSet}", "'1000' at 'maxResults': Member must have value less than or equal to 200", $"'x' at 'filters.1.member.key': {KeySet}", $"null at 'filters.1.member.value': {Null}"]
        },
        {
            "DescribeSessions",
            """{"State":"x","MaxResults":0,"Filters":[{},{},{},{},{},{"key":"y","value":""},{}]}""",
            [
                $"'x' at 'state': {StateSet}",
                "'0' at 'maxResults': Member must have value greater than or equal to 1",
                "'[SessionFilter(key=null, value=null), SessionFilter(key=null, value=null), SessionFilter(key=null, value=null), SessionFilter(key=null, value=null), SessionFilter(key=null, value=null), SessionFilter(key=y, value=), SessionFilter(key=null, value=null)]' at 'filters': Member must have length less than or equal to 6",
                $"null at 'filters.1.member.key': {Null}", $"null at 'filters.1.member.value': {Null}",
                $"null at 'filters.2.member.key': {Null}", $"null at 'filters.2.member.value': {Null}",
                $"null at 'filters.3.member.key': {Null}", $"null at 'filters.3.member.value': {Null}",
                $"null at 'filters.4.member.key': {Null}",
            ]
        },
        { "StartSession", "{}", [$"null at 'target': {Null}"] },
        { "StartSession", """{"target":"i-0123456789abcdef0"}""", [$"null at 'target': {Null}"] },
        { "StartSession", """{"Target":""}""", [$"'' at 'target': {Min1}"] },
        { "StartSession", $$"""{"Target":"{{A401}}"}""", [$"'{A401}' at 'target': Member must have length less than or equal to 400"] },
        { "StartSession", """{"Target":"i-1","DocumentName":""}""", [$"'' at 'documentName': {DocumentArn}"] },
        { "StartSession", """{"Target":"i-1","DocumentName":"ab"}""", [$"'ab' at 'documentName': {DocumentArn}"] },
        { "StartSession", """{"Target":"i-1","DocumentName":"a b c"}""", [$"'a b c' at 'documentName': {DocumentArn}"] },
        { "StartSession", """{"Target":"i-1","DocumentName":"abc\n"}""", [$"'abc\n' at 'documentName': {DocumentArn}"] },
        { "StartSession", """{"Target":"i-1","DocumentName":"abcé"}""", [$"'abcé' at 'documentName': {DocumentArn}"] },
        { "StartSession", $$"""{"Target":"i-1","DocumentName":"{{A257}}"}""", [$"'{A257}' at 'documentName': {DocumentArn}"] },
        { "StartSession", """{"Target":"i-1","Reason":""}""", [$"'' at 'reason': {Min1}", $"'' at 'reason': {ReasonPattern}"] },
        { "StartSession", """{"Target":"i-1","Reason":"a\nb"}""", [$"'a\nb' at 'reason': {ReasonPattern}"] },
        { "StartSession", """{"Target":"i-1","Reason":"a\r"}""", [$"'a\r' at 'reason': {ReasonPattern}"] },
        {
            "StartSession",
            $$"""{"Target":"i-1","Reason":"{{A257}}"}""",
            [$"'{A257}' at 'reason': Member must have length less than or equal to 256", $"'{A257}' at 'reason': {ReasonPattern}"]
        },
        { "StartSession", """{"Target":"i-1","Parameters":{"":["x"]}}""", [$"'{{=[x]}}' at 'parameters': {MapKeys}"] },
        { "StartSession", $$$"""{"Target":"i-1","Parameters":{"{{{A256}}}":[]}}""", [$"'{{{A256}=[]}}' at 'parameters': {MapKeys}"] },
        { "StartSession", """{"Target":"i-1","Parameters":{"a":["x",""],"b":[]}}""", [$"'{{a=[x, ], b=[]}}' at 'parameters': {MapValues}"] },
        { "StartSession", """{"Target":"i-1","Parameters":{"":[""]}}""", [$"'{{=[]}}' at 'parameters': {MapKeys}", $"'{{=[]}}' at 'parameters': {MapValues}"] },
        {
            "StartSession",
            """{"Parameters":{"":["x"]},"Reason":"\n","DocumentName":"?"}""",
            [$"null at 'target': {Null}", $"'?' at 'documentName': {DocumentArn}", $"'\n' at 'reason': {ReasonPattern}", $"'{{=[x]}}' at 'parameters': {MapKeys}"]
        },
        { "ResumeSession", "{}", [$"null at 'sessionId': {Null}"] },
        { "ResumeSession", """{"SessionId":""}""", [$"'' at 'sessionId': {Min1}"] },
        { "ResumeSession", $$"""{"SessionId":"{{A97}}"}""", [$"'{A97}' at 'sessionId': Member must have length less than or equal to 96"] },
        { "TerminateSession", "{}", [$"null at 'sessionId': {Null}"] },
        { "TerminateSession", """{"SessionId":null}""", [$"null at 'sessionId': {Null}"] },
        { "TerminateSession", """{"SessionId":""}""", [$"'' at 'sessionId': {Min1}"] },
        { "TerminateSession", $$"""{"SessionId":"{{A97}}"}""", [$"'{A97}' at 'sessionId': Member must have length less than or equal to 96"] },
        { "GetConnectionStatus", "{}", [$"null at 'target': {Null}"] },
        { "GetConnectionStatus", """{"Target":""}""", [$"'' at 'target': {Min1}"] },
        { "GetConnectionStatus", $$"""{"Target":"{{A401}}"}""", [$"'{A401}' at 'target': Member must have length less than or equal to 400"] },
    };

    [Theory]
    [MemberData(nameof(Violations))]
    public async Task A_violation_is_told_with_its_value_and_path(string action, string body, string[] violations)
    {
        var answer = await server.SendAsync(WireRequest.Of(action, body));

        answer.AssertIsError("ValidationException", Sentence(violations));
    }

    [Fact]
    public async Task A_parameter_value_of_65536_characters_is_told_and_cut()
    {
        var value = new string('v', 65_536);

        var answer = await server.SendAsync(WireRequest.Of("StartSession", $$$"""{"Target":"i-1","Parameters":{"p":["{{{value}}}"]}}"""));

        answer.AssertIsError("ValidationException", Sentence([$"'{$"{{p=[{value}"[..4_096]}' at 'parameters': {MapValues}"]));
    }

    [Theory]
    [InlineData(96, "€")]
    [InlineData(48, "😀")]
    public async Task Lengths_count_characters_and_not_bytes(int count, string character)
    {
        var id = string.Concat(Enumerable.Repeat(character, count));

        var answer = await server.SendAsync(WireRequest.Of("TerminateSession", $$"""{"SessionId":"{{id}}"}"""));

        answer.AssertIsError("ValidationException", "Session is not in a valid state");
    }

    private static string Sentence(string[] violations)
    {
        var sentences = violations.Select(v => "Value " + v.Replace("': M", "' failed to satisfy constraint: M", StringComparison.Ordinal));
        return $"{violations.Length} validation error{(violations.Length == 1 ? "" : "s")} detected: {string.Join("; ", sentences)}";
    }
}
