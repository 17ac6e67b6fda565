using System.Buffers.Binary;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using SsmSessions.Channel;

namespace SsmSessions.Tests.Channel;

public sealed class AgentMessageTests
{
    [Fact]
    public void Every_recorded_message_is_read_by_both_ends()
    {
        foreach (var vector in Vectors.Messages)
        {
            AssertReads(vector, ChannelRole.Client);
            AssertReads(vector, ChannelRole.Agent);
            Assert.True(AgentMessage.TryReadHeader(vector.Frame, out var header), vector.Name);
            AssertIs(vector, header);
        }
    }

    [Fact]
    public void Every_recorded_message_is_written_to_the_byte()
    {
        foreach (var vector in Vectors.Messages)
        {
            var frame = new byte[vector.Frame.Length];
            var type = MessageTypeNames.TypeOf(Encoding.ASCII.GetBytes(vector.MessageType));
            var written = AgentMessage.Write(
                frame, type, vector.CreatedDate, vector.SequenceNumber, vector.Flags, vector.MessageId, vector.PayloadType, vector.Payload);

            Assert.Equal(vector.Frame.Length, written);
            Assert.Equal(Convert.ToHexStringLower(vector.Frame), Convert.ToHexStringLower(frame));
        }
    }

    [Fact]
    public void What_a_client_accepts_beyond_that_is_read_as_it_reads_it()
    {
        foreach (var vector in Vectors.AcceptedByClient)
            AssertReads(vector, ChannelRole.Client);
    }

    [Fact]
    public void An_agents_reader_and_a_gateways_want_true_lengths()
    {
        foreach (var vector in Vectors.AcceptedByClient)
        {
            var isTrue = vector.Name != "payload_length_field_zero_with_payload";
            Assert.Equal(isTrue, AgentMessage.TryRead(vector.Frame, ChannelRole.Agent, out _));
            Assert.Equal(isTrue, AgentMessage.TryReadHeader(vector.Frame, out _));
        }
    }

    [Fact]
    public void Every_recorded_rejection_is_one_for_whom_it_says()
    {
        var rejected = Vectors.Get("rejected").EnumerateArray().ToArray();
        Assert.NotEmpty(rejected);
        foreach (var vector in rejected)
        {
            var name = vector.GetProperty("name").GetString()!;
            var frame = Convert.FromHexString(vector.GetProperty("hex").GetString()!);
            var isDigest = vector.GetProperty("effect").GetString()!.Contains("agent: not checked", StringComparison.Ordinal);

            Assert.False(AgentMessage.TryRead(frame, ChannelRole.Client, out _), name);
            Assert.Equal(isDigest, AgentMessage.TryRead(frame, ChannelRole.Agent, out _));
            Assert.Equal(isDigest, AgentMessage.TryReadHeader(frame, out _));
        }
    }

    [Fact]
    public void Every_recorded_message_cut_at_any_length_is_malformed()
    {
        foreach (var vector in Vectors.Messages)
        {
            for (var length = 0; length < vector.Frame.Length; length++)
            {
                var cut = vector.Frame.AsSpan(0, length);
                var ofNoConcern = vector.MessageType is "start_publication" or "pause_publication" && length >= AgentMessage.HeaderBytes;
                Assert.Equal(ofNoConcern, AgentMessage.TryRead(cut, ChannelRole.Client, out _));
                Assert.False(AgentMessage.TryRead(cut, ChannelRole.Agent, out _));
                Assert.False(AgentMessage.TryReadHeader(cut, out _));
            }
        }
    }

    [Theory]
    [InlineData(115u, false)]
    [InlineData(116u, true)]
    [InlineData(117u, true)]
    [InlineData(4096u, true)]
    [InlineData(4097u, false)]
    [InlineData(0xffff_ffffu, false)]
    public void A_header_is_between_116_and_4096_bytes_long(uint headerLength, bool isRead)
    {
        var frame = new byte[5_000];
        AgentMessage.Write(frame, MessageType.InputStreamData, 1, 0, 0, Guid.NewGuid(), PayloadType.Output, new byte[frame.Length - AgentMessage.HeaderBytes]);
        BinaryPrimitives.WriteUInt32BigEndian(frame, headerLength);
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(116), (uint)frame.Length - headerLength - 4);

