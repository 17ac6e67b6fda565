using System.Security.Cryptography;

namespace SsmSessions.Fuzzing.Runs;

/// <summary>Collects what may not be, and keeps the inputs that led to it as files, so that they can be put into the corpus.</summary>
internal sealed class Failures(string door, string? folder)
{
    private readonly Lock _lock = new();
    private readonly List<string> _all = [];
    private readonly HashSet<string> _kinds = new(StringComparer.Ordinal);

    public int Count
    {
        get
        {
            lock (_lock)
                return _all.Count;
        }
    }

    public IReadOnlyList<string> All
    {
        get
        {
            lock (_lock)
                return [.. _all];
        }
    }

    /// <summary>Adds one; of failures that are alike the first.</summary>
    /// <param name="text">What happened.</param>
    /// <param name="suspects">The inputs that it may be due to.</param>
    public void Add(string text, params IEnumerable<byte[]> suspects)
    {
        lock (_lock)
        {
            if (_kinds.Add(KindOf(text)))
                _all.Add(string.Join("\n  ", suspects.Select(input => Write(text, input)).Prepend(text)));
        }
    }

    /// <summary>Its first lines without what differs each time.</summary>
    private static string KindOf(string text) => string.Concat(
        text.Split('\n').Take(3).Select(line => string.Concat((line.Contains(" id \"", StringComparison.Ordinal) ? "" : line).Where(char.IsLetter))));

    private string Write(string text, byte[] input)
    {
        var name = Convert.ToHexStringLower(SHA256.HashData(input))[..16];
        if (folder is null)
            return $"input {name}: {Convert.ToBase64String(input)}";
        var home = Path.Combine(folder, door);
        Directory.CreateDirectory(home);
        var file = Path.Combine(home, name);
        File.WriteAllBytes(file, input);
        File.WriteAllText(file + ".txt", text);
        return file;
    }
}
