using System.Text.Json;
using SsmSessions.Core.Store;
using SsmSessions.Storage.DynamoDb;
using SsmSessions.Testing;

namespace SsmSessions.Tests.Storage.DynamoDb;

public sealed class TableOpeningTests
{
    private readonly ScriptedDynamoDb _dynamoDb = new();

    [Fact]
    public async Task A_table_that_is_there_is_taken_as_it_is()
    {
        _dynamoDb.Then(Describe("ACTIVE"));

        await OpenAsync();

        Assert.Equal(["DescribeTable"], Operations);
    }

    [Fact]
    public async Task A_missing_table_is_created_with_time_to_live()
    {
        _dynamoDb.ThenRefuse("ResourceNotFoundException").Then(Created("CREATING")).Then(Describe("CREATING")).Then(Describe("ACTIVE")).Then("{}");

        await OpenAsync();

        Assert.Equal(["DescribeTable", "CreateTable", "DescribeTable", "DescribeTable", "UpdateTimeToLive"], Operations);
        Assert.Equal(
            """{"AttributeName":"ttl","Enabled":true}""", _dynamoDb.Requests[4].Body.GetProperty("TimeToLiveSpecification").GetRawText());
    }

    [Fact]
    public async Task A_table_without_time_to_live_is_created_under_a_clock_that_moves()
    {
        _dynamoDb.ThenRefuse("ResourceNotFoundException").Then(Created("ACTIVE"));

        await OpenAsync(ScriptedDynamoDb.Options with { WriteTimeToLive = false });

        Assert.Equal(["DescribeTable", "CreateTable"], Operations);
    }

    [Theory]
    [InlineData("UnknownOperationException")]
    [InlineData("ValidationException")]
    public async Task Time_to_live_that_is_unknown_or_on_already_does_not_matter(string code)
    {
        _dynamoDb.ThenRefuse("ResourceNotFoundException").Then(Created("ACTIVE")).ThenRefuse(code, "TimeToLive is already enabled");

        await OpenAsync();
    }

    [Fact]
    public async Task A_table_that_another_host_creates_is_waited_for()
    {
        _dynamoDb.ThenRefuse("ResourceNotFoundException").ThenRefuse("ResourceInUseException").ThenRefuse("ResourceNotFoundException")
            .ThenRefuse("ResourceInUseException").Then(Describe("CREATING")).Then(Describe("ACTIVE")).Then("{}");

        await OpenAsync();

        Assert.Equal(
            ["DescribeTable", "CreateTable", "DescribeTable", "CreateTable", "DescribeTable", "DescribeTable", "UpdateTimeToLive"], Operations);
    }

    [Fact]
    public async Task An_endpoint_that_answers_late_is_waited_for()
    {
        _dynamoDb.ThenRefuseTheConnection().ThenRefuse("InternalServerError", status: System.Net.HttpStatusCode.InternalServerError).Then(Describe("ACTIVE"));

        await OpenAsync();

        Assert.Equal(3, _dynamoDb.Requests.Count);
    }

    [Fact]
    public async Task A_table_that_is_missing_and_not_to_be_created_is_refused()
    {
        _dynamoDb.ThenRefuse("ResourceNotFoundException");

        await AssertUnusableAsync(
            "DynamoDB at http://dynamodb.test: table T does not exist, and this process does not create it",
            ScriptedDynamoDb.Options with { CreateTable = false });

        Assert.Equal(["DescribeTable"], Operations);
    }

    [Fact]
    public async Task A_table_that_was_made_for_something_else_is_refused()
    {
        _dynamoDb.Then("""{"Table":{"TableStatus":"ACTIVE","KeySchema":[{"AttributeName":"id","KeyType":"HASH"}]}}""");

        await AssertUnusableAsync("DynamoDB at http://dynamodb.test: table T was not made for this program: its key is not (pk, sk)");
    }

    [Fact]
    public async Task A_table_in_a_state_without_a_way_out_is_refused()
    {
        _dynamoDb.Then(Describe("INACCESSIBLE_ENCRYPTION_CREDENTIALS"));

        await AssertUnusableAsync("DynamoDB at http://dynamodb.test: table T is INACCESSIBLE_ENCRYPTION_CREDENTIALS");
    }

    [Fact]
    public async Task An_endpoint_that_cannot_be_reached_is_given_up_after_ten_seconds()
    {
        _dynamoDb.ThenRefuseTheConnection();

        await AssertUnusableAsync("DynamoDB at http://dynamodb.test: gave up after 10 s: Connection refused");

        Assert.Equal(50, _dynamoDb.Requests.Count);
    }

