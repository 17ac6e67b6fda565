#if FULL_FEED
using Amazon.Runtime;
using Amazon.SimpleSystemsManagement;
using Amazon.SimpleSystemsManagement.Model;
using SsmSessions.Testing;

namespace SsmSessions.Conformance.Tests.Clients;

/// <summary>The AWS SDK for .NET, where its package is to be had (-p:FullFeed=true).</summary>
public sealed class DotNetSdkTests
{
    [Fact]
    public async Task A_session_is_started_listed_and_ended()
    {
        await using var server = await TestServer.StartAsync();
        using var ssm = new AmazonSimpleSystemsManagementClient(
            new BasicAWSCredentials("test", "test"),
            new AmazonSimpleSystemsManagementConfig { ServiceURL = server.Url.ToString(), AuthenticationRegion = "us-east-1" });

        var started = await ssm.StartSessionAsync(new StartSessionRequest { Target = TestServer.Node });
        var listed = await ssm.DescribeSessionsAsync(new DescribeSessionsRequest { State = SessionState.Active });
        await ssm.TerminateSessionAsync(new TerminateSessionRequest { SessionId = started.SessionId });
        var again = await Assert.ThrowsAsync<AmazonSimpleSystemsManagementException>(
            () => ssm.TerminateSessionAsync(new TerminateSessionRequest { SessionId = started.SessionId }));

        Assert.Equal(started.SessionId, Assert.Single(listed.Sessions).SessionId);
        Assert.Equal("Session is not in a valid state", again.Message);
    }
}
#endif
