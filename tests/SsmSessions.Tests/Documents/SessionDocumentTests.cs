using SsmSessions.Core;
using SsmSessions.Core.Documents;

namespace SsmSessions.Tests.Documents;

public sealed class SessionDocumentTests
{
    private const string Known =
        "[s3BucketName, s3KeyPrefix, s3EncryptionEnabled, cloudWatchLogGroupName, cloudWatchEncryptionEnabled, "
        + "cloudWatchStreamingEnabled, kmsKeyId, runAsEnabled, runAsDefaultUser, idleSessionTimeout, maxSessionDuration, shellProfile]";

    [Fact]
    public void The_recorded_preferences_are_read()
    {
        var document = Parse(
            """
            {"schemaVersion":"1.0","description":"Document to hold regional settings for Session Manager",
             "sessionType":"Standard_Stream",
             "inputs":{"s3BucketName":"","s3KeyPrefix":"","s3EncryptionEnabled":true,
              "cloudWatchLogGroupName":"","cloudWatchEncryptionEnabled":true,"idleSessionTimeout":"20",
              "maxSessionDuration":"","cloudWatchStreamingEnabled":false,"kmsKeyId":"","runAsEnabled":false,
              "runAsDefaultUser":"","shellProfile":{"windows":"","linux":""}}}
            """);

        Assert.Equal(SessionType.StandardStream, document.Type);
        Assert.Equal(SessionInputs.Default with { S3EncryptionEnabled = true, CloudWatchEncryptionEnabled = true }, document.Inputs);
        Assert.Empty(document.Parameters);
        Assert.Null(document.PropertiesJson);
    }

    [Fact]
    public void All_inputs_are_read_in_the_forms_that_occur()
    {
        var document = Parse(
            """
            {"schemaVersion":"1.0","sessionType":"Standard_Stream",
             "inputs":{"s3BucketName":"b","s3KeyPrefix":"p","s3EncryptionEnabled":"true","cloudWatchLogGroupName":"g",
              "cloudWatchEncryptionEnabled":"False","cloudWatchStreamingEnabled":true,"kmsKeyId":"k","runAsEnabled":"TRUE",
              "runAsDefaultUser":"u","idleSessionTimeout":60,"maxSessionDuration":"1440","shellProfile":{"linux":"l","windows":"w"}}}
            """);

        Assert.Equal(
            new SessionInputs
            {
                S3BucketName = "b",
                S3KeyPrefix = "p",
                S3EncryptionEnabled = true,
                CloudWatchLogGroupName = "g",
                CloudWatchStreamingEnabled = true,
                KmsKeyId = "k",
                RunAsEnabled = true,
                RunAsDefaultUser = "u",
                IdleTimeout = TimeSpan.FromMinutes(60),
                MaxSessionDuration = TimeSpan.FromMinutes(1_440),
                LinuxShellProfile = "l",
                WindowsShellProfile = "w",
            },
            document.Inputs);
    }

    [Fact]
    public void What_runs_is_read_from_yaml_too()
    {
        var document = SessionDocument.Parse(DocumentContent.Read(
            DocumentFormat.Yaml,
            """
            schemaVersion: 1.0
            sessionType: InteractiveCommands
            parameters:
              logpath:
                type: string
                default: /var/log/messages
                allowedPattern: ^[a-zA-Z0-9-_/]+(.log)?$
            properties:
              linux:
                commands: tail -f {{ logpath }}
                runAsElevated: true
            """));

        Assert.Equal((SessionType.InteractiveCommands, (SessionInputs?)null), (document.Type, document.Inputs));
        Assert.Equal("""{"linux":{"commands":"tail -f {{ logpath }}","runAsElevated":true}}""", document.PropertiesJson);
        var parameter = Assert.Single(document.Parameters);
        Assert.Equal(("logpath", ParameterType.String), (parameter.Name, parameter.Type));
        Assert.Equal(["/var/log/messages"], parameter.Default);
    }

    [Theory]
    [InlineData("Standard_Stream")]
    [InlineData("InteractiveCommands")]
    [InlineData("NonInteractiveCommands")]
    [InlineData("Port")]
    public void Every_type_of_session_has_its_name(string name) =>
        Assert.Equal(name, Parse($$"""{"schemaVersion":"1.0","sessionType":"{{name}}"}""").Type.Name());

