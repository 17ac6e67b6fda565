using System.Buffers.Binary;
using System.Text;

namespace SsmSessions.Fuzzing.Inputs;

/// <summary>Makes inputs of others: flips, cuts, splices, repeats, puts in words, limits of numbers, depth, long runs and broken UTF-8.</summary>
/// <param name="words">What means something to who reads the inputs.</param>
/// <param name="others">Whole inputs, pieces of which are put in.</param>
internal sealed class Mutator(IReadOnlyList<byte[]> words, IReadOnlyList<byte[]> others)
{
    /// <summary>What an input does not grow beyond.</summary>
    public const int MaxBytes = 64 * 1024;

    private const int MostSteps = 6;

    private static readonly byte[][] BadUtf8 =
        [[0x80], [0xC0, 0xAF], [0xC3], [0xE2, 0x82], [0xED, 0xA0, 0x80], [0xF0, 0x9F, 0x98], [0xF4, 0x90, 0x80, 0x80], [0xFF], [0xFE, 0xFF], [0xEF, 0xBB, 0xBF], [0xF8, 0x88, 0x80, 0x80, 0x80]];

    private static readonly string[] Numbers =
    [
        "0", "-0", "-1", "1", "127", "128", "255", "256", "32767", "32768", "65535", "65536", "2147483647", "2147483648", "-2147483649", "4294967295", "4294967296",
        "9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809", "18446744073709551615", "18446744073709551616", "1e999", "-1e999", "1e-999", "0.1", "1.", ".5",
        "00", "1e5", "0x10", "NaN", "Infinity", "253402300799", "253402300800", "-62135596801", "99999999999999999999999999999999",
    ];

    private static readonly string[] Openings = ["[", "{\"a\":", "(", "[[", "{", "<", "not ", "- ", "? ", "&a [", "{{", "\"", "'", "%25", "../", "a."];

    /// <summary>Another input, that some steps lead to.</summary>
    public byte[] Mutate(byte[] input, FuzzRandom random)
    {
        var bytes = new List<byte>(input);
        for (var steps = 1 + random.Below(MostSteps); steps > 0; steps--)
            Step(bytes, random);
        if (bytes.Count > MaxBytes)
            bytes.RemoveRange(MaxBytes, bytes.Count - MaxBytes);
        return [.. bytes];
    }

    /// <summary>The limit of a number, as text.</summary>
    public static string Number(FuzzRandom random) => random.From(Numbers);

    private void Step(List<byte> bytes, FuzzRandom random)
    {
        var at = random.Below(bytes.Count + 1);
        var length = random.Length(bytes.Count - at);
        switch (random.Below(17))
        {
            case 0 when at < bytes.Count:
                bytes[at] ^= (byte)(1 << random.Below(8));
                break;
            case 1 when at < bytes.Count:
                bytes[at] = random.Of<byte>(0, 1, 0x7F, 0x80, 0xFF, (byte)'"', (byte)'\\', (byte)'\r', (byte)'\n', (byte)' ', (byte)'%', (byte)'/', (byte)'{', (byte)'[', random.NextByte());
                break;
            case 2:
                bytes.RemoveRange(at, length);
                break;
            case 3:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            case 4:
                Repeat(bytes, [.. bytes.Skip(at).Take(length)], at, random);
                break;
            case 5 or 6 when words.Count > 0:
                bytes.InsertRange(at, random.From(words));
                break;
            case 7 when words.Count > 0:
                Overwrite(bytes, at, random.From(words));
                break;
            case 8 when others.Count > 0:
                Splice(bytes, at, random.From(others), random);
                break;
            case 9:
                bytes.InsertRange(at, Encoding.ASCII.GetBytes(random.From(Numbers)));
                break;
            case 10:
                ReplaceDigits(bytes, at, random);
                break;
            case 11:
                Overwrite(bytes, at, Binary(random));
                break;
            case 12:
                bytes.InsertRange(at, random.From(BadUtf8));
                break;
            case 13:
                Repeat(bytes, [random.OneIn(2) || at >= bytes.Count ? random.NextByte() : bytes[at]], at, random);
                break;
            case 14 when random.OneIn(4):
                Repeat(bytes, Encoding.ASCII.GetBytes(random.From(Openings)), at, random);
                break;
            case 15 when bytes.Count > 1:
                Swap(bytes, random);
                break;
            default:
                bytes.Insert(at, random.NextByte());
                break;
        }
    }

    private static void Repeat(List<byte> bytes, byte[] piece, int at, FuzzRandom random)
    {
        var times = random.Of(2, 3, 8, 33, 65, 129, random.OneIn(4) ? 1_025 : 16, random.OneIn(16) ? 10_000 : 4);
        for (; times > 0 && bytes.Count + piece.Length <= MaxBytes && piece.Length > 0; times--)
            bytes.InsertRange(at, piece);
    }

    private static void Overwrite(List<byte> bytes, int at, byte[] piece)
    {
        bytes.RemoveRange(at, Math.Min(piece.Length, bytes.Count - at));
        bytes.InsertRange(at, piece);
    }

    private static void Splice(List<byte> bytes, int at, byte[] other, FuzzRandom random)
    {
        var from = random.Below(other.Length + 1);
        var piece = other.AsSpan(from, random.OneIn(2) ? other.Length - from : random.Length(other.Length - from));
        if (random.OneIn(2))
            bytes.RemoveRange(at, bytes.Count - at);
        bytes.InsertRange(at, piece.ToArray());
    }

    private static void ReplaceDigits(List<byte> bytes, int at, FuzzRandom random)
    {
        var start = at;
        while (start < bytes.Count && !char.IsAsciiDigit((char)bytes[start]))
            start++;
        var end = start;
        while (end < bytes.Count && char.IsAsciiDigit((char)bytes[end]))
            end++;
        bytes.RemoveRange(start, end - start);
        bytes.InsertRange(start, Encoding.ASCII.GetBytes(random.From(Numbers)));
    }

    private static void Swap(List<byte> bytes, FuzzRandom random)
    {
        var (one, other) = (random.Below(bytes.Count), random.Below(bytes.Count));
        (bytes[one], bytes[other]) = (bytes[other], bytes[one]);
    }

    private static byte[] Binary(FuzzRandom random)
    {
        var number = random.Of<ulong>(0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, long.MaxValue, 1UL << 63, ulong.MaxValue, random.NextUInt64());
        var bytes = new byte[8];
        if (random.OneIn(2))
            BinaryPrimitives.WriteUInt64BigEndian(bytes, number);
        else
            BinaryPrimitives.WriteUInt64LittleEndian(bytes, number);
        var length = random.Of(1, 2, 4, 8);
        return random.OneIn(2) ? bytes[^length..] : bytes[..length];
    }
}
