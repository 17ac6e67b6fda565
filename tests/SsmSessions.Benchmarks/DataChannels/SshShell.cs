using System.Diagnostics;
using SsmSessions.Benchmarks.Peers;

namespace SsmSessions.Benchmarks.DataChannels;

/// <summary>The shell that the node runs, on a terminal at the other end of ssh. The client's own end is a pair of pipes: it passes on what it
/// gets, as it does on a terminal in raw mode.</summary>
internal sealed class SshShell : IDisposable
{
    private readonly PeerProcess _client;
    private readonly Stream _input;
    private readonly Stream _output;
    private readonly byte[] _buffer = new byte[4096];

    private SshShell(PeerProcess client)
    {
        _client = client;
        _input = client.Process.StandardInput.BaseStream;
        _output = client.Process.StandardOutput.BaseStream;
    }

    /// <summary>Opens one, and waits for its prompt.</summary>
    /// <param name="options">Of <see cref="SshServer.ClientOptions"/>.</param>
    /// <exception cref="InvalidOperationException">ssh ended; the message has what it said.</exception>
    public static SshShell Open(IEnumerable<string> options)
    {
        var shell = new SshShell(PeerProcess.Start("ssh", ["-tt", .. options, SshServer.Host, "sh"]));
        shell.Read();
        return shell;
    }

    /// <summary>Types a key; says how long its echo took to come.</summary>
    public double Type(byte key, byte echo)
    {
        var typed = Stopwatch.GetTimestamp();
        _input.Write([key]);
        _input.Flush();
        while (!Read().Contains(echo))
        {
        }

        return Stopwatch.GetElapsedTime(typed).TotalSeconds;
    }

    public void Dispose() => _client.Dispose();

    private ReadOnlySpan<byte> Read()
    {
        var read = _output.Read(_buffer);
        return read > 0 ? _buffer.AsSpan(0, read) : throw new InvalidOperationException("ssh: " + _client.Process.StandardError.ReadToEnd());
    }
}
