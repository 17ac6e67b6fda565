using System.Text.Json;
using System.Text.Json.Nodes;

namespace SsmSessions.Server.TrueNas;

/// <summary>A form in which calls come in and answers go out.</summary>
internal abstract class TrueNasWire
{
    private static ReadOnlySpan<byte> Escape => "\\u"u8;

    private static readonly JsonDocumentOptions ReadOptions = new() { MaxDepth = 32, AllowDuplicateProperties = false };

    /// <summary>Handles a message. Returns once the next one may be read: calls are then still under way.</summary>
    /// <exception cref="TrueNasProtocolException">The connection has to be closed.</exception>
    public abstract Task HandleAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken);

    /// <summary>Answers a call that was let in, while the next messages are read.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="answerAsync">Makes the call; null where nobody waits for an answer.</param>
    /// <param name="cancellationToken">The end of the connection.</param>
    protected static async Task AnswerAsync(TrueNasConnection connection, Func<Task<JsonObject?>> answerAsync, CancellationToken cancellationToken)
    {
        try
        {
            // The next message may be read before this one is answered.
            await Task.Yield();
            if (await answerAsync() is { } answer)
                await connection.SendAsync(answer, cancellationToken);
        }
        catch (Exception gone) when (TrueNasEndpoint.IsGone(gone))
        {
            // Nobody is there for the answer.
        }
        finally
        {
            connection.Leave();
        }
    }

    /// <summary>Reads a message.</summary>
    /// <exception cref="JsonException">It is no JSON, or too deep.</exception>
    /// <exception cref="InvalidOperationException">A text of it has half a character, which would be seen only when the text is taken.</exception>
    protected static JsonNode? Parse(ReadOnlyMemory<byte> message)
    {
        var node = JsonNode.Parse(message.Span, documentOptions: ReadOptions);
        if (message.Span.IndexOf(Escape) >= 0)
            _ = node?.ToJsonString();
        return node;
    }
}

/// <summary>A client that does not speak the protocol; the message says what it did.</summary>
internal sealed class TrueNasProtocolException(string message) : Exception(message);
