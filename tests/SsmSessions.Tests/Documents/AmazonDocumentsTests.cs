using SsmSessions.Core;
using SsmSessions.Core.Documents;
using static SsmSessions.Tests.Documents.DocumentShelf;

namespace SsmSessions.Tests.Documents;

public sealed class AmazonDocumentsTests
{
    [Theory]
    [InlineData("AWS-StartSSHSession", "Port", """{"portNumber":"22"}""", """{"portNumber":"{{ portNumber }}"}""")]
    [InlineData("AWS-StartPortForwardingSession", "Port", """{"portNumber":"80","localPortNumber":"0"}""", """{"portNumber":"{{ portNumber }}","type":"LocalPortForwarding","localPortNumber":"{{ localPortNumber }}"}""")]
    [InlineData("AWS-StartPortForwardingSessionToRemoteHost", "Port", """{"portNumber":"80","localPortNumber":"0","host":"localhost"}""", """{"portNumber":"{{ portNumber }}","type":"LocalPortForwarding","localPortNumber":"{{ localPortNumber }}","host":"{{ host }}"}""")]
    [InlineData("AWS-StartPortForwardingSessionToSocket", "Port", """{"portNumber":"80","localUnixSocket":null}""", """{"portNumber":"{{ portNumber }}","type":"LocalPortForwarding","localConnectionType":"unix","localUnixSocket":"{{ localUnixSocket }}"}""")]
    [InlineData("AWS-StartInteractiveCommand", "InteractiveCommands", """{"command":null}""", """{"linux":{"commands":"{{command}}"},"windows":{"commands":"{{command}}"}}""")]
    [InlineData("AWS-StartNonInteractiveCommand", "NonInteractiveCommands", """{"command":null}""", """{"linux":{"commands":"{{command}}"},"windows":{"commands":"{{command}}"}}""")]
    [InlineData("AWS-PasswordReset", "InteractiveCommands", """{"username":null}""", """{"linux":{"commands":"passwd {{username}}","runAsElevated":true},"windows":{"commands":"net user {{username}} *","runAsElevated":true}}""")]
    public async Task Each_has_its_parameters_and_properties(string name, string type, string parameters, string properties)
    {
        await using var shelf = await OpenAsync();

        var document = (await shelf.Sessions.ResolveAsync(Alice, name, default)).Document;

        Assert.Equal(type, document.Type.Name());
        Assert.Equal(parameters, Compact($"{{{string.Join(',', document.Parameters.Select(p => $"\"{p.Name}\":{(p.Default is [var one] ? $"\"{one}\"" : "null")}"))}}}"));
        Assert.Equal(properties, Compact(document.PropertiesJson!));
    }

    [Theory]
    [InlineData("portNumber", "1", true)]
    [InlineData("portNumber", "65535", true)]
    [InlineData("portNumber", "0", false)]
    [InlineData("portNumber", "65536", false)]
    [InlineData("portNumber", "080", false)]
    [InlineData("portNumber", "80\n", false)]
    [InlineData("portNumber", "\u0661", false)]
    [InlineData("localPortNumber", "0", true)]
    [InlineData("localPortNumber", "x", false)]
    [InlineData("host", "db.example.com", true)]
    [InlineData("host", "10.0.0.7", true)]
    [InlineData("host", "::1", true)]
    [InlineData("host", "db", false)]
    [InlineData("host", "db;ls", false)]
    [InlineData("host", "$(ls)", false)]
    [InlineData("host", "`ls`", false)]
    [InlineData("host", "{{x}}", false)]
    [InlineData("host", "a|b|c", false)]
    [InlineData("host", "[::1]", false)]
    public async Task Ports_and_hosts_match_their_patterns(string parameter, string value, bool matches)
    {
        await using var shelf = await OpenAsync();
        var document = (await shelf.Sessions.ResolveAsync(Alice, "AWS-StartPortForwardingSessionToRemoteHost", default)).Document;
        var given = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal) { [parameter] = [value] };

        if (matches)
            Assert.Equal([value], DocumentParameters.Bind(document, given)[parameter]);
        else
            Assert.Equal(Refusal.InvalidParameters, Assert.Throws<RefusedException>(() => DocumentParameters.Bind(document, given)).Refusal);
    }

    [Fact]
    public async Task The_pattern_is_said_as_it_stands_in_the_specification()
    {
        await using var shelf = await OpenAsync();
        var document = (await shelf.Sessions.ResolveAsync(Alice, "AWS-StartPortForwardingSessionToRemoteHost", default)).Document;

        Assert.Equal(
            """^[^,$^&\(\)!;'"<>\`{}\[\]\|#=]{3,}$""", document.Parameters.Single(p => p.Name == "host").AllowedPattern!.Text);
    }

    private static string Compact(string json) => System.Text.Json.Nodes.JsonNode.Parse(json)!.ToJsonString(
        new System.Text.Json.JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
