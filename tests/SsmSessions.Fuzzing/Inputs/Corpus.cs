using System.Reflection;
using System.Text;

namespace SsmSessions.Fuzzing.Inputs;

/// <summary>The inputs that are kept in the folder <c>Corpus</c>, one folder a door: made by hand, or found.</summary>
internal static class Corpus
{
    private static readonly Assembly Home = typeof(Corpus).Assembly;

    /// <summary>All inputs of a door with their names, in order.</summary>
    public static IReadOnlyList<(string Name, byte[] Input)> Of(string door)
    {
        var folder = $"Corpus/{door}/";
        return [.. Home.GetManifestResourceNames()
            .Where(name => name.StartsWith(folder, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(name => (name[folder.Length..], Read(name)))];
    }

    /// <summary>Words as bytes.</summary>
    public static IReadOnlyList<byte[]> Words(params IEnumerable<string> words) => [.. words.Select(Encoding.UTF8.GetBytes)];

    private static byte[] Read(string name)
    {
        using var stream = Home.GetManifestResourceStream(name)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
