using System.Text.Json;
using System.Text.RegularExpressions;
using SsmSessions.Server.AwsJson;
using SsmSessions.Testing;
using SsmSessions.Testing.Attacks;
using SsmSessions.Tests.Admin;
using SsmSessions.Tests.Nodes;

namespace SsmSessions.Tests.Attacks;

/// <summary>
/// One tenant names what belongs to another, at every action: it gets what it would get for an id that does not exist, and nothing of the
/// other's changes.
/// </summary>
public sealed partial class TenantAttacks
{
    private const string Victim = "111122223333";
    private const string Region = "eu-west-3";

    /// <summary>What each action can be told of somebody else's. An action without a row fails the test: it would be forgotten.</summary>
    internal static readonly Dictionary<string, string[]> Requests = new(StringComparer.Ordinal)
    {
        ["AddTagsToResource"] =
        [
            """{"ResourceType":"ManagedInstance","ResourceId":"{node}","Tags":[{"Key":"owned","Value":"yes"}]}""",
            """{"ResourceType":"Document","ResourceId":"{document}","Tags":[{"Key":"owned","Value":"yes"}]}""",
            """{"ResourceType":"Document","ResourceId":"{arn}","Tags":[{"Key":"owned","Value":"yes"}]}""",
        ],
        ["CreateActivation"] = ["""{"IamRole":"Nodes","DefaultInstanceName":"web"}"""],
        ["CreateDocument"] = ["""{"Name":"{document}","DocumentType":"Session","Content":"{content}"}"""],
        ["DeleteActivation"] = ["""{"ActivationId":"{activation}"}"""],
        ["DeleteDocument"] = ["""{"Name":"{document}"}""", """{"Name":"{arn}"}"""],
        ["DeregisterManagedInstance"] = ["""{"InstanceId":"{node}"}"""],
        ["DescribeActivations"] =
            ["{}", """{"Filters":[{"FilterKey":"ActivationIds","FilterValues":["{activation}"]}]}""", """{"NextToken":"{activations}"}"""],
        ["DescribeDocument"] = ["""{"Name":"{document}"}""", """{"Name":"{arn}"}"""],
        ["DescribeDocumentPermission"] =
            ["""{"Name":"{document}","PermissionType":"Share"}""", """{"Name":"{arn}","PermissionType":"Share"}"""],
        ["DescribeInstanceInformation"] =
            ["""{"Filters":[{"Key":"InstanceIds","Values":["{node}"]}]}""", """{"Filters":[{"Key":"ActivationIds","Values":["{activation}"]}]}"""],
        ["DescribeInstanceProperties"] = ["""{"FiltersWithOperator":[{"Key":"InstanceIds","Values":["{node}"],"Operator":"Equal"}]}"""],
        ["DescribeSessions"] =
        [
            """{"State":"Active"}""",
            """{"State":"Active","Filters":[{"key":"SessionId","value":"{session}"}]}""",
            """{"State":"History","Filters":[{"key":"SessionId","value":"{session}"}]}""",
            """{"State":"Active","Filters":[{"key":"Owner","value":"{owner}"}]}""",
            """{"State":"Active","MaxResults":1,"NextToken":"{sessions}"}""",
        ],
        ["GetAccessToken"] = ["""{"AccessRequestId":"{access}"}"""],
        ["GetConnectionStatus"] = ["""{"Target":"{node}"}""", """{"Target":"{connected}"}"""],
        ["GetDocument"] = ["""{"Name":"{document}"}""", """{"Name":"{arn}"}"""],
        ["GetServiceSetting"] = ["""{"SettingId":"{setting}"}"""],
        ["ListDocumentVersions"] = ["""{"Name":"{document}"}""", """{"Name":"{arn}"}"""],
        ["ListDocuments"] =
            ["""{"Filters":[{"Key":"Owner","Values":["Self"]}]}""", """{"Filters":[{"Key":"Owner","Values":["Private"]}]}""", """{"Filters":[{"Key":"Name","Values":["{document}"]}]}"""],
        ["ListTagsForResource"] =
            ["""{"ResourceType":"ManagedInstance","ResourceId":"{node}"}""", """{"ResourceType":"Document","ResourceId":"{document}"}""", """{"ResourceType":"Document","ResourceId":"{arn}"}"""],
        ["ModifyDocumentPermission"] =
            ["""{"Name":"{document}","PermissionType":"Share","AccountIdsToAdd":["444455556666"]}""", """{"Name":"{arn}","PermissionType":"Share","AccountIdsToAdd":["444455556666"]}"""],
        ["RegisterManagedInstance"] =
            ["""{"ActivationId":"{activation}","ActivationCode":"AAAAAAAAAAAAAAAAAAAA","Fingerprint":"11111111-2222-3333-4444-555555555555","PublicKey":"{key}","PublicKeyType":"Rsa"}"""],
        ["RemoveTagsFromResource"] =
            ["""{"ResourceType":"ManagedInstance","ResourceId":"{node}","TagKeys":["team"]}""", """{"ResourceType":"Document","ResourceId":"{document}","TagKeys":["team"]}"""],
        ["RequestManagedInstanceRoleToken"] = ["""{"Fingerprint":"{fingerprint}"}"""],
        ["ResetServiceSetting"] = ["""{"SettingId":"{setting}"}"""],
        ["ResumeSession"] = ["""{"SessionId":"{session}"}"""],
        ["StartAccessRequest"] = ["""{"Reason":"attack","Targets":[{"Key":"InstanceIds","Values":["{node}"]}]}"""],
        ["StartSession"] =
        [
            """{"Target":"{node}"}""",
            """{"Target":"{connected}"}""",
            """{"Target":"i-0123456789abcdef0","DocumentName":"{document}"}""",
            """{"Target":"i-0123456789abcdef0","DocumentName":"{arn}"}""",
        ],
        ["TerminateSession"] = ["""{"SessionId":"{session}"}"""],
        ["UpdateDocument"] = ["""{"Name":"{document}","Content":"{content}","DocumentVersion":"$LATEST"}"""],
        ["UpdateDocumentDefaultVersion"] = ["""{"Name":"{document}","DocumentVersion":"1"}"""],
        ["UpdateInstanceInformation"] = ["""{"InstanceId":"{node}","AgentVersion":"6.6.6.6","ComputerName":"owned"}"""],
        ["UpdateManagedInstancePublicKey"] = ["""{"NewPublicKey":"{key}","NewPublicKeyType":"Rsa"}"""],
        ["UpdateManagedInstanceRole"] = ["""{"InstanceId":"{node}","IamRole":"owned"}"""],
        ["UpdateServiceSetting"] = ["""{"SettingId":"{setting}","SettingValue":"advanced"}"""],
    };