    [Theory]
    [InlineData("[]", "The content of a Session document must be an object.")]
    [InlineData("""{"schemaVersion":"1.0"}""", "null is not a valid session type. Valid values are [Standard_Stream, InteractiveCommands, NonInteractiveCommands, Port].")]
    [InlineData("""{"schemaVersion":"1.0","sessionType":"port"}""", "port is not a valid session type. Valid values are [Standard_Stream, InteractiveCommands, NonInteractiveCommands, Port].")]
    [InlineData("""{"schemaVersion":"1.0","sessionType":["Port"]}""", "sessionType must be a string.")]
    [InlineData("""{"schemaVersion":"1.0","sessionType":"Port","inputs":[]}""", "inputs must be an object.")]
    [InlineData("""{"schemaVersion":"1.0","sessionType":"Port","parameters":"x"}""", "parameters must be an object.")]
    [InlineData("""{"schemaVersion":"1.0","sessionType":"Port","properties":[]}""", "properties must be an object.")]
    [InlineData("""{"schemaVersion":"1.0","sessionType":"Port","description":{}}""", "description must be a string.")]
    [InlineData("""{"schemaVersion":"1.0","sessionType":"Port","inputs":{"a":1,"kmsKeyId":""}}""", $"Unknown input names provided. Known=[ {Known} ], Provided=[ [a, kmsKeyId] ].")]
    [InlineData("""{"schemaVersion":"1.0","sessionType":"Port","inputs":{"kmsKeyId":true}}""", "kmsKeyId must be a string.")]
    [InlineData("""{"schemaVersion":"1.0","sessionType":"Port","inputs":{"runAsEnabled":"yes"}}""", "runAsEnabled must be true or false.")]
    [InlineData("""{"schemaVersion":"1.0","sessionType":"Port","inputs":{"runAsEnabled":1}}""", "runAsEnabled must be true or false.")]
    [InlineData("""{"schemaVersion":"1.0","sessionType":"Port","inputs":{"idleSessionTimeout":"0"}}""", "idleSessionTimeout must be a number of minutes from 1 to 60.")]
    [InlineData("""{"schemaVersion":"1.0","sessionType":"Port","inputs":{"idleSessionTimeout":61}}""", "idleSessionTimeout must be a number of minutes from 1 to 60.")]
    [InlineData("""{"schemaVersion":"1.0","sessionType":"Port","inputs":{"idleSessionTimeout":"20m"}}""", "idleSessionTimeout must be a number of minutes from 1 to 60.")]
    [InlineData("""{"schemaVersion":"1.0","sessionType":"Port","inputs":{"maxSessionDuration":1441}}""", "maxSessionDuration must be a number of minutes from 1 to 1440.")]
    [InlineData("""{"schemaVersion":"1.0","sessionType":"Port","inputs":{"maxSessionDuration":-1}}""", "maxSessionDuration must be a number of minutes from 1 to 1440.")]
    [InlineData("""{"schemaVersion":"1.0","sessionType":"Port","inputs":{"shellProfile":""}}""", "shellProfile must be an object.")]
    [InlineData("""{"schemaVersion":"1.0","sessionType":"Port","parameters":{"p":"String"}}""", "Parameter \"p\" must be an object.")]
    [InlineData("""{"schemaVersion":"1.0","sessionType":"Port","parameters":{"p":{}}}""", "Parameter \"p\" must have one of the types [String, StringList, Boolean, Integer, MapList, StringMap].")]
    [InlineData("""{"schemaVersion":"1.0","sessionType":"Port","parameters":{"p":{"type":"String,Boolean"}}}""", "Parameter \"p\" must have one of the types [String, StringList, Boolean, Integer, MapList, StringMap].")]
    [InlineData("""{"schemaVersion":"1.0","sessionType":"Port","parameters":{"p":{"type":"String","allowedPattern":"("}}}""", "The allowedPattern of parameter \"p\" is not a valid regular expression.")]
    [InlineData("""{"schemaVersion":"1.0","sessionType":"Port","parameters":{"p":{"type":"String","allowedValues":"a"}}}""", "The allowedValues of parameter \"p\" must be a list.")]
    [InlineData("""{"schemaVersion":"1.0","sessionType":"Port","parameters":{"p":{"type":"String","default":["a"]}}}""", "The default of parameter \"p\" must be one value.")]
    [InlineData("""{"schemaVersion":"1.0","sessionType":"Port","parameters":{"p":{"type":"String","maxChars":"x"}}}""", "maxChars must be a number.")]
    public void What_cannot_be_meant_is_refused(string json, string text)
    {
        var refused = Assert.Throws<RefusedException>(() => Parse(json));

        Assert.Equal((Refusal.InvalidDocumentContent, text), (refused.Refusal, refused.Text));
    }

    [Theory]
    [InlineData("""{"schemaVersion":"2.0","sessionType":"Port"}""", "2.0 is not a valid schema version for Session document type")]
    [InlineData("""{"schemaVersion":2,"inputs":{"x":1}}""", "2 is not a valid schema version for Session document type")]
    [InlineData("{}", "null is not a valid schema version for Session document type")]
    public void Another_schema_version_is_refused(string json, string text)
    {
        var refused = Assert.Throws<RefusedException>(() => Parse(json));

        Assert.Equal((Refusal.InvalidDocumentSchemaVersion, text), (refused.Refusal, refused.Text));
    }

    [Fact]
    public void A_text_is_no_Session_document()
    {
        var refused = Assert.Throws<RefusedException>(() => DocumentContent.Parse("Session", DocumentFormat.Text, "{}"));

        Assert.Equal(
            (Refusal.InvalidDocumentContent, "The content of a Session document must be JSON or YAML."), (refused.Refusal, refused.Text));
    }

    private static SessionDocument Parse(string json) => SessionDocument.Parse(DocumentContent.Read(DocumentFormat.Json, json));
}
