using System.Text;
using SsmSessions.Fuzzing.Inputs;
using SsmSessions.Fuzzing.Wire;
using SsmSessions.Server;

namespace SsmSessions.Fuzzing.Doors.Sockets;

/// <summary>The first bytes of a port that speaks TLS, is a proxy, and speaks HTTP: heads of CONNECT, handshakes, anything.</summary>
internal sealed class OnePortDoor : ServerDoor
{
    private const string ConnectHead = "CONNECT ssmmessages.us-east-1.amazonaws.com:443 HTTP/1.1\r\nHost: ssmmessages.us-east-1.amazonaws.com:443\r\n\r\n";

    private static readonly string[] Openings =
    [
        ConnectHead, ConnectHead, "CONNECT evil.example:443 HTTP/1.1\r\n\r\n", "CONNECT 127.0.0.1:22 HTTP/1.1\r\n\r\n", "CONNECT ssmmessages.us-east-1.amazonaws.com.evil.example:443 HTTP/1.1\r\n\r\n", "CONNECT /x HTTP/1.1\r\n\r\n", "CONNECT",
        "CONNEC", "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", "GET http://169.254.169.254/latest HTTP/1.1\r\nHost: 169.254.169.254\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "\u0016\u0003\u0001", "\u0016", "", "SSH-2.0-x\r\n", "\0\0\0\0", "connect a:1 HTTP/1.1\r\n\r\n",
    ];

    private readonly IReadOnlyList<byte[]> _hellos = [.. Corpus.Of("one-port").Where(kept => kept.Name.StartsWith("hello", StringComparison.Ordinal)).Select(kept => kept.Input)];
    private readonly Mutator _mutator = new(Corpus.Words(["CONNECT ", ":443", " HTTP/1.1", "\r\n\r\n", "ssmmessages.us-east-1.amazonaws.com", "\u0016\u0003\u0003"]), [.. Corpus.Of("one-port").Select(kept => kept.Input)]);

    public override string Name => "one-port";

    /// <summary>Most of the time is spent waiting whether the server has something to say.</summary>
    public override int Clients => 48;

    public override byte[] Make(FuzzRandom random)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(random.From(Openings));
        if (_hellos.Count > 0 && random.OneIn(4))
            bytes = [.. random.OneIn(2) ? Encoding.UTF8.GetBytes(ConnectHead) : [], .. random.From(_hellos)];
        if (random.OneIn(20))
            bytes = [.. "CONNECT ssmmessages.us-east-1.amazonaws.com:443 HTTP/1.1\r\n"u8, .. Encoding.ASCII.GetBytes("X: " + new string('x', random.Of(8_000, 8_192, 9_000, 60_000)))];
        return random.OneIn(8) ? bytes : _mutator.Mutate(bytes, random);
    }

    public override IDoorClient Connect() => new Client(this);

    protected override void Configure(SsmSessionsOptions options)
    {
        base.Configure(options);
        options.StreamUrl = StreamUrlMode.Aws;
    }

    private sealed class Client(OnePortDoor door) : IDoorClient
    {
        public async ValueTask<string> SendAsync(byte[] input, CancellationToken late)
        {
            var answer = await LoneBytes.SendAsync(door.Address, input, late);
            if (answer.Length == 0)
                return "closed";
            if (answer.AsSpan().StartsWith("HTTP/1.1 5"u8) && !answer.AsSpan().StartsWith("HTTP/1.1 505"u8))
                throw new FuzzFailure($"answered {Encoding.Latin1.GetString(answer)}");
            if (answer.AsSpan().StartsWith("HTTP/1.1 505"u8))
                return "505";
            if (answer[0] is 0x15 or 0x16)
                return "TLS";
            // To a client that takes it for granted that HTTP/2 is spoken: a frame of HTTP/2 that says that it is not.
            if (answer.AsSpan().StartsWith("\0\0\u0008\a"u8))
                return "no HTTP/2";
            return answer.AsSpan().StartsWith("HTTP/1.1 "u8) ? $"{(char)answer[9]}xx" : throw new FuzzFailure($"neither HTTP nor TLS: {Encoding.Latin1.GetString(answer)}");
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
