using System.Buffers;

namespace SsmSessions.Channel;

/// <summary>
/// Memory for frames and what is made of them. A window of one channel is 128 frames of 32 KiB; the shared pool keeps 32 arrays for each core
/// and would drop the rest each time a window empties.
/// </summary>
internal static class FramePool
{
    private const int LeastBytes = 8 * 1024;
    private const int MostBytes = 32 * 1024;
    private const int MostArrays = 256;

    private static readonly ArrayPool<byte> Large = ArrayPool<byte>.Create(MostBytes, MostArrays);

    public static byte[] Rent(int bytes) => PoolFor(bytes).Rent(bytes);

    public static void Return(byte[] array) => PoolFor(array.Length).Return(array);

    // Both pools round up to the same powers of two, so an array goes back to where it came from.
    private static ArrayPool<byte> PoolFor(int bytes) => bytes is > LeastBytes and <= MostBytes ? Large : ArrayPool<byte>.Shared;
}
