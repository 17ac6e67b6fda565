using System.Collections;
using System.Reflection;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using SsmSessions.Core.Access;
using SsmSessions.Core.Hosts;
using SsmSessions.Server.AwsJson;
using SsmSessions.Testing;

namespace SsmSessions.Tests.AwsJson;

/// <summary>Whatever is asked, the answer is a 200 or a 400 with a code: nothing makes the server fail.</summary>
public sealed class AnyRequestProperties : IAsyncLifetime
{
    /// <summary>Texts that reach rules behind the constraints, and texts that trip what is careless.</summary>
    private static readonly string[] Texts =
    [
        "", " ", "x", "abc", "My-Document", "SSM-SessionManagerRunShell", "AWS-StartSSHSession", "AWS-StartPortForwardingSession", "$LATEST", "$DEFAULT", "$ALL", "1",
        "99999999999999999999", TestServer.Node, "mi-0123456789abcdef0", "i-12345678", "ecs:c_1_1", "*", "oi-0123456789ab", "00000000-0000-0000-0000-000000000000",
        "arn:aws:ssm:us-east-1:111122223333:document/My-Document", "arn:aws:ssm:us-east-1::document/AWS-StartSSHSession", "arn:::::", "111122223333", "all",
        "Active", "History", "Connected", "Session", "Command", "JSON", "YAML", "TEXT", "Share", "Document", "ManagedInstance", "EC2Instance", "InstanceIds", "PingStatus",
        "ResourceType", "Online", "Linux", "ActivationIds", "DefaultInstanceName", "IamRole", "Owner", "Self", "Name", "PlatformTypes", "DocumentType", "SourceUrl", "tag:a", "tag-key",
        "Equal", "BeginWith", "LessThan", "GreaterThan", "2026-01-01T00:00:00Z", "9999-12-31T23:59:59.9999999Z", "aws:reserved", "SSMServiceRole", "service-role/R",
        "/ssm/managed-instance/activation-tier", "advanced", "portNumber", "22", "host", "Rsa", "AAEAAAAA", "{", "a: [", "a: &x [*x]", "- - - -", "!!binary x",
        """{"schemaVersion":"1.0","sessionType":"Standard_Stream","inputs":{"idleSessionTimeout":"5"}}""",
        """{"schemaVersion":"1.0","sessionType":"Port","parameters":{"p":{"type":"String","allowedPattern":"(a+)+$"}},"properties":{"portNumber":"{{ p }}"}}""",
        "schemaVersion: '1.0'\nsessionType: Standard_Stream\n", "\0", "\n", "\u2028", "'; DROP TABLE items; --", "a/b/../c", "#", "%00", "€", "😀", new('€', 400), new('a', 1_001), new('x', 70_000),
    ];

    /// <summary>What a member asks for, so that most requests get past their constraints.</summary>
    private static readonly Dictionary<string, string[]> Fitting = new(StringComparer.Ordinal)
    {
        ["State"] = ["Active", "History"],
        ["Target"] = [TestServer.Node, "i-12345678", "mi-0123456789abcdef0", "ecs:c_1_1"],
        ["SessionId"] = ["test-1", "test-2"],
        ["Name"] = ["My-Document", "My-Document-2", "SSM-SessionManagerRunShell", "AWS-StartSSHSession"],
        ["DocumentName"] = ["My-Document", "AWS-StartSSHSession", "AWS-StartPortForwardingSession", "arn:aws:ssm:us-east-1::document/AWS-StartSSHSession"],
        ["DocumentVersion"] = ["$LATEST", "$DEFAULT", "1", "2", "99999999999999999999"],
        ["VersionName"] = ["v1", "v2"],
        ["DocumentType"] = ["Session", "Command"],
        ["DocumentFormat"] = ["JSON", "YAML", "TEXT"],
        ["Content"] = [.. Texts.Where(text => text.Length > 1 && text.AsSpan().IndexOfAny('{', ':') >= 0)],
        ["TargetType"] = ["/AWS::EC2::Instance"],
        ["DisplayName"] = ["name"],
        ["PermissionType"] = ["Share"],
        ["SharedDocumentVersion"] = ["$ALL", "1"],
        ["ResourceType"] = ["Document", "ManagedInstance"],
        ["ResourceId"] = ["My-Document", "mi-0123456789abcdef0"],
        ["InstanceId"] = ["mi-0123456789abcdef0", TestServer.Node],
        ["ActivationId"] = ["00000000-0000-0000-0000-000000000000"],
        ["AccessRequestId"] = ["oi-0123456789ab"],
        ["SettingId"] = ["/ssm/managed-instance/activation-tier", "/ssm/opsinsights/opscenter", "arn:aws:ssm:us-east-1:000000000000:servicesetting/ssm/opsinsights/opscenter"],
        ["SettingValue"] = ["standard", "advanced", "Enabled"],
        ["NewPublicKeyType"] = ["Rsa"],
        ["PublicKeyType"] = ["Rsa"],
        ["PlatformType"] = ["Linux"],
        ["AgentVersion"] = ["3.3.1.0"],
        ["Operator"] = ["Equal", "NotEqual", "BeginWith", "LessThan"],
        ["FilterKey"] = ["ActivationIds", "DefaultInstanceName", "IamRole"],
        ["RequireType"] = ["Requires"],
    };

