namespace SsmSessions.Node.Processes;

/// <summary>Finds characters that a cut would tear apart.</summary>
internal static class Utf8Tail
{
    /// <summary>The most bytes that may belong to an unfinished character.</summary>
    public const int MaxBytes = 3;

    /// <summary>How many of the last bytes begin a character that is not complete yet; 0 where the text ends well or is no UTF-8.</summary>
    public static int UnfinishedBytes(ReadOnlySpan<byte> text)
    {
        for (var back = 1; back <= MaxBytes && back <= text.Length; back++)
        {
            var b = text[^back];
            if (b < 0x80)
                return 0;
            if (b >= 0xC0)
                return Length(b) > back ? back : 0;
        }

        return 0;
    }

    private static int Length(byte first) => first switch
    {
        < 0xC2 => 1,
        < 0xE0 => 2,
        < 0xF0 => 3,
        < 0xF5 => 4,
        _ => 1,
    };
}