        Assert.Equal(isRead, AgentMessage.TryRead(frame, ChannelRole.Agent, out _));
    }

    [Theory]
    [InlineData("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0acknowledge", MessageType.Acknowledge)]
    [InlineData("acknowledge\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", MessageType.Acknowledge)]
    [InlineData("\0\0 \t acknowledge \r\n           \0\0", MessageType.Acknowledge)]
    [InlineData("Acknowledge                     ", MessageType.Unknown)]
    [InlineData("acknowledge_and_so_much_more____", MessageType.Unknown)]
    public void A_type_is_padded_with_NUL_or_space_at_either_end(string name, MessageType expected)
    {
        var frame = Vectors.Frame("ack_of_output_hi");
        Assert.Equal(32, name.Length);
        Encoding.ASCII.GetBytes(name).CopyTo(frame.AsSpan(4));

        Assert.True(AgentMessage.TryRead(frame, ChannelRole.Agent, out var message));
        Assert.Equal(expected, message.Type);
    }

    [Fact]
    public void Ids_are_written_with_their_halves_swapped()
    {
        foreach (var vector in Vectors.Get("uuidOrder").EnumerateArray())
        {
            var frame = new byte[AgentMessage.HeaderBytes];
            AgentMessage.Write(frame, MessageType.Acknowledge, 1, 0, 0, vector.GetProperty("text").GetGuid(), PayloadType.None, []);
            Assert.Equal(vector.GetProperty("wire").GetString(), Convert.ToHexStringLower(frame.AsSpan(64, 16)));
        }
    }

    [Fact]
    public void Digests_are_the_recorded_ones()
    {
        foreach (var vector in Vectors.Get("digests").EnumerateArray())
        {
            var payload = Encoding.ASCII.GetBytes(vector.GetProperty("payloadText").GetString()!);
            var frame = new byte[AgentMessage.HeaderBytes + payload.Length];
            AgentMessage.Write(frame, MessageType.Acknowledge, 1, 0, 0, Guid.Empty, PayloadType.None, payload);
            Assert.Equal(vector.GetProperty("sha256").GetString(), Convert.ToHexStringLower(frame.AsSpan(80, 32)));
        }
    }

    [Fact]
    public void Whatever_is_written_is_read() => Prop.ForAll(
        ArbMap.Default.ArbFor<(long Created, long Number, ulong Flags)>(),
        ArbMap.Default.ArbFor<(Guid Id, byte Type, uint PayloadType)>(),
        ArbMap.Default.ArbFor<byte[]>(),
        (numbers, rest, payload) =>
        {
            var type = (MessageType)((rest.Type % 15) + 1);
            var created = numbers.Created == 0 ? 1 : numbers.Created;
            var frame = new byte[AgentMessage.HeaderBytes + payload.Length];
            AgentMessage.Write(frame, type, created, numbers.Number, numbers.Flags, rest.Id, (PayloadType)rest.PayloadType, payload);
            foreach (var role in new[] { ChannelRole.Client, ChannelRole.Agent })
            {
                Assert.True(AgentMessage.TryRead(frame, role, out var message));
                Assert.Equal((type, created, numbers.Number, numbers.Flags), (message.Type, message.CreatedDate, message.SequenceNumber, message.Flags));
                Assert.Equal((rest.Id, rest.PayloadType), (message.MessageId, (uint)message.PayloadType));
                Assert.Equal(payload, message.Payload);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));

    [Fact]
    public void Any_bytes_are_a_message_or_not_and_never_run_past_the_frame() => Prop.ForAll(
        ArbMap.Default.ArbFor<byte[]>(),
        ArbMap.Default.ArbFor<(ushort At, byte Value)[]>(),
        (tail, changes) =>
        {
            byte[] frame = [.. Vectors.Frame("output_hi"), .. tail];
            foreach (var (at, value) in changes)
                frame[at % frame.Length] = value;
            foreach (var bytes in new[] { tail, frame })
            {
                foreach (var role in new[] { ChannelRole.Client, ChannelRole.Agent })
                    Look(AgentMessage.TryRead(bytes, role, out var message), message, bytes);
                Look(AgentMessage.TryReadHeader(bytes, out var header), header, bytes);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));

    [Fact]
    public void Reading_and_writing_allocate_nothing()
    {
        var frame = Vectors.Frame("output_hi");
        var id = Guid.NewGuid();
        Run();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Run();

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void Run()
        {
            for (var i = 0; i < 1_000; i++)
            {
                AgentMessage.WriteHeader(frame, MessageType.OutputStreamData, 1, i, 0, id, PayloadType.Output, 2);
                if (!AgentMessage.TryRead(frame, ChannelRole.Client, out var message) || message.MessageId != id || message.SequenceNumber != i
                    || !AgentMessage.TryReadHeader(frame, out _))
                    throw new InvalidOperationException();
            }
        }
    }

    private static void Look(bool isRead, in AgentMessage message, byte[] bytes)
    {
        if (!isRead)
            return;
        Assert.True(message.Payload.Length <= bytes.Length - AgentMessage.HeaderBytes);
        _ = (message.MessageId, message.PayloadType, message.SchemaVersion, message.PayloadDigest.Length);
    }

    private static void AssertReads(MessageVector vector, ChannelRole reader)
    {
        Assert.True(AgentMessage.TryRead(vector.Frame, reader, out var message), $"{vector.Name} {reader}");
        AssertIs(vector, message);
    }

    private static void AssertIs(MessageVector vector, in AgentMessage message)
    {
        Assert.Equal(vector.MessageType, Encoding.ASCII.GetString(MessageTypeNames.NameOf(message.Type)));
        Assert.Equal(vector.SchemaVersion, message.SchemaVersion);
        Assert.Equal(vector.CreatedDate, message.CreatedDate);
        Assert.Equal(vector.SequenceNumber, message.SequenceNumber);
        Assert.Equal(vector.Flags, message.Flags);
        Assert.Equal(vector.MessageId, message.MessageId);
        Assert.Equal(vector.PayloadDigest, Convert.ToHexStringLower(message.PayloadDigest));
        Assert.Equal(vector.PayloadType, message.PayloadType);
        Assert.Equal(vector.Payload, message.Payload);
    }
}
