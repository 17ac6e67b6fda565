using Amazon;
using Amazon.DynamoDBv2;
using Amazon.Runtime;

namespace SsmSessions.Storage.DynamoDb;

/// <summary>Makes the SDK's client.</summary>
internal static class ClientFactory
{
    private const string EmulatorRegion = "us-east-1";
    private const string EmulatorKey = "local";

    /// <summary>A client for the table's address, with the process's environment.</summary>
    /// <exception cref="AmazonClientException">There is no region.</exception>
    public static IAmazonDynamoDB Create(DynamoDbTableOptions options)
    {
        var config = ConfigOf(options, Environment.GetEnvironmentVariable);
        return options.ServiceUrl is null
            ? new AmazonDynamoDBClient(config)
            : new AmazonDynamoDBClient(EmulatorCredentials(Environment.GetEnvironmentVariable), config);
    }

    /// <summary>The client's settings. Retries are the business of <see cref="Attempts"/>: also those of a connection that was reset, which the SDK
    /// else takes for one that had been closed before, and sends again what may have been carried out.</summary>
    public static AmazonDynamoDBConfig ConfigOf(DynamoDbTableOptions options, Func<string, string?> environment)
    {
        var config = new AmazonDynamoDBConfig { MaxErrorRetry = 0, MaxStaleConnectionRetries = 0, Timeout = options.RequestTimeout };
        if (options.ServiceUrl is { } url)
        {
            config.ServiceURL = url.AbsoluteUri;
            config.AuthenticationRegion = FirstOf(options.Region, environment("AWS_REGION"), environment("AWS_DEFAULT_REGION"), EmulatorRegion);
        }
        else if (options.Region is { } region)
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(region);
        }

        return config;
    }

    /// <summary>An emulator takes any key, so none is looked for beyond the environment: least of all at an instance's metadata.</summary>
    public static AWSCredentials EmulatorCredentials(Func<string, string?> environment)
    {
        if (environment("AWS_ACCESS_KEY_ID") is not { Length: > 0 } id || environment("AWS_SECRET_ACCESS_KEY") is not { Length: > 0 } secret)
            return new BasicAWSCredentials(EmulatorKey, EmulatorKey);
        return environment("AWS_SESSION_TOKEN") is { Length: > 0 } token
            ? new SessionAWSCredentials(id, secret, token)
            : new BasicAWSCredentials(id, secret);
    }

    private static string FirstOf(params string?[] values) => Array.Find(values, value => !string.IsNullOrEmpty(value))!;
}