    private static readonly string[] Views =
    [
        "DescribeSessions {\"State\":\"Active\"}", "DescribeSessions {\"State\":\"History\"}", "DescribeActivations {}", "DescribeInstanceInformation {}",
        "DescribeInstanceProperties {}", "ListDocuments {\"Filters\":[{\"Key\":\"Owner\",\"Values\":[\"Self\"]}]}", "DescribeDocument {\"Name\":\"{document}\"}",
        "GetDocument {\"Name\":\"{document}\"}", "DescribeDocumentPermission {\"Name\":\"{document}\",\"PermissionType\":\"Share\"}",
        "ListTagsForResource {\"ResourceType\":\"Document\",\"ResourceId\":\"{document}\"}",
        "ListTagsForResource {\"ResourceType\":\"ManagedInstance\",\"ResourceId\":\"{node}\"}", "GetServiceSetting {\"SettingId\":\"{setting}\"}",
        "GetAccessToken {\"AccessRequestId\":\"{access}\"}", "GetConnectionStatus {\"Target\":\"{connected}\"}",
    ];

    [Fact]
    public void Every_action_is_tried() => Assert.Equal(SsmActions.All.Keys.Order(StringComparer.Ordinal), Requests.Keys.Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("another account", "444455556666", Region)]
    [InlineData("the same account in another region", Victim, "us-east-1")]
    [InlineData("the account of users without one", "test", Region)]
    public async Task Nobody_elses_ids(string who, string attacker, string region)
    {
        await using var server = await TestServer.StartAsync(new ManualTimeProvider(), configure: options => options.JustInTime = Core.Access.JustInTimeAccess.Manual);
        var victim = await SettleAsync(server);
        var nobody = Nobody(victim);
        var table = new AttackTable($"POST /, ids of somebody else, by {who}");
        var before = await ShowAsync(server, victim);
        // What must not change has to be there to be seen.
        foreach (var name in (string[])["node", "session", "activation", "document", "connected"])
            Assert.Contains(victim[name], before, StringComparison.Ordinal);

        // Creating a document of the victim's name makes it one's own for the calls that come after.
        foreach (var (action, requests) in Requests.OrderBy(r => r.Key == "CreateDocument"))
        {
            foreach (var request in requests)
            {
                var right = Normal(nobody, await server.CallAsync(action, Fill(request, nobody), attacker, region));
                table.Try(action, Normal(victim, await server.CallAsync(action, Fill(request, victim), attacker, region)), right);
            }

            table.Try($"{action}: what its owner sees afterwards", Changed(before, await ShowAsync(server, victim)), "the same");
        }

        table.Verify(fewest: SsmActions.All.Count * 2);
    }

