using System.Globalization;
using SsmSessions.Storage.DynamoDb;

namespace SsmSessions.Tests.Storage.DynamoDb;

public sealed class ClientFactoryTests
{
    private static readonly DynamoDbTableOptions Emulator = new() { ServiceUrl = new Uri("http://127.0.0.1:8000") };

    [Theory]
    [InlineData("", "local/local/")]
    [InlineData("AWS_ACCESS_KEY_ID=id", "local/local/")]
    [InlineData("AWS_ACCESS_KEY_ID=id AWS_SECRET_ACCESS_KEY=secret", "id/secret/")]
    [InlineData("AWS_ACCESS_KEY_ID=id AWS_SECRET_ACCESS_KEY=secret AWS_SESSION_TOKEN=token", "id/secret/token")]
    public void An_emulator_gets_the_credentials_of_the_environment_or_made_up_ones(string environment, string expected)
    {
        var credentials = ClientFactory.EmulatorCredentials(Environment(environment)).GetCredentials();

        Assert.Equal(expected, string.Create(CultureInfo.InvariantCulture, $"{credentials.AccessKey}/{credentials.SecretKey}/{credentials.Token}"));
    }

    [Theory]
    [InlineData(null, "", "us-east-1")]
    [InlineData(null, "AWS_DEFAULT_REGION=eu-west-3", "eu-west-3")]
    [InlineData(null, "AWS_DEFAULT_REGION=eu-west-3 AWS_REGION=eu-central-1", "eu-central-1")]
    [InlineData("sa-east-1", "AWS_REGION=eu-central-1", "sa-east-1")]
    public void An_emulator_gets_the_region_of_the_options_or_of_the_environment_or_a_made_up_one(string? region, string environment, string expected)
    {
        var config = ClientFactory.ConfigOf(Emulator with { Region = region }, Environment(environment));

        Assert.Equal("http://127.0.0.1:8000/", config.ServiceURL);
        Assert.Equal(expected, config.AuthenticationRegion);
    }

    [Fact]
    public void AWS_gets_the_region_of_the_options()
    {
        var config = ClientFactory.ConfigOf(new DynamoDbTableOptions { Region = "eu-central-1" }, Environment(""));

        Assert.Null(config.ServiceURL);
        Assert.Equal("eu-central-1", config.RegionEndpoint.SystemName);
    }

    [Fact]
    public void The_SDK_does_not_retry_behind_our_back() => Assert.Equal(0, ClientFactory.ConfigOf(Emulator, Environment("")).MaxErrorRetry);

    private static Func<string, string?> Environment(string assignments)
    {
        var values = assignments.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(a => a.Split('=')).ToDictionary(a => a[0], a => a[1]);
        return name => values.GetValueOrDefault(name);
    }
}
