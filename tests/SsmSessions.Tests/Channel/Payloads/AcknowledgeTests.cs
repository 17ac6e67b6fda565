using System.Text;
using FsCheck;
using FsCheck.Fluent;
using SsmSessions.Channel;
using SsmSessions.Channel.Payloads;

namespace SsmSessions.Tests.Channel.Payloads;

public sealed class AcknowledgeTests
{
    [Fact]
    public void The_recorded_payload_is_written_and_read()
    {
        var payload = Vectors.Frame("ack_of_output_hi")[AgentMessage.HeaderBytes..];
        var written = new byte[Acknowledge.MaxBytes];
        var length = Acknowledge.Write(written, MessageType.OutputStreamData, Guid.Parse("00112233-4455-6677-8899-aabbccddeeff"), 2);

        Assert.Equal(Encoding.ASCII.GetString(payload), Encoding.ASCII.GetString(written, 0, length));
        Assert.True(Acknowledge.TryRead(payload, out var number));
        Assert.Equal(2, number);
    }

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    public void The_longest_payload_fits(long number)
    {
        var written = new byte[Acknowledge.MaxBytes];
        var length = Acknowledge.Write(written, MessageType.OutputStreamData, Guid.NewGuid(), number);

        Assert.True(Acknowledge.TryRead(written.AsSpan(0, length), out var read));
        Assert.Equal(number, read);
        Assert.Throws<ArgumentException>(() => Acknowledge.Write(new byte[Acknowledge.MaxBytes - 1], MessageType.OutputStreamData, Guid.NewGuid(), number));
    }

    [Theory]
    [InlineData("""{"AcknowledgedMessageSequenceNumber":7}""", 7L)]
    [InlineData("""{ "acknowledgedmessageSEQUENCENUMBER" : 7 , "x" : {"AcknowledgedMessageSequenceNumber":9,"y":[1,{}]} }""", 7L)]
    [InlineData("""{"\u0041cknowledgedMessageSequenceNumber":7}""", 7L)]
    [InlineData("""{"AcknowledgedMessageSequenceNumber":7,"AcknowledgedMessageSequenceNumber":8}""", 8L)]
    [InlineData("""{"AcknowledgedMessageSequenceNumber":"7"}""", null)]
    [InlineData("""{"AcknowledgedMessageSequenceNumber":7.5}""", null)]
    [InlineData("""{"AcknowledgedMessageSequenceNumber":99999999999999999999}""", null)]
    [InlineData("""{"AcknowledgedMessageSequenceNumber":null}""", null)]
    [InlineData("""{"AcknowledgedMessageSequenceNumber":7} {}""", null)]
    [InlineData("""{"AcknowledgedMessageSequenceNumber":7""", null)]
    [InlineData("""{"AcknowledgedMessageId":"x"}""", null)]
    [InlineData("""[7]""", null)]
    [InlineData("7", null)]
    [InlineData("", null)]
    [InlineData("\0", null)]
    public void The_number_is_found_or_there_is_none(string payload, long? expected)
    {
        long? read = Acknowledge.TryRead(Encoding.UTF8.GetBytes(payload), out var number) ? number : null;

        Assert.Equal(expected, read);
    }

    [Fact]
    public void Any_bytes_are_an_acknowledgement_or_not()
    {
        var pieces = new[] { "{", "}", "[", "]", "\"", ":", ",", "\\u00", "AcknowledgedMessageSequenceNumber", "\"AcknowledgedMessageSequenceNumber\":", "1", "-", "e9", "null", " ", "\xff" };
        Prop.ForAll(
            Gen.Elements(pieces).ArrayOf().Select(string.Concat).ToArbitrary(),
            ArbMap.Default.ArbFor<byte[]>(),
            (text, bytes) =>
            {
                Acknowledge.TryRead(Encoding.Latin1.GetBytes(text), out _);
                Acknowledge.TryRead(bytes, out _);
            }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));
        Assert.False(Acknowledge.TryRead(Encoding.ASCII.GetBytes(new string('[', 100_000)), out _));
        Assert.False(Acknowledge.TryRead(Encoding.ASCII.GetBytes("{\"\\u0041" + new string('x', 100_000) + "\":1}"), out _));
    }

    [Theory]
    [InlineData("{\"\\ud800\":1,\"AcknowledgedMessageSequenceNumber\":2}")]
    [InlineData("{\"AcknowledgedMessageSequenceNumber\":2,\"\\udc00x\":1}")]
    public void A_name_with_half_a_character_is_none(string payload)
    {
        Assert.False(Acknowledge.TryRead(Encoding.ASCII.GetBytes(payload), out var number));
        Assert.Equal(0, number);
    }

    [Fact]
    public void Reading_and_writing_allocate_nothing()
    {
        var payload = new byte[Acknowledge.MaxBytes];
        var id = Guid.NewGuid();
        Run();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Run();

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void Run()
        {
            for (var i = 0; i < 1_000; i++)
            {
                var length = Acknowledge.Write(payload, MessageType.InputStreamData, id, i);
                if (!Acknowledge.TryRead(payload.AsSpan(0, length), out var number) || number != i)
                    throw new InvalidOperationException();
            }
        }
    }
}
