using System.Net;
using SsmSessions.Core.Store;
using SsmSessions.Storage.DynamoDb;
using SsmSessions.Testing;

namespace SsmSessions.Tests.Storage.DynamoDb;

public sealed class AttemptsTests
{
    private static readonly ItemKey Key = new("p", "s");

    private readonly ScriptedDynamoDb _dynamoDb = new();
    private DynamoDbTableOptions _options = ScriptedDynamoDb.Options;

    public static TheoryData<string> PassingFailures =>
        ["ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded", "InternalServerError", "503", "lost answer", "refused connection", "no answer"];

    [Theory]
    [MemberData(nameof(PassingFailures))]
    public async Task What_may_pass_is_tried_again(string failure)
    {
        Script(failure);
        Script(failure);
        _dynamoDb.Then("{}");

        Assert.Null(await ReadAsync());

        // The machine may be so busy that the good answer comes too late as well.
        Assert.InRange(_dynamoDb.Requests.Count, 3, failure == "no answer" ? 10 : 3);
    }

    [Theory]
    [MemberData(nameof(PassingFailures))]
    public async Task What_does_not_pass_is_given_up(string failure)
    {
        Script(failure);

        var unavailable = await Assert.ThrowsAsync<StoreUnavailableException>(ReadAsync);

        Assert.StartsWith("DynamoDB GetItem: ", unavailable.Message, StringComparison.Ordinal);
        Assert.InRange(_dynamoDb.Requests.Count, 2, 10);
    }

    [Fact]
    public async Task The_reason_of_a_failure_is_one_line()
    {
        _dynamoDb.ThenRefuse("ThrottlingException", @"Rate exceeded.\nSee below.");

        var unavailable = await Assert.ThrowsAsync<StoreUnavailableException>(ReadAsync);

        Assert.Equal("DynamoDB GetItem: ThrottlingException: Rate exceeded.", unavailable.Message);
    }

    [Fact]
    public async Task The_reason_of_a_missing_answer_is_that_it_is_missing()
    {
        Script("no answer");

        var unavailable = await Assert.ThrowsAsync<StoreUnavailableException>(ReadAsync);

        Assert.Equal("DynamoDB GetItem: no answer in time", unavailable.Message);
    }

    [Theory]
    [InlineData("ValidationException")]
    [InlineData("ResourceNotFoundException")]
    [InlineData("AccessDeniedException")]
    [InlineData("UnrecognizedClientException")]
    public async Task What_cannot_pass_is_given_up_at_once(string code)
    {
        _dynamoDb.ThenRefuse(code, "No.");

        var unavailable = await Assert.ThrowsAsync<StoreUnavailableException>(ReadAsync);

        Assert.Equal($"DynamoDB GetItem: {code}: No.", unavailable.Message);
        Assert.Single(_dynamoDb.Requests);
    }

    [Fact]
    public async Task A_caller_who_gives_up_is_not_kept()
    {
        _dynamoDb.ThenNeverAnswer();
        using var giveUp = new CancellationTokenSource();
        var reading = NewConnection().ReadAsync(Key, consistent: true, giveUp.Token);

        await giveUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        Assert.InRange(_dynamoDb.Requests.Count, 0, 1);
    }

    [Fact]
    public async Task What_a_batch_left_undone_is_sent_again()
    {
        _dynamoDb.Then("""{"UnprocessedItems":{"T":[{"PutRequest":{"Item":{"pk":{"S":"p"},"sk":{"S":"2"}}}}]}}""").Then("{}");

        await new BatchWriter(NewConnection()).PutAsync([NewItem("1"), NewItem("2")], CancellationToken.None);

        Assert.Equal(2, _dynamoDb.Requests.Count);
        var again = Assert.Single(_dynamoDb.Requests[1].Body.GetProperty("RequestItems").GetProperty("T").EnumerateArray());
        Assert.Equal("2", again.GetProperty("PutRequest").GetProperty("Item").GetProperty("sk").GetProperty("S").GetString());
    }

    [Fact]
    public async Task A_batch_that_is_never_done_is_given_up()
    {
        _dynamoDb.Then("""{"UnprocessedItems":{"T":[{"PutRequest":{"Item":{"pk":{"S":"p"},"sk":{"S":"1"}}}}]}}""");

        var unavailable = await Assert.ThrowsAsync<StoreUnavailableException>(
            () => new BatchWriter(NewConnection()).PutAsync([NewItem("1")], CancellationToken.None));

        Assert.Equal("DynamoDB BatchWriteItem: throttled, some items were not written", unavailable.Message);
    }

    private static Item NewItem(string sort) => new(new ItemKey("p", sort), "{}"u8.ToArray());

    private void Script(string failure)
    {
        switch (failure)
        {
            case "InternalServerError":
                _dynamoDb.ThenRefuse("InternalServerError", status: HttpStatusCode.InternalServerError);
                break;
            case "503":
                _dynamoDb.Then("<html>", HttpStatusCode.ServiceUnavailable);
                break;
            case "lost answer":
                _dynamoDb.ThenLoseTheAnswer();
                break;
            case "refused connection":
                _dynamoDb.ThenRefuseTheConnection();
                break;
            case "no answer":
                _options = _options with { RequestTimeout = TimeSpan.FromMilliseconds(100) };
                _dynamoDb.ThenNeverAnswer();
                break;
            default:
                _dynamoDb.ThenRefuse(failure);
                break;
        }
    }

    private async Task<object?> ReadAsync() => await NewConnection().ReadAsync(Key, consistent: true, CancellationToken.None);

    private Connection NewConnection() => new(_dynamoDb.CreateClient(_options), _options, new ManualTimeProvider(), new HurriedTime());
}