    /// <summary>One of everything, in the victim's account and region.</summary>
    private static async Task<Dictionary<string, string>> SettleAsync(TestServer server)
    {
        const string Content = """{\"schemaVersion\":\"1.0\",\"sessionType\":\"Standard_Stream\",\"inputs\":{}}""";
        const string Connected = "i-0aaaaaaaaaaaaaaaa";
        var agent = new Agent(server);
        var activated = await CallAsync("CreateActivation", """{"IamRole":"Nodes","RegistrationLimit":5,"Tags":[{"Key":"team","Value":"blue"}]}""");
        var node = Field((await agent.RegisterAsync((Field(activated, "ActivationId"), Field(activated, "ActivationCode")))).Body, "InstanceId");
        await CallAsync("CreateActivation", """{"IamRole":"Nodes"}""");
        Assert.Equal(
            204, (await server.AdminAsync("POST", "nodes", $$"""{"id":"{{Connected}}","kind":"echo","account":"{{Victim}}","region":"{{Region}}"}""")).Status);
        await CallAsync("CreateDocument", $$"""{"Name":"Victims-Shell","DocumentType":"Session","Content":"{{Content}}","Tags":[{"Key":"team","Value":"blue"}]}""");
        var session = Field(await CallAsync("StartSession", $$"""{"Target":"{{Connected}}","Reason":"mine"}"""), "SessionId");
        await CallAsync("StartSession", $$"""{"Target":"{{Connected}}"}""");
        var access = Field(await CallAsync("StartAccessRequest", $$"""{"Reason":"mine","Targets":[{"Key":"InstanceIds","Values":["{{node}}"]}]}"""), "AccessRequestId");
        return new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["node"] = node,
            ["connected"] = Connected,
            ["fingerprint"] = Agent.Fingerprint,
            ["activation"] = Field(activated, "ActivationId"),
            ["arn"] = $"arn:aws:ssm:{Region}:{Victim}:document/Victims-Shell",
            ["document"] = "Victims-Shell",
            ["owner"] = $"arn:aws:iam::{Victim}:root",
            ["session"] = session,
            ["access"] = access,
            ["setting"] = $"arn:aws:ssm:{Region}:{Victim}:servicesetting/ssm/managed-instance/activation-tier",
            ["sessions"] = Field(await CallAsync("DescribeSessions", """{"State":"Active","MaxResults":1}"""), "NextToken"),
            ["activations"] = Field(await CallAsync("DescribeActivations", """{"MaxResults":1}"""), "NextToken"),
            ["content"] = Content,
            ["key"] = Agent.PublicKeyOf(agent.Key),
        };

