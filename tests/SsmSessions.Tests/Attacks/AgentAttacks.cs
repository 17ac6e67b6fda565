using System.Security.Cryptography;
using System.Text;
using SsmSessions.Server.AwsJson;
using SsmSessions.Testing;
using SsmSessions.Testing.Attacks;
using SsmSessions.Tests.Identity;
using SsmSessions.Tests.Nodes;

namespace SsmSessions.Tests.Attacks;

/// <summary>Agents' calls: codes of activations, keys of nodes, and the credentials that nodes get.</summary>
public sealed class AgentAttacks
{
    private const string Differs =
        "400 InvalidSignatureException: The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.";

    private const string Unknown = "400 UnrecognizedClientException: The security token included in the request is invalid.";
    private const string Unsigned = "400 MissingAuthenticationTokenException: Missing Authentication Token";
    private const string NoActivation = "400 InvalidActivation";
    private const string Denied = "^400 AccessDeniedException: User: .* is not authorized to perform: ssm:";
    private const string Fingerprint = $$"""{"Fingerprint":"{{Agent.Fingerprint}}"}""";

    private static readonly string[] OfAgents =
        ["DescribeDocument", "GetDocument", "RegisterManagedInstance", "RequestManagedInstanceRoleToken", "UpdateInstanceInformation", "UpdateManagedInstancePublicKey"];

    private readonly ManualTimeProvider _clock = new(TimeProvider.System.GetUtcNow());

    [Fact]
    public async Task Codes_of_activations()
    {
        await using var server = await TestServer.StartAsync(_clock);
        var table = new AttackTable("agent calls, activation code");
        var agent = new Agent(server);
        var (id, code) = await Agent.ActivateAsync(server);
        var other = await Agent.ActivateAsync(server);

        for (var i = 0; i < code.Length; i++)
        {
            var changed = $"{code[..i]}{(code[i] == 'x' ? 'y' : 'x')}{code[(i + 1)..]}";
            table.Try("a code with a character changed", Text(await agent.RegisterAsync((id, changed))), NoActivation);
        }

        table.Try("a code with its case changed", Text(await agent.RegisterAsync((id, code.ToLowerInvariant()))), NoActivation);
        table.Try("a code lengthened", Text(await agent.RegisterAsync((id, code + "=")), maskId: true), NoActivation);
        table.Try("another activation's code", Text(await agent.RegisterAsync((id, other.Code))), NoActivation);
        table.Try("a code with another activation", Text(await agent.RegisterAsync((other.Id, code))), NoActivation);
        table.Try("an activation that does not exist", Text(await agent.RegisterAsync(("00000000-0000-4000-8000-000000000000", code))), NoActivation);
        table.Try("the right code (must be let in)", Text(await agent.RegisterAsync((id, code)), maskId: true), """200 {"InstanceId":"mi-…"}""");
        table.Try("a code beyond its limit", Text(await agent.RegisterAsync((id, code))), $"400 RegistrationLimitExceeded: Registration limit of 1 reached for activation {id}.");
        await server.CallAsync("DeleteActivation", $$"""{"ActivationId":"{{id}}"}""");
        table.Try("a code whose activation was deleted", Text(await agent.RegisterAsync((id, code))), NoActivation);
        _clock.Advance(TimeSpan.FromHours(24));
        table.Try("a code after its end", Text(await agent.RegisterAsync(other)), "400 ActivationExpired");
        table.Verify(fewest: 25);
    }

    [Fact]
    public async Task Calls_without_a_signature()
    {
        await using var server = await TestServer.StartAsync();
        var table = new AttackTable("agent calls, unsigned");
        var agent = new Agent(server);
        foreach (var action in SsmActions.All.Keys.Where(action => action != "RegisterManagedInstance"))
            table.Try("every other action", Text(await agent.CallUnsignedAsync(action, TenantAttacks.RequestOf(action))), Unsigned);
        table.Try(
            "RegisterManagedInstance without an activation",
            Text(await agent.CallUnsignedAsync("RegisterManagedInstance", $$"""{"Fingerprint":"i-0123456789abcdef0","PublicKey":"{{Agent.PublicKeyOf(agent.Key)}}","PublicKeyType":"Rsa"}""")),
            Unsigned);
        table.Verify(fewest: SsmActions.All.Count);
    }

