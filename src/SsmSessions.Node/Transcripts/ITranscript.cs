namespace SsmSessions.Node;

/// <summary>Is shown what the terminal of a session shows. Called from several threads; it must neither wait nor throw.</summary>
public interface ITranscript : IDisposable
{
    /// <summary>Bytes that the terminal shows.</summary>
    void Output(ReadOnlySpan<byte> output);

    /// <summary>The terminal has this size from now on.</summary>
    void Resize(TerminalSize size);
}
