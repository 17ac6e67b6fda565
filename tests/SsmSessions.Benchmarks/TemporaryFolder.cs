namespace SsmSessions.Benchmarks;

/// <summary>A folder for the data of one row, deleted at its end.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ssm-sessions-benchmark-");

    /// <summary>The path of a folder in it.</summary>
    public string Of(string name) => Path.Combine(_folder.FullName, name);

    public void Dispose() => _folder.Delete(recursive: true);
}
