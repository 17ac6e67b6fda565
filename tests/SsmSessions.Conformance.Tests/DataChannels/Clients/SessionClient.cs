namespace SsmSessions.Conformance.Tests.DataChannels.Clients;

/// <summary>A client that people start sessions with.</summary>
public interface ISessionClient
{
    /// <summary>Starts a session and opens its data channel.</summary>
    Task<ISessionRun> StartAsync(SessionHost host, SessionRequest request);

    /// <summary>How ssh reaches a port of the node through this client.</summary>
    SshRoute SshTo(SessionHost host, int port);
}

/// <summary>A session of a client, as its user sees it. Every wait has a deadline.</summary>
public interface ISessionRun : IAsyncDisposable
{
    /// <summary>The session.</summary>
    string SessionId { get; }

    /// <summary>Waits for a text on the screen behind what was returned before; returns all up to and with it.</summary>
    Task<string> ReadUntilAsync(string text);

    /// <summary>Types.</summary>
    Task TypeAsync(string text);

    /// <summary>Presses Ctrl-C, in a port session.</summary>
    Task InterruptAsync();

    /// <summary>Changes the size of the terminal.</summary>
    Task ResizeAsync(int columns, int rows);

    /// <summary>Opens a connection to the local port, or socket, of a port session.</summary>
    Task<Stream> ConnectAsync();

    /// <summary>Waits until the client tells that the target of a port session refused a connection.</summary>
    Task WaitForDialFailureAsync();

    /// <summary>Sees to it that a lost channel is resumed, where the client does not do so by itself.</summary>
    Task RecoverAsync();

    /// <summary>Waits until the client tells that the session is over, and leaves; returns the reason it tells, empty for an ordinary end.</summary>
    Task<string> WaitForEndAsync();
}
