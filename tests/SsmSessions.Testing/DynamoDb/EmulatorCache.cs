namespace SsmSessions.Testing.DynamoDb;

/// <summary>The folder of the emulators that were fetched once.</summary>
internal static class EmulatorCache
{
    /// <summary>The folder of a name, filled on first use. Test processes may do this at the same time: each fills a folder of its own, and
    /// the first one that is full gets the name.</summary>
    public static async Task<string> GetAsync(string name, Func<string, Task> fillAsync)
    {
        var folder = Path.Combine(Root(), name);
        if (Directory.Exists(folder))
            return folder;
        var own = $"{folder}.{Guid.NewGuid():N}";
        try
        {
            Directory.CreateDirectory(own);
            await fillAsync(own);
            Directory.Move(own, folder);
        }
        catch (IOException) when (Directory.Exists(folder))
        {
            // Another process was faster.
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new EmulatorUnavailableException($"It could not be kept in {folder}: {failure.Message}", failure);
        }
        finally
        {
            if (Directory.Exists(own))
                Directory.Delete(own, recursive: true);
        }

        return folder;
    }

    private static string Root()
    {
        if (Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is not { Length: > 0 } cache)
        {
            var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
            cache = home.Length == 0 ? Path.GetTempPath() : Path.Combine(home, ".cache");
        }

        return Path.Combine(cache, "ssm-sessions-tests");
    }
}
