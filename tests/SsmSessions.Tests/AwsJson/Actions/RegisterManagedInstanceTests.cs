using System.Net;
using System.Security.Cryptography;
using SsmSessions.Core.Identity;
using SsmSessions.Testing;
using SsmSessions.Tests.Nodes;

namespace SsmSessions.Tests.AwsJson.Actions;

public sealed class RegisterManagedInstanceTests
{
    private const string Ec2 = "i-00000000000000001";

    [Fact]
    public async Task A_wrong_code_is_refused_without_a_word()
    {
        await using var server = await TestServer.StartAsync();
        var (id, _) = await Agent.ActivateAsync(server);
        var agent = new Agent(server);
        var refused = (HttpStatusCode.BadRequest, """{"__type":"InvalidActivation"}""");

        Assert.Equal(refused, await agent.RegisterAsync((id, "AAAAAAAAAAAAAAAAAAAA")));
        Assert.Equal(refused, await agent.RegisterAsync((Guid.NewGuid().ToString(), "AAAAAAAAAAAAAAAAAAAA")));
        Assert.Equal(refused, await agent.RegisterAsync(("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "AAAAAAAAAAAAAAAAAAAA")));
    }

    [Fact]
    public async Task A_deleted_activation_registers_nobody()
    {
        await using var server = await TestServer.StartAsync();
        var activation = await Agent.ActivateAsync(server);
        await server.CallAsync("DeleteActivation", $$"""{"ActivationId":"{{activation.Id}}"}""");

        Assert.Equal((HttpStatusCode.BadRequest, """{"__type":"InvalidActivation"}"""), await new Agent(server).RegisterAsync(activation));
    }

    [Fact]
    public async Task An_expired_activation_registers_nobody()
    {
        var time = new ManualTimeProvider();
        await using var server = await TestServer.StartAsync(time);
        var activation = await Agent.ActivateAsync(server);
        time.Advance(TimeSpan.FromHours(24));

        Assert.Equal((HttpStatusCode.BadRequest, """{"__type":"ActivationExpired"}"""), await new Agent(server).RegisterAsync(activation));
    }

    [Fact]
    public async Task An_activation_registers_as_many_nodes_as_it_may()
    {
        await using var server = await TestServer.StartAsync();
        var activation = await Agent.ActivateAsync(server, """{"IamRole":"Nodes","RegistrationLimit":2}""");
        var agent = new Agent(server);

        Assert.Equal(HttpStatusCode.OK, (await agent.RegisterAsync(activation)).Status);
        Assert.Equal(HttpStatusCode.OK, (await agent.RegisterAsync(activation)).Status);
        Assert.Equal(
            (HttpStatusCode.BadRequest, $$"""{"__type":"RegistrationLimitExceeded","message":"Registration limit of 2 reached for activation {{activation.Id}}."}"""),
            await agent.RegisterAsync(activation));
    }

    [Theory]
    [InlineData(1_024, "The public key must be an RSA key of 2048 to 4096 bits.")]
    [InlineData(0, "The public key is not the DER encoding of an RSA SubjectPublicKeyInfo.")]
    [InlineData(-1, "The public key is not valid base64.")]
    public async Task A_key_of_another_kind_is_refused(int bits, string text)
    {
        await using var server = await TestServer.StartAsync();
        var (id, code) = await Agent.ActivateAsync(server);
        var key = bits switch
        {
            > 0 => KeyOf(bits),
            0 => Convert.ToBase64String(new byte[294]),
            _ => new string('!', 392),
        };

        var answer = await new Agent(server).CallUnsignedAsync(
            "RegisterManagedInstance",
            $$"""{"ActivationId":"{{id}}","ActivationCode":"{{code}}","Fingerprint":"f","PublicKey":"{{key}}","PublicKeyType":"Rsa"}""");

        // A smaller key is shorter than the model allows, so blanks make up for it: base64 ignores them.
        Assert.Equal((HttpStatusCode.BadRequest, $$"""{"__type":"InvalidPublicKey","Message":"{{text}}"}"""), answer);
    }

    [Fact]
    public async Task The_code_is_not_printed_in_what_is_wrong_with_it()
    {
        await using var server = await TestServer.StartAsync();

        var answer = await new Agent(server).CallUnsignedAsync(
            "RegisterManagedInstance", """{"ActivationId":"x","ActivationCode":"secret","Fingerprint":"f","PublicKey":"k","PublicKeyType":"Dsa","Tags":[{"Key":"a"}]}""");

        Assert.Equal(
            (HttpStatusCode.BadRequest, """{"__type":"ValidationException","message":"5 validation errors detected: Value '***' at 'activationCode' failed to satisfy constraint: Member must have length greater than or equal to 20; Value 'x' at 'activationId' failed to satisfy constraint: Member must have length greater than or equal to 36; Value 'k' at 'publicKey' failed to satisfy constraint: Member must have length greater than or equal to 392; Value 'Dsa' at 'publicKeyType' failed to satisfy constraint: Member must satisfy enum value set: [Rsa]; Value null at 'tags.1.member.value' failed to satisfy constraint: Member must not be null"}"""),
            answer);
    }

    [Fact]
    public async Task Without_an_activation_a_signature_is_needed()
    {
        await using var server = await TestServer.StartAsync();

        var answer = await new Agent(server).CallUnsignedAsync("RegisterManagedInstance", Ec2Request(KeyOf(2_048)));

        Assert.Equal(
            (HttpStatusCode.BadRequest, """{"__type":"MissingAuthenticationTokenException","message":"Missing Authentication Token"}"""), answer);
    }

    [Fact]
    public async Task A_node_of_EC2_registers_once_with_its_instance_role()
    {
        await using var server = await TestServer.StartAsync();
        var request = Ec2Request(KeyOf(2_048));

        Assert.Equal((HttpStatusCode.OK, $$"""{"InstanceId":"{{Ec2}}"}"""), await server.CallAsync("RegisterManagedInstance", request));
        Assert.Equal(
            (HttpStatusCode.BadRequest, $$"""{"__type":"InstanceAlreadyRegistered","Message":"Instance {{Ec2}} is already registered."}"""),
            await server.CallAsync("RegisterManagedInstance", request));
    }

    [Fact]
    public async Task A_node_of_EC2_that_pinged_before_keeps_what_it_said()
    {
        await using var server = await TestServer.StartAsync();
        await server.CallAsync("UpdateInstanceInformation", $$"""{"InstanceId":"{{Ec2}}","ComputerName":"db"}""");

        await server.CallAsync("RegisterManagedInstance", Ec2Request(KeyOf(2_048)));
        var (_, listed) = await server.CallAsync("DescribeInstanceInformation", $$"""{"Filters":[{"Key":"InstanceIds","Values":["{{Ec2}}"]}]}""");

        Assert.Contains("\"ComputerName\":\"db\"", listed, StringComparison.Ordinal);
        Assert.DoesNotContain("RegistrationDate", listed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_instance_id_is_no_node_of_EC2()
    {
        await using var server = await TestServer.StartAsync();

        var answer = await server.CallAsync("RegisterManagedInstance", Ec2Request(KeyOf(2_048), "my-laptop"));

        Assert.Equal((HttpStatusCode.BadRequest, """{"__type":"InvalidInstanceId","Message":"Not existing InstanceId my-laptop"}"""), answer);
    }

    [Fact]
    public async Task A_role_of_one_instance_does_not_register_another()
    {
        await using var server = await TestServer.StartAsync(configure: options => options.Credentials = CredentialsFile.Parse(
            """
            {"accounts":{"111122223333":{"roles":[
              {"role":"Node","sessionName":"i-00000000000000002","accessKeyId":"ASIANODE","secretAccessKey":"secret","sessionToken":"token"}]}}}
            """u8.ToArray(),
            "test"));

        var answer = await new Agent(server).CallAsync(
            new Credentials("ASIANODE", "secret", "token"), "RegisterManagedInstance", Ec2Request(KeyOf(2_048)));

        Assert.Equal(
            (HttpStatusCode.BadRequest, $$"""{"__type":"AccessDeniedException","Message":"User: arn:aws:sts::111122223333:assumed-role/Node/i-00000000000000002 is not authorized to perform: ssm:RegisterManagedInstance on resource: arn:aws:ec2:us-east-1:111122223333:instance/{{Ec2}} because no identity-based policy allows the ssm:RegisterManagedInstance action"}"""),
            answer);
    }

    private static string Ec2Request(string key, string fingerprint = Ec2) =>
        $$"""{"Fingerprint":"{{fingerprint}}","PublicKey":"{{key}}","PublicKeyType":"Rsa"}""";

    private static string KeyOf(int bits)
    {
        using var rsa = RSA.Create(bits);
        return Agent.PublicKeyOf(rsa).PadRight(392);
    }
}