    private static int _cases;

    private TestServer? _server;

    public async ValueTask InitializeAsync()
    {
        _server = await TestServer.StartAsync(configure: options =>
        {
            options.Nodes.Add(new HostedNode(HostedNode.Any, NodeKind.Echo));
            options.JustInTime = JustInTimeAccess.Auto;
        });
        await _server.InjectAsync(TestServerSessions.NewSession("test-1", TimeProvider.System.GetUtcNow()));
    }

    public ValueTask DisposeAsync() => _server!.DisposeAsync();

    [Fact]
    public void Any_request_is_answered_or_refused() => Prop.ForAll(
        Gen.Elements(SsmActions.All.Values.Select(action => action.Name)).SelectMany(name => BodyOf(name).Select(body => (name, body))).ToArbitrary(),
        async call =>
        {
            // Few tenants, so that requests meet what others left behind.
            var region = $"us-east-{Interlocked.Increment(ref _cases) % 3}";
            var (status, body) = await _server!.CallAsync(call.name, call.body, "test", region);
            Assert.True((int)status is 200 or 400 or 413, $"{call.name} {call.body} is answered {status}: {body}");
            if ((int)status == 413)
                return;
            using var answer = JsonDocument.Parse(body);
            Assert.True(
                status == System.Net.HttpStatusCode.OK
                || (answer.RootElement.TryGetProperty("__type", out var code) && code.GetString() is { Length: > 0 }),
                $"{call.name} {call.body} is answered {body}");
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(5_000).WithQuietOnSuccess(true));

    private static Gen<string> BodyOf(string action)
    {
        var request = SsmActions.All[action].GetType().GetGenericArguments()[1];
        return Structure(request, depth: 0).Select(value => JsonSerializer.Serialize(value));
    }

    /// <summary>Mostly what the model asks for, sometimes something else.</summary>
    private static Gen<object?> ValueOf(Type type, int depth, string name = "") =>
        Gen.Frequency((40, OfType(type, depth, name)), (1, Anything()), (1, Gen.Constant((object?)null)));

    private static Gen<object?> OfType(Type type, int depth, string name)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(string))
            return (Fitting.TryGetValue(name, out var fitting) ? Gen.Frequency((5, Gen.Elements(fitting)), (1, Gen.Elements(Texts))) : Gen.Elements(Texts)).Select(text => (object?)text);
        if (type == typeof(bool))
            return Gen.Elements<object?>(true, false, "true");
        if (type.IsPrimitive)
            return Gen.Frequency((3, Gen.Elements<object?>(1, 5, 10, 50)), (1, Gen.Elements<object?>(0, -1, 201, 1_000_000, 1.5, 1e300, -1e300, long.MaxValue)));
        if (type == typeof(DateTimeOffset))
            return Gen.Elements<object?>(0, 1.7673552e9, 1e12, -1e300, 1e300, TimeProvider.System.GetUtcNow().AddHours(1).ToUnixTimeSeconds());
        if (depth > 4)
            return Anything();
        if (type.IsAssignableTo(typeof(IEnumerable)) && type.GetGenericArguments() is [var element])
            return ValueOf(element, depth + 1).ArrayOf().Select(items => (object?)items.Take(5));
        if (type.IsAssignableTo(typeof(IEnumerable)) && type.GetGenericArguments() is [_, var value])
            return Gen.Elements(Texts).Zip(ValueOf(value, depth + 1)).ArrayOf().Select(pairs => (object?)pairs.DistinctBy(p => p.Item1).ToDictionary(p => p.Item1, p => p.Item2));
        return Structure(type, depth);
    }

    private static Gen<object?> Structure(Type type, int depth)
    {
        var structure = Gen.Constant(new Dictionary<string, object?>(StringComparer.Ordinal));
        foreach (var member in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            // A few structures have lower-case members on the wire: the other spelling is ignored.
            var camel = JsonNamingPolicy.CamelCase.ConvertName(member.Name);
            structure =
                from former in structure
                from isThere in Gen.Frequency((2, Gen.Constant(true)), (1, Gen.Constant(false)))
                from value in ValueOf(member.PropertyType, depth + 1, member.Name)
                select isThere ? new Dictionary<string, object?>(former, StringComparer.Ordinal) { [member.Name] = value, [camel] = value } : former;
        }

        return structure.Select(members => (object?)members);
    }

    private static Gen<object?> Anything() => Gen.Elements<object?>(
        1, -1.5, true, "x", Array.Empty<object>(), new object?[] { null, "x", 1 }, new Dictionary<string, object?>(StringComparer.Ordinal), new Dictionary<string, object?>(StringComparer.Ordinal) { [""] = null });
}
