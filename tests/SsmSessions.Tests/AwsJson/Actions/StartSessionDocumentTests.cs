using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using SsmSessions.Core.Identity;
using SsmSessions.Core.Sessions;
using SsmSessions.Testing;
using static SsmSessions.Tests.AwsJson.Actions.DocumentCalls;

namespace SsmSessions.Tests.AwsJson.Actions;

/// <summary>What documents and parameters make of StartSession.</summary>
public sealed class StartSessionDocumentTests
{
    [Theory]
    [InlineData(""" "DocumentName":"nobodys" """, """{"__type":"InvalidDocument","Message":"Document with name nobodys does not exist."}""")]
    [InlineData(""" "DocumentName":"command" """, """{"__type":"InvalidDocument","Message":"Document type: 'Command' is not supported. Only type: 'Session' is supported for Session Manager."}""")]
    [InlineData(""" "DocumentName":"AWS-StartSSHSession:2" """, """{"__type":"InvalidDocument","Message":"Document with name AWS-StartSSHSession with version 2 does not exist."}""")]
    [InlineData(""" "DocumentName":"AWS-StartPortForwardingSessionToRemoteHost","Parameters":{"host":["a;b;c"]}""", """{"__type":"InvalidParameters","Message":"Parameter \"host\" has value \"a;b;c\" not matching \"^[^,$^&\\(\\)!;'\"<>\\`{}\\[\\]\\|#=]{3,}$\"."}""")]
    [InlineData(""" "DocumentName":"AWS-StartInteractiveCommand" """, """{"__type":"InvalidParameters","Message":"Parameter \"command\" is required."}""")]
    [InlineData(""" "DocumentName":"AWS-StartInteractiveCommand","Parameters":{"command":["a","b"]}""", """{"__type":"InvalidParameters","Message":"Parameter \"command\" must have exactly one value."}""")]
    [InlineData(""" "Parameters":{"x":["a"]}""", """{"__type":"InvalidParameters","Message":"Document parameter(s) [x] are not defined."}""")]
    [InlineData(""" "DocumentName":"a b" """, """{"__type":"ValidationException","message":"1 validation error detected: Value 'a b' at 'documentName' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[a-zA-Z0-9_\\-.:/]{3,128}$"}""")]
    public async Task Document_and_parameters_are_looked_at_before_the_target(string members, string answer)
    {
        await using var server = await ServeAsync();
        await server.CreateAsync("command", "{}", type: "Command");

        await server.RefusedAsync("StartSession", $$"""{"Target":"i-00000000000000bad",{{members}}}""", answer);
    }

    [Fact]
    public async Task The_target_comes_last()
    {
        await using var server = await ServeAsync();

        await server.RefusedAsync(
            "StartSession",
            """{"Target":"i-00000000000000bad","DocumentName":"AWS-StartSSHSession"}""",
            """{"__type":"TargetNotConnected","Message":"i-00000000000000bad is not connected."}""");
    }

    [Fact]
    public async Task A_session_remembers_document_and_limits()
    {
        await using var server = await ServeAsync();
        await server.CreateAsync(
            "doc", """{"schemaVersion":"1.0","sessionType":"Standard_Stream","inputs":{"idleSessionTimeout":"5","maxSessionDuration":"90"}}""");

        var session = await StartAsync(server, ""","DocumentName":"arn:aws:ssm:us-east-1:111111111111:document/doc" """);

        Assert.Equal(
            ("doc", TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(90)), (session.DocumentName, session.IdleTimeout, session.MaxSessionDuration));
        Assert.Contains(
            "\"DocumentName\":\"doc\",\"MaxSessionDuration\":\"90\"",
            (await server.CallAsync("DescribeSessions", """{"State":"Active"}""", Alice)).Body,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_regions_preferences_apply_where_no_document_is_named()
    {
        await using var server = await ServeAsync();
        await server.CreateAsync(
            "SSM-SessionManagerRunShell",
            """{"schemaVersion":"1.0","sessionType":"Standard_Stream","inputs":{"idleSessionTimeout":30,"maxSessionDuration":""}}""");

        var session = await StartAsync(server, "");
        var ssh = await StartAsync(server, ""","DocumentName":"AWS-StartSSHSession" """);

        Assert.Equal((null, TimeSpan.FromMinutes(30), null), (session.DocumentName, session.IdleTimeout, session.MaxSessionDuration));
        Assert.Equal(("AWS-StartSSHSession", TimeSpan.FromMinutes(30)), (ssh.DocumentName, ssh.IdleTimeout));
    }

    [Fact]
    public async Task Parameters_over_256_KB_are_refused()
    {
        await using var server = await ServeAsync();
        await server.CreateAsync("doc", """{"schemaVersion":"1.0","sessionType":"Port","parameters":{"p":{"type":"StringList"}}}""");
        var values = string.Join(',', Enumerable.Repeat($"\"{new string('x', 65_535)}\"", 5));

        await server.RefusedAsync(
            "StartSession",
            $$"""{"Target":"{{TestServer.Node}}","DocumentName":"doc","Parameters":{"p":[{{values}}]} }""",
            """{"__type":"ValidationException","message":"The parameters of a session must not exceed 256 KB in total."}""");
    }

    private static async Task<Session> StartAsync(TestServer server, string more)
    {
        var (status, body) = await server.CallAsync("StartSession", $$"""{"Target":"{{TestServer.Node}}"{{more}}}""", Alice);
        Assert.True(status == HttpStatusCode.OK, body);
        using var answer = JsonDocument.Parse(body);
        var stored = await server.Services.GetRequiredService<SessionRepository>().FindAsync(
            new Tenant(Alice, "us-east-1"), answer.RootElement.GetProperty("SessionId").GetString()!, default);
        return stored!.Session;
    }
}