    [Fact]
    public async Task Keys_of_nodes()
    {
        await using var server = await TestServer.StartAsync();
        var table = new AttackTable("agent calls, key of a node");
        var (mine, theirs) = (await Agent.RegisteredAsync(server), await Agent.RegisteredAsync(server));
        var thief = new Agent(server) { Id = theirs.Id, Key = mine.Key };

        table.Try("another node's id, one's own key", Text(await thief.CallWithKeyAsync("RequestManagedInstanceRoleToken", Fingerprint)), Differs);
        table.Try("a node that does not exist", Text(await new Agent(server) { Id = "mi-00000000000000000" }.CallWithKeyAsync("RequestManagedInstanceRoleToken", Fingerprint)), "400 InvalidInstanceId: Not existing InstanceId mi-00000000000000000");
        table.Try("another fingerprint, the right key", Text(await mine.CallWithKeyAsync("RequestManagedInstanceRoleToken", """{"Fingerprint":"99999999-2222-3333-4444-555555555555"}""")), "400 MachineFingerprintDoesNotMatch: Fingerprint does not match");
        table.Try("the ping of another node, one's own key", Text(await mine.CallWithKeyAsync("UpdateInstanceInformation", $$"""{"InstanceId":"{{theirs.Id}}"}""")), Denied);
        // What some verifiers of tokens fell for: the public key, which everybody has, as the secret of an HMAC.
        foreach (var secret in (string[])[Agent.PublicKeyOf(theirs.Key), "", theirs.Id])
            table.Try("HMAC with what everybody knows", Text(await mine.CallAsync(new Credentials(theirs.Id, secret, SessionToken: null), "RequestManagedInstanceRoleToken", Fingerprint)), Differs);

        var former = theirs.Key;
        using var key = RSA.Create(2_048);
        await theirs.CallWithKeyAsync("UpdateManagedInstancePublicKey", $$"""{"NewPublicKey":"{{Agent.PublicKeyOf(key)}}","NewPublicKeyType":"Rsa"}""");
        table.Try("a key that was replaced", Text(await new Agent(server) { Id = theirs.Id, Key = former }.CallWithKeyAsync("RequestManagedInstanceRoleToken", Fingerprint)), Differs);
        theirs.Key = key;
        await theirs.RequestRoleAsync();
        foreach (var action in SsmActions.All.Keys.Except(OfAgents, StringComparer.Ordinal))
            table.Try("every action that is no agent's", Text(await mine.CallWithKeyAsync(action, TenantAttacks.RequestOf(action))), Denied);

        await server.CallAsync("DeregisterManagedInstance", $$"""{"InstanceId":"{{mine.Id}}"}""");
        table.Try("the key of a node that was deregistered", Text(await mine.CallWithKeyAsync("UpdateInstanceInformation", $$"""{"InstanceId":"{{mine.Id}}"}""")), Unknown);
        table.Verify(fewest: SsmActions.All.Count);
    }

    [Fact]
    public async Task A_nodes_signature_with_any_character_changed()
    {
        await using var server = await TestServer.StartAsync();
        var table = new AttackTable("agent calls, key of a node");
        var agent = await Agent.RegisteredAsync(server);
        using var connection = new RawConnection(server.Url);
        var request = new TestRequest
        {
            ["Host"] = server.Url.Authority,
            ["X-Amz-Target"] = "AmazonSSM.UpdateInstanceInformation",
            ["Content-Type"] = "application/x-amz-json-1.1",
            Body = Encoding.UTF8.GetBytes($$"""{"InstanceId":"{{agent.Id}}"}"""),
        }.Sign(agent.Id, agent.Key, TimeProvider.System.GetUtcNow());
        var good = new RawRequest("POST", "/", request.Headers, request.Body);
        table.Try("the call as it was signed (must be let in)", (await connection.SendAsync(good)).ToString(), "200 {}");

        var header = good["Authorization"]!;
        var start = header.IndexOf("Signature=", StringComparison.Ordinal) + "Signature=".Length;
        for (var i = start; i < header.Length; i++)
        {
            // The last character before the padding holds four bits that mean nothing: the one that is put there differs in the others.
            var changed = $"{header[..i]}{(header[i] is >= 'A' and <= 'P' ? 'z' : 'B')}{header[(i + 1)..]}";
            table.Try("signature: a character changed", (await connection.SendAsync(good.With("Authorization", changed))).ToString(), Differs);
        }

        for (var i = 0; i < good.Body.Length * 8; i++)
        {
            var body = good.Body.ToArray();
            body[i / 8] ^= (byte)(1 << (i % 8));
            table.Try("body: a bit flipped", (await connection.SendAsync(good with { Body = body })).ToString(), Differs, "400 SerializationException");
        }

        table.Verify(fewest: 600);
    }

    [Fact]
    public async Task Credentials_of_a_nodes_role()
    {
        await using var server = await TestServer.StartAsync();
        var table = new AttackTable("agent calls, credentials of a node");
        var (agent, other) = (await Agent.RegisteredAsync(server), await Agent.RegisteredAsync(server));
        var keys = await agent.RequestRoleAsync();
        var others = await other.RequestRoleAsync();
        var ping = $$"""{"InstanceId":"{{agent.Id}}"}""";

        table.Try("its own ping (must be let in)", Text(await agent.CallAsync(keys, "UpdateInstanceInformation", ping)), "200 {}");
        table.Try("the ping of another node", Text(await agent.CallAsync(keys, "UpdateInstanceInformation", $$"""{"InstanceId":"{{other.Id}}"}""")), Denied);
        foreach (var action in SsmActions.All.Keys.Except(OfAgents, StringComparer.Ordinal))
            table.Try("every action that is no agent's", Text(await agent.CallAsync(keys, action, TenantAttacks.RequestOf(action))), Denied);
        table.Try("RequestManagedInstanceRoleToken without the node's key", Text(await agent.CallAsync(keys, "RequestManagedInstanceRoleToken", Fingerprint)), Denied);
        table.Try("UpdateManagedInstancePublicKey without the node's key", Text(await agent.CallAsync(keys, "UpdateManagedInstancePublicKey", $$"""{"NewPublicKey":"{{Agent.PublicKeyOf(other.Key)}}","NewPublicKeyType":"Rsa"}""")), Denied);
        foreach (var (attempt, tampered) in SealedTampering.Of(keys, others))
            table.Try(attempt, Text(await agent.CallAsync(tampered, "UpdateInstanceInformation", ping)), Unknown, Differs);
        table.Verify(fewest: 300);
    }

    private static string Text((System.Net.HttpStatusCode Status, string Body) answer, bool maskId = false)
    {
        var text = new RawAnswer((int)answer.Status, [], answer.Body).ToString();
        return maskId && text.Contains("mi-", StringComparison.Ordinal) ? text[..(text.IndexOf("mi-", StringComparison.Ordinal) + 3)] + "…\"}" : text;
    }
}
