using System.Text;
using SsmSessions.Channel;
using SsmSessions.Channel.Payloads;

namespace SsmSessions.Node.Echo;

/// <summary>Says back what is typed, byte for byte. The line <c>exit</c>, or Ctrl-D, ends it.</summary>
/// <param name="session">The session.</param>
/// <param name="greeting">Said first.</param>
internal sealed class EchoShellRunner(NodeSession session, string greeting) : ISessionRunner
{
    private const byte ControlD = 0x04;

    private readonly EchoOutput _output = new(session);
    private ITranscript? _transcript;

    /// <summary>How much of "exit" the line consists of so far; -1 when it is another line.</summary>
    private int _matched;
    private bool _ended;

    public ValueTask OpenAsync() => default;

    public void Start()
    {
        _transcript = session.OpenTranscript();
        if (greeting.Length > 0)
            Say(Encoding.UTF8.GetBytes(greeting));
    }

    public bool TryConsume(PayloadType type, ReadOnlySpan<byte> payload)
    {
        if (type == PayloadType.Size && SizeData.Read(payload) is { } size)
            _transcript?.Resize(new TerminalSize((int)Math.Min(size.Cols, ushort.MaxValue), (int)Math.Min(size.Rows, ushort.MaxValue)));
        if (type != PayloadType.Output || _ended)
            return true;
        if (!Say(payload))
            return false;
        _ended = Ends(payload);
        if (_ended)
            _output.Complete();
        return true;
    }

    public ValueTask DisposeAsync()
    {
        _transcript?.Dispose();
        return default;
    }

    private bool Say(ReadOnlySpan<byte> bytes)
    {
        if (!_output.TrySend(bytes))
            return false;
        _transcript?.Output(bytes);
        return true;
    }

    private bool Ends(ReadOnlySpan<byte> input)
    {
        var exit = "exit"u8;
        foreach (var b in input)
        {
            if (b == ControlD || (b is (byte)'\r' or (byte)'\n' && _matched == exit.Length))
                return true;
            if (b is (byte)'\r' or (byte)'\n')
                _matched = 0;
            else
                _matched = _matched >= 0 && _matched < exit.Length && b == exit[_matched] ? _matched + 1 : -1;
        }

        return false;
    }
}
