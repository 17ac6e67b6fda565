using SsmSessions.Channel;

namespace SsmSessions.Testing.DataChannels;

/// <summary>How a <see cref="DataChannelClient"/> behaves; by default as the plugin does.</summary>
public sealed record DataChannelClientOptions
{
    /// <summary>Gets output instead of it being kept.</summary>
    public delegate void OutputHandler(PayloadType type, ReadOnlySpan<byte> payload);

    /// <summary>Whose rules of acknowledgement it keeps: the plugin's own, or the agent's, which acknowledges a repeated message again.</summary>
    public ChannelRole Rules { get; init; } = ChannelRole.Client;

    /// <summary>What it says in the first message and in the handshake; null leaves it out of the first message, as old clients do.</summary>
    public string? ClientVersion { get; init; } = "1.2.677.0";

    /// <summary>The same for each connection of a client.</summary>
    public Guid ClientId { get; init; } = Guid.NewGuid();

    /// <summary>The most bytes of input in one message: the plugin's 1,024; 32 KiB for one that is in a hurry.</summary>
    public int PayloadBytes { get; init; } = 1024;

    /// <summary>What it reports as its terminal when a shell begins; null reports nothing.</summary>
    public (uint Columns, uint Rows)? Terminal { get; init; }

    /// <summary>It answers a handshake request. A client that does not keeps the agent waiting.</summary>
    public bool AnswersHandshake { get; init; } = true;

    /// <summary>A basic port session has its local connection from the start; otherwise it discards output until <see cref="DataChannelClient.ConnectLocal"/>.</summary>
    public bool IsConnectedLocally { get; init; }

    /// <summary>Output goes here and is not kept. It is called on the thread that reads the socket.</summary>
    public OutputHandler? OnOutput { get; init; }

    /// <summary>How long any wait may take.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>More headers of the upgrade request, such as a signature.</summary>
    public IReadOnlyDictionary<string, string> UpgradeHeaders { get; init; } = new Dictionary<string, string>();

    /// <summary>What dials: proxy, trusted certificates. Shared by many clients it saves memory.</summary>
    public HttpMessageInvoker? Invoker { get; init; }
}
