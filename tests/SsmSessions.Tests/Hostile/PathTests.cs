using SsmSessions.Fuzzing.Wire;

namespace SsmSessions.Tests.Hostile;

/// <summary>Paths that lead somewhere else than they seem to: none gets past a guard, and none makes a door fail.</summary>
public sealed class PathTests(HostileServer hostile) : IClassFixture<HostileServer>
{
    [Theory]
    [InlineData("/v1/../_ssm-sessions/health", 200)]
    [InlineData("/%2e%2e/_ssm-sessions/health", 200)]
    [InlineData("/_ssm-sessions/%68ealth", 200)]
    [InlineData("//_ssm-sessions/health", 404)]
    [InlineData("/_ssm-sessions//health", 404)]
    [InlineData("/_ssm-sessions%2Fhealth", 404)]
    [InlineData("/_ssm-sessions;x=y/health", 404)]
    [InlineData("/_ssm-sessions/health;x=y", 404)]
    [InlineData("/_ssm-sessions/health%00", 400)]
    [InlineData("/_ssm-sessions/health\u0000", 400)]
    [InlineData("/_ssm-sessions/\\health", 404)]
    [InlineData("_ssm-sessions/health", 400)]
    [InlineData("http://127.0.0.1/_ssm-sessions/health", 200)]
    [InlineData("http://evil.example/_ssm-sessions/health", 400)]
    [InlineData("http://127.0.0.1@evil.example/_ssm-sessions/health", 400)]
    [InlineData("file:///etc/passwd", 400)]
    public async Task Admin_is_found_by_its_own_path_only(string target, int status) => Assert.Equal(status, (await GetAsync(target)).Status);

    [Theory]
    [InlineData("http://evil.example/v1/status/leader", "evil.example", 403)]
    [InlineData("/v1/status/leader", "evil.example", 403)]
    [InlineData("/v1/status/leader", "127.0.0.1.evil.example", 403)]
    [InlineData("/v1/status/leader", "2130706433", 200)]
    [InlineData("/v1/status/leader", "127.0.0.1:99999", 200)]
    [InlineData("/v1/status/leader", "user@127.0.0.1", 400)]
    [InlineData("/v1/status/leader", "127.0.0.1, evil.example", 400)]
    [InlineData("/v1/status/leader", "LOCALHOST", 200)]
    public async Task Only_known_hosts_are_served_whatever_the_target_names(string target, string host, int status) =>
        Assert.Equal(status, (await GetAsync(target, host)).Status);

    [Theory]
    [InlineData("%2e%2e%2f%2e%2e%2fetc%2fpasswd")]
    [InlineData("a%2Fb")]
    [InlineData("%00")]
    [InlineData("..;")]
    [InlineData("%ff%fe")]
    public async Task An_odd_id_of_a_data_channel_is_an_unknown_one(string id)
    {
        var target = $"/v1/data-channel/{id}?role=publish_subscribe";
        await using var socket = await RawWebSocket.ConnectAsync(RawClient.AddressOf(hostile.Server), target, (_, _) => { }, RawClient.Late());
        if (socket is null)
        {
            Assert.Contains(id, new[] { "%00", "%2e%2e%2f%2e%2e%2fetc%2fpasswd", "%ff%fe" });
            return;
        }

        await socket.CloseAsync(RawClient.Late());
        Assert.Equal(1008, socket.CloseStatus);
    }

    private Task<HttpAnswer> GetAsync(string target, string host = "127.0.0.1") =>
        hostile.SendAsync(System.Text.Encoding.Latin1.GetBytes($"GET {target} HTTP/1.1\r\nHost: {host}\r\n\r\n"));
}
