using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace SsmSessions.Node;

/// <summary>Keeps what a terminal shows as an asciicast file (version 2): <c>{session id}.cast</c>, for its owner only. When the file
/// cannot be written any more it ends; the session goes on.</summary>
public sealed class AsciicastTranscript : ITranscript
{
    private static readonly JsonWriterOptions AsWritten = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Lock _lock = new();
    private readonly SessionPlan _plan;
    private readonly TimeProvider _clock;
    private readonly long _begin;
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private readonly ArrayBufferWriter<byte> _line = new();
    private Stream? _file;
    private bool _hasHeader;

    /// <summary>Begins a file in this folder, which is made if it is missing. Where there is such a file already it is left alone.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="plan">The session.</param>
    /// <param name="clock">Counts the seconds; a clock that no test moves under a running host.</param>
    /// <exception cref="IOException">The file cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be made.</exception>
    public AsciicastTranscript(string folder, SessionPlan plan, TimeProvider clock)
        : this(Create(folder, plan.SessionId), plan, clock)
    {
    }

    internal AsciicastTranscript(Stream file, SessionPlan plan, TimeProvider clock)
    {
        _file = file;
        _plan = plan;
        _clock = clock;
        _begin = clock.GetTimestamp();
    }

    /// <inheritdoc/>
    public void Output(ReadOnlySpan<byte> output)
    {
        lock (_lock)
        {
            // A character that is cut between two calls goes with the second.
            var text = new char[_decoder.GetCharCount(output, flush: false)];
            _decoder.GetChars(output, text, flush: false);
            if (text.Length > 0)
                WriteEvent("o", text);
        }
    }

    /// <inheritdoc/>
    public void Resize(TerminalSize size)
    {
        lock (_lock)
        {
            // The client tells its size before it shows anything: that is the size of the header.
            if (_hasHeader)
                WriteEvent("r", FormattableString.Invariant($"{size.Columns}x{size.Rows}"));
            else
                WriteHeader(size);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            if (!_hasHeader)
                WriteHeader(TerminalSize.Default);
            Close();
        }
    }

    private static FileStream Create(string folder, string sessionId)
    {
        // Session ids are safe file names by what they may consist of; nothing that is not gets out of the folder.
        var name = string.Concat(sessionId.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '@' or '+' or '=' or ',' ? c : '_'));
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return PrivateFile.Create(Path.Combine(folder, name + ".cast"), FileOptions.None);
    }

    private void WriteHeader(TerminalSize size)
    {
        _hasHeader = true;
        WriteLine(json =>
        {
            json.WriteStartObject();
            json.WriteNumber("version", 2);
            json.WriteNumber("width", size.Columns);
            json.WriteNumber("height", size.Rows);
            json.WriteNumber("timestamp", _clock.GetUtcNow().ToUnixTimeSeconds());
            json.WriteString("title", $"{_plan.SessionId} on {_plan.Target}");
            json.WriteStartObject("env");
            json.WriteString("TERM", "xterm-256color");
            json.WriteString("SHELL", "sh");
            json.WriteEndObject();
            json.WriteEndObject();
        });
    }

    private void WriteEvent(string kind, ReadOnlySpan<char> data)
    {
        if (!_hasHeader)
            WriteHeader(TerminalSize.Default);
        var seconds = Math.Round((decimal)_clock.GetElapsedTime(_begin).TotalSeconds, 6);
        var text = data.ToString();
        WriteLine(json =>
        {
            json.WriteStartArray();
            json.WriteNumberValue(seconds);
            json.WriteStringValue(kind);
            json.WriteStringValue(text);
            json.WriteEndArray();
        });
    }

    private void WriteLine(Action<Utf8JsonWriter> write)
    {
        if (_file is null)
            return;
        _line.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(_line, AsWritten))
            write(json);
        _line.Write("\n"u8);
        try
        {
            _file.Write(_line.WrittenSpan);
            _file.Flush();
        }
        catch (IOException)
        {
            Close();
        }
    }

    private void Close()
    {
        try
        {
            _file?.Dispose();
        }
        catch (IOException)
        {
            // What could not be written is lost either way.
        }

        _file = null;
    }
}
