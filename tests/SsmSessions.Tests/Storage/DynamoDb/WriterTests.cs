using System.Text;
using System.Text.Json;
using SsmSessions.Core.Store;
using SsmSessions.Storage.DynamoDb;
using SsmSessions.Testing;

namespace SsmSessions.Tests.Storage.DynamoDb;

public sealed class WriterTests
{
    private static readonly Item Item = new(new ItemKey("p", "s"), Encoding.UTF8.GetBytes("{}"));
    private static readonly TableWrite Put = TableWrite.Put(Item, Precondition.Absent);
    private static readonly TableWrite Delete = TableWrite.Delete(Item.Key, Precondition.Present);
    private static readonly TableWrite[] Transaction = [Put, TableWrite.Delete(new ItemKey("p", "t"))];

    private readonly ScriptedDynamoDb _dynamoDb = new();

    [Fact]
    public async Task A_put_whose_answer_was_lost_is_known_by_its_mark()
    {
        _dynamoDb.ThenLoseTheAnswer().ThenRefuse("ConditionalCheckFailedException").Then(() => ItemWith(MarkOf(_dynamoDb.Requests[0].Body)));

        Assert.True(await NewWriter().WriteAsync(Put, CancellationToken.None));

        Assert.Equal(["PutItem", "PutItem", "GetItem"], Operations);
        Assert.Equal(_dynamoDb.Requests[0].Body.GetRawText(), _dynamoDb.Requests[1].Body.GetRawText());
        Assert.True(_dynamoDb.Requests[2].Body.GetProperty("ConsistentRead").GetBoolean());
    }

    [Fact]
    public async Task A_put_whose_answer_was_lost_is_unknown_when_the_item_is_another_one()
    {
        _dynamoDb.ThenLoseTheAnswer().ThenRefuse("ConditionalCheckFailedException").Then(ItemWith("AAAA"));

        var unknown = await Assert.ThrowsAsync<StoreUnavailableException>(() => NewWriter().WriteAsync(Put, CancellationToken.None));

        Assert.Equal("DynamoDB PutItem: an answer was lost, and the item has changed since", unknown.Message);
    }

    [Fact]
    public async Task A_put_whose_answer_was_lost_is_done_when_the_second_attempt_is()
    {
        _dynamoDb.ThenLoseTheAnswer().Then("{}");

        Assert.True(await NewWriter().WriteAsync(Put, CancellationToken.None));
    }

    [Fact]
    public async Task A_put_that_was_refused_before_any_doubt_is_refused()
    {
        _dynamoDb.ThenRefuse("ThrottlingException").ThenRefuseTheConnection().ThenRefuse("ConditionalCheckFailedException");

        Assert.False(await NewWriter().WriteAsync(Put, CancellationToken.None));

        Assert.Equal(["PutItem", "PutItem", "PutItem"], Operations);
    }

    [Fact]
    public async Task Each_conditional_put_has_a_mark_of_its_own_and_others_have_none()
    {
        _dynamoDb.Then("{}");
        var writer = NewWriter();

        await writer.WriteAsync(Put, CancellationToken.None);
        await writer.WriteAsync(Put, CancellationToken.None);
        await writer.WriteAsync(TableWrite.Put(Item), CancellationToken.None);

        Assert.NotEqual(MarkOf(_dynamoDb.Requests[0].Body), MarkOf(_dynamoDb.Requests[1].Body));
        Assert.Null(MarkOf(_dynamoDb.Requests[2].Body));
    }

    [Fact]
    public async Task A_delete_whose_answer_was_lost_and_that_is_refused_then_is_unknown()
    {
        _dynamoDb.ThenLoseTheAnswer().ThenRefuse("ConditionalCheckFailedException");

        var unknown = await Assert.ThrowsAsync<StoreUnavailableException>(() => NewWriter().WriteAsync(Delete, CancellationToken.None));

        Assert.Equal("DynamoDB DeleteItem: an answer was lost, and the item has changed since", unknown.Message);
    }

    [Fact]
    public async Task A_transaction_keeps_its_token_over_all_attempts()
    {
        _dynamoDb.ThenLoseTheAnswer().ThenRefuse("TransactionInProgressException").Then("{}");

        Assert.True(await NewWriter().WriteAsync(Transaction, CancellationToken.None));

        Assert.Equal(3, _dynamoDb.Requests.Count);
        Assert.Single(_dynamoDb.Requests.Select(request => request.Body.GetProperty("ClientRequestToken").GetString()).Distinct());
        Assert.Single(_dynamoDb.Requests.Select(request => request.Body.GetRawText()).Distinct());
    }

    [Fact]
    public async Task A_transaction_in_conflict_with_another_is_sent_again()
    {
        _dynamoDb.ThenRefuse("TransactionCanceledException", more: Reasons("None", "TransactionConflict"))
            .ThenRefuse("TransactionCanceledException", more: Reasons("ThrottlingError", "None"))
            .Then("{}");

        Assert.True(await NewWriter().WriteAsync(Transaction, CancellationToken.None));

        Assert.Equal(3, _dynamoDb.Requests.Count);
    }

    [Theory]
    [InlineData("ConditionalCheckFailed", "None")]
    [InlineData("TransactionConflict", "ConditionalCheckFailed")]
    public async Task A_transaction_with_a_failed_condition_is_refused(string first, string second)
    {
        _dynamoDb.ThenRefuse("TransactionCanceledException", more: Reasons(first, second));

        Assert.False(await NewWriter().WriteAsync(Transaction, CancellationToken.None));

        Assert.Single(_dynamoDb.Requests);
    }

    [Fact]
    public async Task A_transaction_that_is_canceled_for_another_reason_is_unavailable()
    {
        _dynamoDb.ThenRefuse("TransactionCanceledException", more: Reasons("None", "ItemCollectionSizeLimitExceeded"));

        await Assert.ThrowsAsync<StoreUnavailableException>(() => NewWriter().WriteAsync(Transaction, CancellationToken.None));

        Assert.Single(_dynamoDb.Requests);
    }

    [Fact]
    public async Task A_single_write_in_conflict_with_a_transaction_is_sent_again()
    {
        _dynamoDb.ThenRefuse("TransactionConflictException").Then("{}");

        Assert.True(await NewWriter().WriteAsync(Delete, CancellationToken.None));
    }

    private IEnumerable<string> Operations => _dynamoDb.Requests.Select(request => request.Operation);

    private static string Reasons(params string[] codes) =>
        $$""","CancellationReasons":[{{string.Join(',', codes.Select(code => $$"""{"Code":"{{code}}"}"""))}}]""";

    private static string ItemWith(string? mark) => """{"Item":{"pk":{"S":"p"},"sk":{"S":"s"},"n":{"B":"MARK"}}}""".Replace("MARK", mark);

    private static string? MarkOf(JsonElement put) =>
        put.GetProperty("Item").TryGetProperty("n", out var mark) ? mark.GetProperty("B").GetString() : null;

    private Writer NewWriter() =>
        new(new Connection(_dynamoDb.CreateClient(), ScriptedDynamoDb.Options, new ManualTimeProvider(), new HurriedTime()));
}
