using System.IO.Pipelines;
using System.Text;
using SsmSessions.Server.Hosting.Tls;

namespace SsmSessions.Tests.Hosting.Tls;

/// <summary>What a client speaks is told by its first bytes, which stay where they are.</summary>
public sealed class FirstBytesTests
{
    [Theory]
    [InlineData("\u0016\u0003\u0001", nameof(Opening.Tls))]
    [InlineData("\u0016", nameof(Opening.Tls))]
    [InlineData("CONNECT a:443 HTTP/1.1\r\n", nameof(Opening.Connect))]
    [InlineData("CONNECT ", nameof(Opening.Connect))]
    [InlineData("GET / HTTP/1.1\r\n", nameof(Opening.Http))]
    [InlineData("COPY / HTTP/1.1\r\n", nameof(Opening.Http))]
    [InlineData("CONNECTS", nameof(Opening.Http))]
    [InlineData("connect a:443", nameof(Opening.Http))]
    [InlineData("\0", nameof(Opening.Http))]
    [InlineData("CONN", nameof(Opening.Http))]
    [InlineData("", nameof(Opening.Nothing))]
    public async Task It_is_told_however_the_bytes_come(string text, string opening)
    {
        var bytes = Encoding.Latin1.GetBytes(text);
        for (var cut = 0; cut <= bytes.Length; cut++)
        {
            var pipe = new Pipe();
            await pipe.Writer.WriteAsync(bytes.AsMemory(0, cut));
            var told = FirstBytes.PeekAsync(pipe.Reader, CancellationToken.None);
            await pipe.Writer.WriteAsync(bytes.AsMemory(cut));
            await pipe.Writer.CompleteAsync();

            Assert.Equal(opening, (await told).ToString());
            Assert.Equal(bytes, await ReadAllAsync(pipe.Reader));
        }
    }

    [Fact]
    public async Task Enough_bytes_are_waited_for_and_no_more()
    {
        var pipe = new Pipe(new PipeOptions(readerScheduler: PipeScheduler.Inline, useSynchronizationContext: false));
        var told = FirstBytes.PeekAsync(pipe.Reader, CancellationToken.None);
        foreach (var part in new[] { "C", "ON", "NECT" })
        {
            await pipe.Writer.WriteAsync(Encoding.ASCII.GetBytes(part));
            Assert.False(told.IsCompleted);
        }

        await pipe.Writer.WriteAsync(" "u8.ToArray());

        Assert.Equal(Opening.Connect, await told);
    }

    private static async Task<byte[]> ReadAllAsync(PipeReader reader)
    {
        using var all = new MemoryStream();
        await reader.CopyToAsync(all);
        return all.ToArray();
    }
}
