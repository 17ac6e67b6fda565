namespace SsmSessions.Core;

/// <summary>Files that an operator names, and that are small.</summary>
public static class BoundedFile
{
    /// <summary>The bytes of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="maxBytes">The most that it may have.</param>
    /// <param name="refuse">Makes the exception of one clear line, and of what caused it if anything did.</param>
    /// <exception cref="Exception">What <paramref name="refuse"/> makes: the file is larger, or cannot be read.</exception>
    public static byte[] Read(string path, int maxBytes, Func<string, Exception?, Exception> refuse)
    {
        try
        {
            using var file = File.OpenRead(path);
            var bytes = new byte[maxBytes + 1];
            var length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            if (length <= maxBytes)
                return bytes[..length];
        }
        catch (Exception unreadable)
            when (unreadable is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw refuse($"{path}: cannot be read ({unreadable.Message})", unreadable);
        }

        throw refuse($"{path}: larger than {maxBytes} bytes", null);
    }
}
