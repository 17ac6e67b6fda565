using SsmSessions.Conformance.Tests.Clients;
using SsmSessions.Conformance.Tests.DataChannels;
using SsmSessions.Testing;

namespace SsmSessions.Conformance.Tests.Faults;

/// <summary>What faults of calls make real clients print.</summary>
public sealed class CallFaultClientTests : IAsyncLifetime
{
    private SessionHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await SessionHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Theory]
    [InlineData("""{"effect":"throttle","action":"DescribeSessions"}""", "", "An error occurred (ThrottlingException) when calling the DescribeSessions operation")]
    [InlineData("""{"effect":"throttle","action":"DescribeSessions","count":1}""", "", null)]
    [InlineData("""{"effect":"error","error":"InvalidFilterKey","action":"DescribeSessions"}""", "", "An error occurred (InvalidFilterKey) when calling the DescribeSessions operation")]
    [InlineData("""{"effect":"internalError","action":"DescribeSessions"}""", "", "An error occurred (InternalServerError) when calling the DescribeSessions operation")]
    [InlineData("""{"effect":"internalError","action":"DescribeSessions","count":1}""", "", null)]
    [InlineData("""{"effect":"latency","milliseconds":3000}""", "--cli-read-timeout 1", "Read timeout on endpoint URL: ")]
    [InlineData("""{"effect":"latency","milliseconds":300}""", "", null)]
    [InlineData("""{"effect":"dropConnection"}""", "", "Connection was closed before we received a valid response from endpoint URL: ")]
    [InlineData("""{"effect":"dropConnection","count":1}""", "", null)]
    [InlineData("""{"effect":"halfAnswer"}""", "", "Connection was closed before we received a valid response from endpoint URL: ")]
    [InlineData("""{"effect":"halfAnswer","count":1}""", "", null)]
    public async Task The_aws_cli_prints_the_failure_or_tries_again(string rule, string options, string? printed)
    {
        await _host.SetFaultAsync(rule);

        var (code, output, errors) = await AwsAsync("describe-sessions", "--state", "Active", options);

        Figures.Tell($"{rule} | aws ssm describe-sessions {options} | {(errors.Length > 0 ? errors : output).ReplaceLineEndings(" ").Trim()}");
        Assert.True(await _host.FiredAsync() > 0);
        Assert.Equal(printed is null, code == 0);
        if (printed is null)
            Assert.Contains("\"Sessions\": []", output, StringComparison.Ordinal);
        else
            Assert.Contains(printed, errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"effect":"error","error":"TargetNotConnected","message":"i-0123456789abcdef0 is not connected.","action":"StartSession"}""", "i-0123456789abcdef0 is not connected.")]
    [InlineData("""{"effect":"disconnectNode","target":"i-0123456789abcdef0"}""", "i-0123456789abcdef0 is not connected.")]
    public async Task The_aws_cli_cannot_start_a_session(string rule, string printed)
    {
        await _host.SetFaultAsync(rule);

        var (code, _, errors) = await AwsAsync("start-session", "--target", SessionRequest.Target);

        Figures.Tell($"{rule} | aws ssm start-session | {errors.Trim()}");
        Assert.NotEqual(0, code);
        Assert.Equal("An error occurred (TargetNotConnected) when calling the StartSession operation: " + printed, errors.Trim());
        await _host.RemoveFaultsAsync();
    }

    [Theory]
    [InlineData("""{"effect":"throttle","frontEnd":"trueNas","action":"auth.sessions"}""", "Maximum number of concurrent calls (20) has exceeded")]
    [InlineData("""{"effect":"error","error":"x","message":"the disk is on fire","frontEnd":"trueNas","action":"auth.sessions"}""", "the disk is on fire")]
    [InlineData("""{"effect":"dropConnection","frontEnd":"trueNas","action":"auth.sessions"}""", "")]
    [InlineData("""{"effect":"halfAnswer","frontEnd":"trueNas","action":"auth.sessions"}""", "")]
    public async Task The_TrueNAS_command_line_prints_the_failure(string rule, string printed)
    {
        await _host.SetFaultAsync(rule);

        var (code, output, errors) = await ServiceProcess.RunAsync(["cli", "--url", _host.Url.ToString(), "-c", "auth sessions"]);

        Figures.Tell($"{rule} | ssm-sessions cli -c 'auth sessions' | {(output + errors).ReplaceLineEndings(" ").Trim()} (exit {code})");
        Assert.NotEmpty(output + errors);
        Assert.Contains(printed, output + errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"effect":"internalError","frontEnd":"consul","action":"session/create"}""", "internal error")]
    [InlineData("""{"effect":"throttle","frontEnd":"consul","action":"session/create"}""", "")]
    [InlineData("""{"effect":"halfAnswer","frontEnd":"consul","action":"session/create"}""", "")]
    public async Task A_Consul_client_fails(string rule, string printed)
    {
        var client = await RealClient.PythonConsulAsync();
        await _host.SetFaultAsync(rule);
        var script = $"import consul; print(consul.Consul(host='127.0.0.1', port={_host.Url.Port}).session.create())";

        var (code, _, errors) = await RealClient.RunAsync(client.Program, ["-c", script], []);

        var told = errors.Trim().Split('\n')[^1];
        Figures.Tell($"{rule} | python3-consul session.create() | {told}");
        Assert.Equal(1, code);
        Assert.Contains(printed, told, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Curl_sees_half_of_a_table_of_Doris()
    {
        var curl = RealClient.Find("curl");
        Assert.SkipWhen(curl is null, "curl: it is not installed");
        await _host.SetFaultAsync("""{"effect":"halfAnswer","frontEnd":"doris"}""");

        var (code, output, errors) = await RealClient.RunAsync(curl!, ["-sS", "-u", "test:test", new Uri(_host.Url, "rest/v1/session").ToString()], []);

        Figures.Tell($"halfAnswer, doris | curl /rest/v1/session | {output} {errors.Trim()}");
        Assert.NotEqual(0, code);
        Assert.StartsWith("""{"msg":"success",""", output, StringComparison.Ordinal);
        Assert.False(output.EndsWith('}'));
    }

    private Task<(int ExitCode, string Output, string Errors)> AwsAsync(params string[] arguments)
    {
        var aws = File.Exists("/usr/bin/aws") ? "/usr/bin/aws" : RealClient.Find("aws");
        Assert.SkipWhen(aws is null, "aws-cli: it is not installed");
        var options = arguments.SelectMany(argument => argument.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        return RealClient.RunAsync(aws!, ["ssm", .. options, "--endpoint-url", _host.Url.ToString().TrimEnd('/'), "--region", "us-east-1", "--output", "json"], new()
        {
            ["AWS_ACCESS_KEY_ID"] = "test",
            ["AWS_SECRET_ACCESS_KEY"] = "test",
            ["AWS_EC2_METADATA_DISABLED"] = "true",
            ["AWS_MAX_ATTEMPTS"] = "2",
            ["AWS_PAGER"] = "",
        });
    }
}
