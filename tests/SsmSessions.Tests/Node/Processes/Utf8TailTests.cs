using System.Text;
using SsmSessions.Node.Processes;

namespace SsmSessions.Tests.Node.Processes;

public sealed class Utf8TailTests
{
    [Theory]
    [InlineData("")]
    [InlineData("plain")]
    [InlineData("é")]
    [InlineData("€")]
    [InlineData("x😀")]
    public void What_is_complete_has_none(string text) => Assert.Equal(0, Utf8Tail.UnfinishedBytes(Encoding.UTF8.GetBytes(text)));

    [Theory]
    [InlineData("é")]
    [InlineData("a€")]
    [InlineData("ab😀")]
    public void A_character_that_is_cut_is_found_at_every_cut(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var begin = bytes.AsSpan().IndexOfAnyInRange((byte)0x80, (byte)0xFF);
        for (var end = begin + 1; end < bytes.Length; end++)
            Assert.Equal(end - begin, Utf8Tail.UnfinishedBytes(bytes.AsSpan(0, end)));
    }

    [Theory]
    [InlineData(new byte[] { 0x80 })]
    [InlineData(new byte[] { 0x80, 0x80, 0x80, 0x80 })]
    [InlineData(new byte[] { 0xFF })]
    [InlineData(new byte[] { 0xC0 })]
    [InlineData(new byte[] { 0xC3, 0x80, 0x80 })]
    public void What_is_no_UTF8_is_not_held_back(byte[] bytes) => Assert.Equal(0, Utf8Tail.UnfinishedBytes(bytes));
}
