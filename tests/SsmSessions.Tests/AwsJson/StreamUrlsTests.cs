using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using SsmSessions.Core.Sessions;
using SsmSessions.Server;
using SsmSessions.Server.AwsJson;
using SsmSessions.Testing;

namespace SsmSessions.Tests.AwsJson;

/// <summary>The three forms of StreamUrl (spec/ssm-data-channel.md §2.3, §2.6).</summary>
public sealed class StreamUrlsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("us-east-1", "wss://ssmmessages.us-east-1.amazonaws.com/v1/data-channel/{0}?role=publish_subscribe")]
    [InlineData("us-gov-west-1", "wss://ssmmessages.us-gov-west-1.amazonaws.com/v1/data-channel/{0}?role=publish_subscribe")]
    [InlineData("cn-north-1", "wss://ssmmessages.cn-north-1.amazonaws.com.cn/v1/data-channel/{0}?role=publish_subscribe")]
    public async Task In_the_mode_aws_it_is_the_real_services(string region, string form)
    {
        await using var server = await TestServer.StartAsync(configure: options =>
        {
            options.StreamUrl = StreamUrlMode.Aws;
            options.PublicUrl = new Uri("https://gateway.example.com/ssm");
        });

        var (_, started) = await server.CallAsync("StartSession", $$"""{"Target":"{{TestServer.Node}}"}""", region: region);
        var id = Member(started, "SessionId");
        var (_, resumed) = await server.CallAsync("ResumeSession", $$"""{"SessionId":"{{id}}"}""", region: region);

        Assert.Equal(string.Format(null, form, id), Member(started, "StreamUrl"));
        Assert.Equal(string.Format(null, form, id), Member(resumed, "StreamUrl"));
    }

    [Theory]
    [InlineData(StreamUrlMode.Ws, null, "http", "ws://called:4580")]
    [InlineData(StreamUrlMode.Ws, null, "https", "wss://called:4580")]
    [InlineData(StreamUrlMode.Ws, "http://public/base/", "https", "ws://public/base")]
    [InlineData(StreamUrlMode.Ws, "https://public:8443", "http", "wss://public:8443")]
    [InlineData(StreamUrlMode.Wss, null, "http", "wss://called:4580")]
    [InlineData(StreamUrlMode.Wss, null, "https", "wss://called:4580")]
    [InlineData(StreamUrlMode.Wss, "http://public:8080/base", "http", "wss://public:8080/base")]
    public void In_the_other_modes_it_is_this_servers(StreamUrlMode mode, string? publicUrl, string scheme, string address)
    {
        var url = Of(new SsmSessionsOptions { HostName = "a", StreamUrl = mode, PublicUrl = publicUrl is null ? null : new Uri(publicUrl) }, scheme);

        Assert.Equal($"{address}/v1/data-channel/test-1?role=publish_subscribe&cell-number=AAEAAWE", url);
    }

    [Theory]
    [InlineData(null, "a")]
    [InlineData("a", "a")]
    [InlineData("another-host.example", "another-host.example")]
    public void The_cell_number_names_the_host_that_carries_the_session(string? host, string named)
    {
        var url = Of(new SsmSessionsOptions { HostName = "a" }, "http", host);

        var cell = Base64Url.DecodeFromChars(url.AsSpan(url.IndexOf("cell-number=", StringComparison.Ordinal) + "cell-number=".Length));
        Assert.Equal([0, 1, 0, 1, .. Encoding.UTF8.GetBytes(named)], cell);
    }

    private static string Of(SsmSessionsOptions options, string scheme, string? host = null) => new StreamUrls(Options.Create(options)).Of(
        TestServerSessions.NewSession("test-1", Now, SessionStatus.Connected) with { Host = host },
        new ActionContext(TestServer.Caller("test"), "1", scheme, "called:4580"));

    private static string? Member(string json, string name)
    {
        using var answer = JsonDocument.Parse(json);
        return answer.RootElement.GetProperty(name).GetString();
    }
}
