using SsmSessions.Core.Identity;

namespace SsmSessions.Tests.Identity;

public sealed class IssuedCredentialsTests
{
    private const string Node = "mi-0123456789abcdef0";

    private static readonly Tenant Home = new("444455556666", "eu-west-1");

    public static TheoryData<string?> Files => new((string?)null, Door.File);

    private static IssuedClaims NodeRole => new(
        Home, CallerKind.NodeRole, Node, $"arn:aws:sts::444455556666:assumed-role/SsmRole/{Node}", Door.Noon.AddHours(1));

    private static IssuedClaims JustInTime => new(
        Home, CallerKind.JustInTime, "alice", "arn:aws:iam::444455556666:user/alice", Door.Noon.AddHours(1))
    { AccessRequestId = "oi-0123456789ab" };

    [Fact]
    public void Issued_keys_have_the_form_of_temporary_credentials()
    {
        var keys = new Door().Issued.Issue(NodeRole with { Expires = Door.Noon.AddMilliseconds(2_500) });

        Assert.Matches(@"\AASIA[A-Z2-7]{16}\z", keys.AccessKeyId);
        Assert.Matches(@"\A[A-Za-z0-9+/]{40}\z", keys.SecretAccessKey);
        Assert.Matches(@"\A[A-Za-z0-9._-]{100,2048}\z", keys.SessionToken);
        Assert.Equal(Door.Noon.AddSeconds(2), keys.Expires);
        Assert.DoesNotContain(keys.SecretAccessKey, keys.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(keys.SessionToken, keys.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Their_bearer_is_whom_they_were_issued_to(string? file)
    {
        var door = new Door(file);
        var node = door.Issued.Issue(NodeRole);
        var guest = door.Issued.Issue(JustInTime);

        // A node belongs to its tenant whatever region its agent signs for.
        foreach (var region in new[] { "us-east-1", "eu-west-1" })
        {
            Assert.Equal(
                new Caller(Home, CallerKind.NodeRole, Node, NodeRole.Arn, node.AccessKeyId),
                await door.LetInAsync(Signed(node, region)));
        }

        Assert.Equal(
            new Caller(Home, CallerKind.JustInTime, "alice", JustInTime.Arn, guest.AccessKeyId) { AccessRequestId = "oi-0123456789ab" },
            await door.LetInAsync(Signed(guest)));
        await door.LetInAsync(Signed(guest, service: "ssmmessages"), "ssmmessages");
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Just_in_time_access_is_good_in_its_own_region_only(string? file)
    {
        var door = new Door(file);

        var refused = await door.RefuseAsync(Signed(door.Issued.Issue(JustInTime), "us-east-1"));

        Assert.Equal(AuthenticationFailure.InvalidSignature, refused.Failure);
        Assert.Equal("Credential should be scoped to a valid region, not 'us-east-1'. ", refused.WireMessage);
    }

    /// <summary>Claims of any length: where base64 would be padded, the token with its padding says the same, and is another token.</summary>
    [Fact]
    public async Task A_token_in_another_form_is_refused_though_the_right_one_was_seen()
    {
        var door = new Door();
        foreach (var name in new[] { "a", "al", "ali", "alic" })
        {
            var keys = door.Issued.Issue(JustInTime with { Name = name });
            await door.LetInAsync(Signed(keys));

            foreach (var padding in new[] { "=", "==" })
                await door.RefuseAsync(Signed(keys with { SessionToken = keys.SessionToken + padding }));
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task They_are_always_verified(string? file)
    {
        var door = new Door(file);
        var keys = door.Issued.Issue(NodeRole);
        var others = door.Issued.Issue(NodeRole);

        await RefusedAsync(keys with { SecretAccessKey = "guessed" }, AuthenticationFailure.InvalidSignature);
        await RefusedAsync(keys with { SessionToken = others.SessionToken }, AuthenticationFailure.UnrecognizedClient);
        await RefusedAsync(keys with { AccessKeyId = others.AccessKeyId }, AuthenticationFailure.UnrecognizedClient);
        await RefusedAsync(keys with { AccessKeyId = "AKIDALICE", SecretAccessKey = Door.UserSecret }, AuthenticationFailure.UnrecognizedClient);
        await RefusedAsync(keys with { SessionToken = keys.SessionToken + new string('A', 2_048) }, AuthenticationFailure.UnrecognizedClient);
        await RefusedAsync(keys with { SessionToken = "ssms1." }, AuthenticationFailure.UnrecognizedClient);
        await RefusedAsync(keys with { SessionToken = "ssms1.AAAA" }, AuthenticationFailure.UnrecognizedClient);
        await RefusedAsync(new Door().Issued.Issue(NodeRole), AuthenticationFailure.UnrecognizedClient);
        var late = new TestRequest().Sign(keys.AccessKeyId, keys.SecretAccessKey, Door.Noon.AddMinutes(6), keys.SessionToken);
        Assert.StartsWith("Signature not yet current", (await door.RefuseAsync(late)).WireMessage, StringComparison.Ordinal);

        async Task RefusedAsync(IssuedKeys presented, AuthenticationFailure failure) =>
            Assert.Equal(failure, (await door.RefuseAsync(Signed(presented))).Failure);
    }

    [Fact]
    public void Every_changed_character_of_a_token_is_found()
    {
        var issued = new Door().Issued;
        var keys = issued.Issue(JustInTime);
        Assert.NotNull(issued.Open(keys.SessionToken, keys.AccessKeyId));
        for (var i = 0; i < keys.SessionToken.Length; i++)
        {
            foreach (var changed in "A_-z.= \n")
            {
                var token = string.Concat(keys.SessionToken.AsSpan(0, i), [changed], keys.SessionToken.AsSpan(i + 1));
                Assert.True(token == keys.SessionToken || issued.Open(token, keys.AccessKeyId) is null, token);
            }

            Assert.Null(issued.Open(keys.SessionToken[..i], keys.AccessKeyId));
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task A_nodes_credentials_end_by_the_real_clock(string? file)
    {
        var door = new Door(file);
        var keys = door.Issued.Issue(NodeRole);
        door.ServiceTime.Now = Door.Noon.AddDays(1);
        await door.LetInAsync(Signed(keys));

        door.RealTime.Now = Door.Noon.AddHours(1);
        var refused = await door.RefuseAsync(Signed(keys, time: door.RealTime.Now));

        Assert.Equal(AuthenticationFailure.ExpiredToken, refused.Failure);
        Assert.Equal("The security token included in the request is expired", refused.WireMessage);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Just_in_time_access_ends_by_the_services_clock(string? file)
    {
        var door = new Door(file);
        var keys = door.Issued.Issue(JustInTime);
        door.ServiceTime.Now = Door.Noon.AddHours(1).AddTicks(-1);
        await door.LetInAsync(Signed(keys));

        door.ServiceTime.Now = Door.Noon.AddHours(1);

        Assert.Equal(AuthenticationFailure.ExpiredToken, (await door.RefuseAsync(Signed(keys))).Failure);
    }

    [Fact]
    public async Task Hosts_with_the_same_key_trust_each_others_credentials()
    {
        var key = new byte[32];
        var keys = new IssuedCredentials(key).Issue(NodeRole);
        var clock = new StillClock { Now = Door.Noon };
        var other = new RequestAuthenticator(null, new IssuedCredentials(key), new KeyRing(), clock, clock);

        Assert.Equal(Node, (await other.AuthenticateAsync(Signed(keys), "ssm", CancellationToken.None)).Name);
    }

    [Fact]
    public void Only_nodes_and_guests_are_issued_credentials()
    {
        var issued = new Door().Issued;

        Assert.Throws<ArgumentException>(() => issued.Issue(NodeRole with { Kind = CallerKind.User }));
        Assert.Throws<ArgumentException>(() => issued.Issue(NodeRole with { Arn = new string('a', 2_000) }));
    }

    private static TestRequest Signed(IssuedKeys keys, string region = "eu-west-1", string service = "ssm", DateTimeOffset? time = null) =>
        new TestRequest().Sign(keys.AccessKeyId, keys.SecretAccessKey, time, keys.SessionToken, region, service);
}