    [Fact]
    public async Task A_table_that_is_never_ready_is_given_up_after_two_minutes()
    {
        _dynamoDb.Then(Describe("CREATING"));

        await AssertUnusableAsync("DynamoDB at http://dynamodb.test: gave up after 120 s: table T is not ready");
    }

    [Theory]
    [InlineData("AccessDeniedException")]
    [InlineData("UnrecognizedClientException")]
    public async Task Credentials_that_are_no_good_are_refused_at_once(string code)
    {
        _dynamoDb.ThenRefuse(code, "No.");

        await AssertUnusableAsync($"DynamoDB at http://dynamodb.test: {code}: No.");

        Assert.Single(_dynamoDb.Requests);
    }

    [Fact]
    public async Task An_endpoint_that_is_something_else_is_refused_at_once()
    {
        _dynamoDb.Then("<html>Not Found</html>", System.Net.HttpStatusCode.NotFound);

        await AssertUnusableAsync("DynamoDB at http://dynamodb.test: HTTP 404, which is no answer of DynamoDB");
    }

    [Fact]
    public async Task Credentials_that_are_nowhere_are_refused_in_one_line()
    {
        _dynamoDb.ThenFail(new Amazon.Runtime.AmazonClientException("Failed to resolve AWS credentials. Looked:\n\nhere\nthere"));

        await AssertUnusableAsync(
            "DynamoDB at http://dynamodb.test: no AWS credentials were found in the environment, the profiles or the instance");
    }

    [Fact]
    public async Task A_table_of_a_newer_schema_is_refused()
    {
        _dynamoDb.Then(Describe("ACTIVE")).ThenRefuse("ConditionalCheckFailedException")
            .Then("""{"Item":{"pk":{"S":"service"},"sk":{"S":"schema"},"v":{"N":"1"},"b":{"S":"{\"version\":99}"}}}""");

        var unusable = await Assert.ThrowsAsync<StoreUnusableException>(() => NewTable(ScriptedDynamoDb.Options).OpenAsync(CancellationToken.None));

        Assert.Equal("the store has schema version 99, this program reads version 1", unusable.Message);
    }

    [Fact]
    public async Task A_schema_that_cannot_be_written_is_refused()
    {
        _dynamoDb.Then(Describe("ACTIVE")).ThenRefuse("AccessDeniedException", "No.");

        var unusable = await Assert.ThrowsAsync<StoreUnusableException>(() => NewTable(ScriptedDynamoDb.Options).OpenAsync(CancellationToken.None));

        Assert.Equal("DynamoDB at http://dynamodb.test: DynamoDB PutItem: AccessDeniedException: No.", unusable.Message);
    }

    [Fact]
    public async Task A_table_is_opened_before_it_is_used() =>
        await Assert.ThrowsAsync<InvalidOperationException>(
            async () => await NewTable(ScriptedDynamoDb.Options).GetAsync(new ItemKey("p", "s"), consistent: true, CancellationToken.None));

    private IEnumerable<string> Operations => _dynamoDb.Requests.Select(request => request.Operation);

    private static string Created(string status) => Describe(status).Replace("\"Table\"", "\"TableDescription\"", StringComparison.Ordinal);

    private static string Describe(string status)
    {
        var request = TableDefinition.ToRequest("T");
        var table = new
        {
            TableStatus = status,
            KeySchema = request.KeySchema.Select(key => new { key.AttributeName, KeyType = key.KeyType.Value }),
            AttributeDefinitions = request.AttributeDefinitions.Select(a => new { a.AttributeName, AttributeType = a.AttributeType.Value }),
            GlobalSecondaryIndexes = request.GlobalSecondaryIndexes.Select(index => new
            {
                index.IndexName,
                KeySchema = index.KeySchema.Select(key => new { key.AttributeName, KeyType = key.KeyType.Value }),
                Projection = new { ProjectionType = index.Projection.ProjectionType.Value, index.Projection.NonKeyAttributes },
            }),
        };
        return JsonSerializer.Serialize(new { Table = table });
    }

    private Task OpenAsync(DynamoDbTableOptions? options = null)
    {
        options ??= ScriptedDynamoDb.Options;
        return new TableOpening(_dynamoDb.CreateClient(options), options, new HurriedTime()).OpenAsync(CancellationToken.None);
    }

    private async Task AssertUnusableAsync(string line, DynamoDbTableOptions? options = null) =>
        Assert.Equal(line, (await Assert.ThrowsAsync<StoreUnusableException>(() => OpenAsync(options))).Message);

    private DynamoDbTable NewTable(DynamoDbTableOptions options) =>
        new(options, new ManualTimeProvider(), new HurriedTime(), () => _dynamoDb.CreateClient(options));
}
