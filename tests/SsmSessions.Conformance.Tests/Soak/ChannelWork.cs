using System.Text.Json;
using SsmSessions.Channel;
using SsmSessions.Testing.DataChannels;

namespace SsmSessions.Conformance.Tests.Soak;

/// <summary>A shell in which something is typed and read, whose connection is lost and found again; whatever was typed is there once, in order.</summary>
internal sealed class ChannelWork(Uri url, string target) : SoakWork(url)
{
    /// <summary>The node that echoes.</summary>
    public const string Echo = "i-00000000000000001";

    /// <summary>The node with shells of this machine.</summary>
    public const string Local = "i-00000000000000002";

    private const int Lines = 10;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    // As agents do, it acknowledges what comes again: for a plugin a lost acknowledgement is the end.
    private static readonly DataChannelClientOptions Options = new() { Rules = ChannelRole.Agent, Deadline = Patience };

    public override async Task DoAsync()
    {
        var session = await CallAsync("StartSession", $$"""{"Target":"{{target}}"}""");
        var id = session.GetProperty("SessionId").GetString()!;
        try
        {
            await using var client = await DataChannelClient.ConnectAsync(UrlOf(session), session.GetProperty("TokenValue").GetString(), Options);
            await client.WaitUntilReadyAsync();
            for (var line = 0; line < Lines; line++)
                await SayAsync(client, id, line);
            if (target == Echo && client.OutputText != string.Concat(Enumerable.Range(0, Lines).Select(Line)))
                throw new InvalidOperationException($"the shell said '{client.OutputText}'");
        }
        finally
        {
            await EndAsync(id);
        }
    }

    /// <summary>Types a line and reads it. Where the connection is lost meanwhile, it comes back.</summary>
    private async Task SayAsync(DataChannelClient client, string id, int line)
    {
        var reading = client.ReadUntilAsync(Line(line));
        await client.SendInputAsync(target == Echo ? Line(line) : $"echo '{Line(line)}'\r");
        while (true)
        {
            var lost = client.WaitForSocketEndAsync();
            if (await Task.WhenAny(reading, lost) == reading || !lost.IsCompletedSuccessfully)
            {
                Ignore(lost);
                await reading;
                return;
            }

            Ignore(reading);
            var resumed = await CallAsync("ResumeSession", $$"""{"SessionId":"{{id}}"}""");
            if (!resumed.TryGetProperty("TokenValue", out var token))
                throw new FaultyAnswerException("no token");
            await client.ReopenAsync(UrlOf(resumed), token.GetString());
        }
    }

    private static string Line(int line) => $"line {line}.";

    private static Uri UrlOf(JsonElement session) => new(session.GetProperty("StreamUrl").GetString()!);

    /// <summary>Nobody waits for it any longer; that it fails is of no interest.</summary>
    private static void Ignore(Task task) => _ = task.ContinueWith(static t => t.Exception, TaskContinuationOptions.OnlyOnFaulted);

}
