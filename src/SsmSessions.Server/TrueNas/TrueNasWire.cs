using System.Text.Json;
using System.Text.Json.Nodes;

namespace SsmSessions.Server.TrueNas;

/// <summary>A form in which calls come in and answers go out.</summary>
internal abstract class TrueNasWire
{
    private static readonly JsonDocumentOptions ReadOptions = new() { MaxDepth = 32, AllowDuplicateProperties = false };

    /// <summary>Handles a message. Returns once the next one may be read: calls are then still under way.</summary>
    /// <exception cref="TrueNasProtocolException">The connection has to be closed.</exception>
    public abstract Task HandleAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken);

    /// <summary>Reads a message.</summary>
    /// <exception cref="JsonException">It is no JSON, or too deep.</exception>
    protected static JsonNode? Parse(ReadOnlyMemory<byte> message) => JsonNode.Parse(message.Span, documentOptions: ReadOptions);
}

/// <summary>A client that does not speak the protocol; the message says what it did.</summary>
internal sealed class TrueNasProtocolException(string message) : Exception(message);
