namespace SsmSessions.Fuzzing.Inputs;

/// <summary>Numbers that look random and follow from a seed alone, on every machine: SplitMix64.</summary>
internal sealed class FuzzRandom(ulong seed)
{
    private const ulong Step = 0x9E3779B97F4A7C15;

    private ulong _state = seed;

    /// <summary>The numbers of one input: they do not depend on the inputs before it.</summary>
    /// <param name="seed">Of the run.</param>
    /// <param name="door">Its door.</param>
    /// <param name="index">Which input.</param>
    public static FuzzRandom Of(ulong seed, string door, long index)
    {
        var mixed = new FuzzRandom(seed).NextUInt64();
        foreach (var character in door)
            mixed = new FuzzRandom(mixed ^ character).NextUInt64();
        return new FuzzRandom(mixed ^ ((ulong)index * Step));
    }

    public ulong NextUInt64()
    {
        _state += Step;
        var mixed = _state;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }

    public byte NextByte() => (byte)NextUInt64();

    /// <summary>From 0 to below <paramref name="end"/>.</summary>
    public int Below(int end) => (int)(((UInt128)NextUInt64() * (uint)end) >> 64);

    /// <summary>From <paramref name="first"/> to <paramref name="last"/>.</summary>
    public int Between(int first, int last) => first + Below(last - first + 1);

    /// <summary>True once in so many times.</summary>
    public bool OneIn(int times) => Below(times) == 0;

    /// <summary>One of several.</summary>
    public T Of<T>(params ReadOnlySpan<T> several) => several[Below(several.Length)];

    /// <summary>One of several.</summary>
    public T From<T>(IReadOnlyList<T> several) => several[Below(several.Count)];

    /// <summary>Mostly small, at times as large as it may be.</summary>
    public int Length(int most) => OneIn(20) ? Below(most + 1) : Below(Math.Min(most, 16) + 1);

    public byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        for (var i = 0; i < length; i++)
            bytes[i] = NextByte();
        return bytes;
    }
}
