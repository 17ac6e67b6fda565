using SsmSessions.Channel;

namespace SsmSessions.Node;

/// <summary>What runs in a session once its kind is known. Disposing it ends it at once.</summary>
internal interface ISessionRunner : IAsyncDisposable
{
    /// <summary>Told to the client at the end of the handshake; empty for nothing.</summary>
    string CustomerMessage => "";

    /// <summary>Gets ready. Nothing may be sent yet: the client does not listen.</summary>
    /// <exception cref="Plans.SessionFailedException">It cannot run.</exception>
    ValueTask OpenAsync();

    /// <summary>The client listens: output may be sent.</summary>
    void Start();

    /// <summary>Takes input, as <see cref="IMessageConsumer.TryConsume"/>.</summary>
    bool TryConsume(PayloadType type, ReadOnlySpan<byte> payload);

    /// <summary>As <see cref="IMessageConsumer.WaitForRoomAsync"/>.</summary>
    ValueTask WaitForRoomAsync(CancellationToken cancellationToken) => default;
}
