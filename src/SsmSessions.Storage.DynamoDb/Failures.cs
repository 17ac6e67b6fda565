using System.Net;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;

namespace SsmSessions.Storage.DynamoDb;

/// <summary>What a failed request means for the one who sent it.</summary>
internal enum Failure
{
    /// <summary>A condition did not hold. Nothing changed.</summary>
    Refused,

    /// <summary>Not done: throttled, in conflict with another transaction, or never sent. Sending it again may help.</summary>
    NotDone,

    /// <summary>The answer is missing: it may have been done. Sending it again may help.</summary>
    InDoubt,

    /// <summary>Sending it again would not help: no credentials, no right, no such table, a malformed request.</summary>
    Hopeless,
}

/// <summary>Sorts the failures of the SDK.</summary>
internal static class Failures
{
    private static readonly HashSet<string> Throttles =
    [
        "ProvisionedThroughputExceededException", "RequestLimitExceeded", "ThrottlingException", "Throttling", "ThrottlingError",
        "TransactionConflict", "TransactionConflictException", "LimitExceededException", "TooManyRequestsException",
    ];

    /// <summary>Null for what is not a failure of a request.</summary>
    public static Failure? KindOf(Exception failure) => failure switch
    {
        ConditionalCheckFailedException => Failure.Refused,
        TransactionCanceledException canceled => KindOf(canceled),
        // The same transaction (by its token) is still being worked on.
        TransactionInProgressException => Failure.InDoubt,
        AmazonServiceException service => KindOf(service),
        HttpRequestException http => KindOf(http),
        IOException or TimeoutException or OperationCanceledException or WebException => Failure.InDoubt,
        AmazonClientException => Failure.Hopeless,
        _ => null,
    };

    /// <summary>One line that names the failure.</summary>
    public static string Describe(Exception failure)
    {
        var name = failure is AmazonServiceException { ErrorCode.Length: > 0 } service ? service.ErrorCode + ": " : "";
        var line = failure.Message.AsSpan();
        var end = line.IndexOfAny('\r', '\n');
        return string.Concat(name, end < 0 ? line : line[..end]);
    }

    private static Failure KindOf(TransactionCanceledException canceled)
    {
        var codes = (canceled.CancellationReasons ?? []).Select(reason => reason.Code).Where(code => code is not (null or "None")).ToList();
        if (codes.Contains("ConditionalCheckFailed"))
            return Failure.Refused;
        return codes.Count > 0 && codes.TrueForAll(Throttles.Contains) ? Failure.NotDone : Failure.Hopeless;
    }

    private static Failure KindOf(AmazonServiceException service)
    {
        if (Throttles.Contains(service.ErrorCode ?? ""))
            return Failure.NotDone;
        if (service.StatusCode >= HttpStatusCode.InternalServerError)
            return Failure.InDoubt;
        // No status: the SDK found no answer, and wraps the reason.
        if (service.StatusCode < HttpStatusCode.Continue)
            return service.InnerException is { } inner && KindOf(inner) is { } kind ? kind : Failure.InDoubt;
        return Failure.Hopeless;
    }

    private static Failure KindOf(HttpRequestException http) => http.HttpRequestError
        is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError
        ? Failure.NotDone
        : Failure.InDoubt;
}
