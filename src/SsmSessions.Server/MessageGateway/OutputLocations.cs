using SsmSessions.Core.Documents;
using SsmSessions.Core.Sessions;

namespace SsmSessions.Server.MessageGateway;

/// <summary>Where the log of a session would lie by its document's preferences (spec/ssm-control-plane.md §4.1.3).</summary>
internal static class OutputLocations
{
    /// <summary>Port sessions are never logged (§11.1).</summary>
    public static OutputUrls Of(string region, string sessionId, SessionContent? content) => content is null || content.Document.Type == SessionType.Port
        ? default
        : new OutputUrls(S3(region, sessionId, content.Inputs), CloudWatch(region, sessionId, content.Inputs));

    private static string? S3(string region, string sessionId, SessionInputs inputs)
    {
        if (inputs.S3BucketName.Length == 0)
            return null;
        var prefix = inputs.S3KeyPrefix.Length == 0 ? "" : inputs.S3KeyPrefix.TrimEnd('/') + "/";
        return $"https://{Console(region)}/s3/object/{inputs.S3BucketName}/{prefix}{sessionId}.log";
    }

    /// <summary>The console's page of the stream, which is named by the session. The console escapes what stands in its fragment twice, with $ for %.</summary>
    private static string? CloudWatch(string region, string sessionId, SessionInputs inputs) => inputs.CloudWatchLogGroupName.Length == 0
        ? null
        : $"https://{Console(region)}/cloudwatch/home?region={region}#logsV2:log-groups/log-group/"
            + $"{Escape(inputs.CloudWatchLogGroupName)}/log-events/{Escape(sessionId)}";

    private static string Console(string region) => $"{region}.console.aws.amazon.com";

    private static string Escape(string text) => Uri.EscapeDataString(Uri.EscapeDataString(text)).Replace('%', '$');
}