        async Task<string> CallAsync(string action, string json) => (await server.CallAsync(action, json, Victim, Region)).Body;
    }

    /// <summary>Ids of the same form that nothing has.</summary>
    private static Dictionary<string, string> Nobody(Dictionary<string, string> victim) => new(victim, StringComparer.Ordinal)
    {
        ["node"] = "mi-00000000000000000",
        ["connected"] = "i-0bbbbbbbbbbbbbbbb",
        ["fingerprint"] = "99999999-2222-3333-4444-555555555555",
        ["activation"] = "00000000-0000-4000-8000-000000000000",
        ["arn"] = $"arn:aws:ssm:{Region}:{Victim}:document/Nobodys-Shell",
        ["document"] = "Nobodys-Shell",
        ["owner"] = "arn:aws:iam::999999999999:root",
        ["session"] = "root-aaaaaaaaaaaaaaaaaaaaaaaaaa",
        ["access"] = "oi-000000000000",
        ["setting"] = $"arn:aws:ssm:{Region}:999999999999:servicesetting/ssm/managed-instance/activation-tier",
        ["sessions"] = Altered(victim["sessions"]),
        ["activations"] = Altered(victim["activations"]),
    };

    private static string Changed(string before, string after) => before == after
        ? "the same"
        : string.Join(" | ", after.Split('\n').Except(before.Split('\n'), StringComparer.Ordinal));

    private static string Altered(string token) => token[..^8] + (token[^8] == 'A' ? 'B' : 'A') + token[^7..];

    /// <summary>All that the victim can see of its own.</summary>
    private static async Task<string> ShowAsync(TestServer server, Dictionary<string, string> ids)
    {
        var shown = new List<string>();
        foreach (var view in Views)
        {
            var (action, request) = (view[..view.IndexOf(' ', StringComparison.Ordinal)], view[view.IndexOf(' ', StringComparison.Ordinal)..]);
            shown.Add($"{action}: {(await server.CallAsync(action, Fill(request, ids), Victim, Region)).Body}");
        }

        return string.Join('\n', shown);
    }

    /// <summary>A request of an action that names nothing that exists.</summary>
    internal static string RequestOf(string action) => Fill(Requests[action][0], Nobody(new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["sessions"] = new string('A', 64),
        ["activations"] = new string('A', 64),
        ["content"] = "{}",
        ["key"] = new string('A', 392),
    }));

    private static string Fill(string request, Dictionary<string, string> ids) =>
        ids.Aggregate(request, (text, id) => text.Replace("{" + id.Key + "}", id.Value, StringComparison.Ordinal));

    /// <summary>An answer without what differs from call to call, and from id to id.</summary>
    private static string Normal(Dictionary<string, string> ids, (System.Net.HttpStatusCode Status, string Body) answer)
    {
        // The owner may be who asks: the same account in another region.
        var text = ids.Where(id => id.Key != "owner").Aggregate(answer.Body, (body, id) => body.Replace(id.Value, "{" + id.Key + "}", StringComparison.Ordinal));
        text = Changing().Replace(text, "{…}");
        return $"{(int)answer.Status} {text}";
    }

    private static string Field(string answer, string name)
    {
        using var json = JsonDocument.Parse(answer);
        return json.RootElement.TryGetProperty(name, out var value) ? value.GetString()! : throw new InvalidOperationException(answer);
    }

    [GeneratedRegex("""\d\.\d+E9|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|oi-[0-9a-f]{12}|(?<="(ActivationCode|Hash|Sha1)":")[^"]+""", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Changing();
}
