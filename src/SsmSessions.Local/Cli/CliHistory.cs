using System.Globalization;

namespace SsmSessions.Local.Cli;

/// <summary>Lines of former days, in the real tool's file and form: a comment with the time, then each line of the command behind a plus.</summary>
internal sealed class CliHistory
{
    private const string FileName = ".midcli.hist";
    private const int MostLines = 1_000;
    private const int LargestFile = 4 * 1024 * 1024;

    private readonly string? _path;
    private readonly TimeProvider _time;

    private CliHistory(string? path, IReadOnlyList<string> lines, TimeProvider time)
    {
        _path = path;
        _time = time;
        Lines = lines;
    }

    /// <summary>The last ones, oldest first.</summary>
    public IReadOnlyList<string> Lines { get; }

    /// <summary>Reads the file in the home folder; where it cannot be used, lines are remembered until the end.</summary>
    public static CliHistory Open(TextWriter output, TimeProvider time)
    {
        var path = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), FileName);
        try
        {
            if (!File.Exists(path))
                Create(path);
            return new CliHistory(path, new FileInfo(path).Length <= LargestFile ? Read(path) : [], time);
        }
        catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException)
        {
            output.Write($"INFO: Unable to open history file: {unusable.Message} (Using in memory history).\n");
            return new CliHistory(path: null, [], time);
        }
    }

    public void Add(string line)
    {
        if (_path is null)
            return;
        try
        {
            File.AppendAllText(_path, string.Create(CultureInfo.InvariantCulture, $"\n# {_time.GetLocalNow():yyyy-MM-dd HH:mm:ss.ffffff}\n+{line}\n"));
        }
        catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException)
        {
            // The line was executed; that it is not remembered is no reason to stop.
        }
    }

    private static List<string> Read(string path) =>
        [.. File.ReadLines(path).Where(line => line.StartsWith('+')).Select(line => line[1..]).TakeLast(MostLines)];

    private static void Create(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        new FileStream(path, options).Dispose();
    }
}
