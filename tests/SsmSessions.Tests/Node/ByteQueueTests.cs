using SsmSessions.Node;

namespace SsmSessions.Tests.Node;

public sealed class ByteQueueTests
{
    [Fact]
    public void Bytes_come_out_in_the_order_they_went_in_however_they_are_cut()
    {
        using var queue = new ByteQueue();
        var random = new Random(7);
        var expected = new Queue<byte>();
        byte next = 0;
        for (var round = 0; round < 2_000; round++)
        {
            var added = new byte[random.Next(5_000)];
            for (var i = 0; i < added.Length; i++)
                expected.Enqueue(added[i] = next++);
            queue.Add(added);
            for (var taken = random.Next(5_000); taken > 0 && queue.Count > 0;)
            {
                var part = queue.Peek().Span;
                part = part[..Math.Min(part.Length, taken)];
                foreach (var b in part)
                    Assert.Equal(expected.Dequeue(), b);
                taken -= part.Length;
                queue.Advance(part.Length);
            }

            Assert.Equal(expected.Count, queue.Count);
        }
    }

    [Fact]
    public void An_empty_queue_shows_nothing()
    {
        using var queue = new ByteQueue();
        queue.Add("x"u8);
        queue.Advance(1);

        Assert.True(queue.Peek().IsEmpty);
        Assert.Equal(0, queue.Count);
    }
}
