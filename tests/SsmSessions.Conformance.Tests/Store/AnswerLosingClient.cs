using Amazon.DynamoDBv2;
using Amazon.Runtime;
using SsmSessions.Storage.DynamoDb;

namespace SsmSessions.Conformance.Tests.Store;

/// <summary>A client whose every other request of one operation is carried out and never answered.</summary>
internal static class AnswerLosingClient
{
    public static IAmazonDynamoDB Create(DynamoDbTableOptions options, string operation)
    {
        var config = ClientFactory.ConfigOf(options, Environment.GetEnvironmentVariable);
        config.HttpClientFactory = new Factory(operation);
        return new AmazonDynamoDBClient(ClientFactory.EmulatorCredentials(Environment.GetEnvironmentVariable), config);
    }

    private sealed class Factory(string operation) : HttpClientFactory
    {
        private readonly AnswerLoser _handler = new(operation);

        public override HttpClient CreateHttpClient(IClientConfig clientConfig) => new(_handler, disposeHandler: false);

        public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;
    }

    private sealed class AnswerLoser(string operation) : DelegatingHandler(new SocketsHttpHandler())
    {
        private int _requests;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await base.SendAsync(request, cancellationToken);
            var isOurs = request.Headers.GetValues("X-Amz-Target").Single().EndsWith('.' + operation, StringComparison.Ordinal);
            if (!isOurs || Interlocked.Increment(ref _requests) % 2 == 0)
                return response;
            response.Dispose();
            throw new HttpRequestException(HttpRequestError.ResponseEnded, "The answer was lost.");
        }
    }
}
