using System.Text;
using SsmSessions.Core.Documents;
using SsmSessions.Node;
using SsmSessions.Testing;

namespace SsmSessions.Tests.Node.Transcripts;

public sealed class AsciicastTranscriptTests : IDisposable
{
    private const string Header = """{"version":2,"width":120,"height":40,"timestamp":1767355200,"title":"lab-0123456789abcdef0 on i-0123456789abcdef0","env":{"TERM":"xterm-256color","SHELL":"sh"}}""";

    private readonly ManualTimeProvider _clock = new();
    private readonly string _folder = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
    private readonly SessionPlan _plan = NodeClient.Plan(SessionType.StandardStream);

    private string File => Path.Combine(_folder, _plan.SessionId + ".cast");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void It_has_a_header_and_an_event_a_line()
    {
        using (var transcript = new AsciicastTranscript(_folder, _plan, _clock))
        {
            transcript.Resize(new TerminalSize(120, 40));
            _clock.Advance(TimeSpan.FromMilliseconds(1500));
            transcript.Output("a\"b\r\n\u001b[1m"u8);
            _clock.Advance(TimeSpan.FromTicks(12345678));
            transcript.Resize(new TerminalSize(80, 24));
        }

        Assert.Equal([Header, """[1.5,"o","a\"b\r\n\u001B[1m"]""", """[2.734568,"r","80x24"]"""], System.IO.File.ReadAllLines(File));
    }

    [Fact]
    public void Without_a_size_it_is_the_usual_one()
    {
        using (var transcript = new AsciicastTranscript(_folder, _plan, _clock))
            transcript.Output("x"u8);

        Assert.StartsWith("""{"version":2,"width":80,"height":24,""", System.IO.File.ReadAllLines(File)[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Characters_that_are_cut_are_put_together_and_what_is_none_is_replaced()
    {
        var bytes = Encoding.UTF8.GetBytes("€");
        using (var transcript = new AsciicastTranscript(_folder, _plan, _clock))
        {
            transcript.Output(bytes.AsSpan(0, 1));
            transcript.Output(bytes.AsSpan(1, 1));
            transcript.Output(bytes.AsSpan(2));
            transcript.Output([0xFF, (byte)'x']);
        }

        Assert.Equal(["""[0,"o","€"]""", "[0,\"o\",\"\uFFFDx\"]"], System.IO.File.ReadAllLines(File)[1..]);
    }

    [Fact]
    public void Each_event_is_in_the_file_at_once_and_nobody_else_may_read_it()
    {
        using var transcript = new AsciicastTranscript(_folder, _plan, _clock);
        transcript.Output("x"u8);

        Assert.Equal(2, System.IO.File.ReadAllLines(File).Length);
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such modes.");
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(File));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, System.IO.File.GetUnixFileMode(_folder));
        }
    }

    [Fact]
    public void A_file_that_is_there_is_left_alone()
    {
        Directory.CreateDirectory(_folder);
        System.IO.File.WriteAllText(File, "kept");

        Assert.Throws<IOException>(() => new AsciicastTranscript(_folder, _plan, _clock));
        Assert.Equal("kept", System.IO.File.ReadAllText(File));
    }

    [Fact]
    public void A_session_id_names_nothing_outside_of_the_folder()
    {
        using var transcript = new AsciicastTranscript(_folder, _plan with { SessionId = "../x/y" }, _clock);

        Assert.Equal(".._x_y.cast", Path.GetFileName(Assert.Single(Directory.GetFiles(_folder))));
    }

    [Fact]
    public void A_full_disk_ends_the_transcript_only()
    {
        Directory.CreateDirectory(_folder);
        using var disk = new FullDisk();
        using var transcript = new AsciicastTranscript(disk, _plan, _clock);

        transcript.Output("x"u8);
        transcript.Output("y"u8);

        Assert.Equal(1, disk.Writes);
    }

    private sealed class FullDisk : MemoryStream
    {
        public int Writes { get; private set; }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            Writes++;
            throw new IOException("No space left on device");
        }
    }
}
