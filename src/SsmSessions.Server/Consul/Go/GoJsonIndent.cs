using System.Buffers;

namespace SsmSessions.Server.Consul.Go;

/// <summary>JSON for people to read, as by <c>json.MarshalIndent</c> with four spaces, and a newline at the end (spec/consul-sessions.md §1).</summary>
internal static class GoJsonIndent
{
    /// <summary>Indents JSON that has no white space outside of strings.</summary>
    public static ReadOnlyMemory<byte> Indent(ReadOnlySpan<byte> json)
    {
        var text = new ArrayBufferWriter<byte>(json.Length * 2);
        var depth = 0;
        for (var i = 0; i < json.Length; i++)
        {
            switch (json[i])
            {
                case (byte)'"':
                    var end = EndOfString(json, i);
                    text.Write(json[i..end]);
                    i = end - 1;
                    break;
                case (byte)'{' or (byte)'[' when json[i + 1] is (byte)'}' or (byte)']':
                    text.Write(json.Slice(i++, 2));
                    break;
                case (byte)'{' or (byte)'[':
                    text.Write(json.Slice(i, 1));
                    NewLine(text, ++depth);
                    break;
                case (byte)'}' or (byte)']':
                    NewLine(text, --depth);
                    text.Write(json.Slice(i, 1));
                    break;
                case (byte)',':
                    text.Write(","u8);
                    NewLine(text, depth);
                    break;
                case (byte)':':
                    text.Write(": "u8);
                    break;
                default:
                    text.Write(json.Slice(i, 1));
                    break;
            }
        }

        text.Write("\n"u8);
        return text.WrittenMemory;
    }

    private static int EndOfString(ReadOnlySpan<byte> json, int start)
    {
        var i = start + 1;
        while (json[i] != '"')
            i += json[i] == '\\' ? 2 : 1;
        return i + 1;
    }

    private static void NewLine(ArrayBufferWriter<byte> text, int depth)
    {
        text.Write("\n"u8);
        for (var i = 0; i < depth; i++)
            text.Write("    "u8);
    }
}
