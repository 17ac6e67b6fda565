using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using SsmSessions.Benchmarks.Load;

namespace SsmSessions.Benchmarks.DataChannels;

/// <summary>What a tunnel is between, the same for all that are measured, in a process of its own: a port that sends as fast as it is
/// taken, and a reader that connects to whatever port leads there.</summary>
internal sealed class TunnelEnds : IDisposable
{
    /// <summary>How a worker of this kind is named.</summary>
    public const string Kind = "tunnel-ends";

    private const int BlockBytes = 256 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Worker _worker = new(Kind);

    /// <summary>What it used of the processors so far.</summary>
    public TimeSpan ProcessorTime => _worker.ProcessorTime;

    /// <summary>The worker's side.</summary>
    public static Task<int> ServeAsync()
    {
        var source = new TcpListener(IPAddress.Loopback, 0);
        source.Start();
        Run(() => Accept(source));
        return Worker.ServeAsync<ReadOrder, ReadOutcome>(
            order => Task.FromResult(Read(order) with { SourcePort = ((IPEndPoint)source.LocalEndpoint).Port }));
    }

    /// <summary>The port that sends.</summary>
    public async Task<int> SourcePortAsync(CancellationToken cancellationToken) =>
        (await _worker.CarryOutAsync<ReadOrder, ReadOutcome>(new ReadOrder(Port: 0, Seconds: 0), cancellationToken)).SourcePort;

    /// <summary>Reads from a port that leads to the source; counts MB and, beside this worker's own, what else is used of the processors.</summary>
    /// <param name="port">On loopback.</param>
    /// <param name="time">How long, from the first byte on.</param>
    /// <param name="othersProcessorTime">What the other processes of the tunnel used so far.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<RoundOutcome> ReadAsync(int port, TimeSpan time, Func<TimeSpan> othersProcessorTime, CancellationToken cancellationToken)
    {
        const double Megabyte = 1e6;
        var before = ProcessorTime + othersProcessorTime();
        var outcome = await _worker.CarryOutAsync<ReadOrder, ReadOutcome>(new ReadOrder(port, time.TotalSeconds), cancellationToken);
        var used = ProcessorTime + othersProcessorTime() - before;
        return new RoundOutcome(outcome.Bytes / Megabyte, outcome.Seconds, used.TotalSeconds);
    }

    public void Dispose() => _worker.Dispose();

    private static void Run(Action work) => new Thread(() => work()) { IsBackground = true }.Start();

    private static void Accept(TcpListener source)
    {
        // Nothing that could be compressed.
        var block = new byte[BlockBytes];
        new Random(4580).NextBytes(block);
        while (true)
        {
            var reader = source.AcceptSocket();
            Run(() => Send(reader, block));
        }
    }

    private static void Send(Socket reader, byte[] block)
    {
        using (reader)
        {
            try
            {
                while (true)
                    reader.Send(block);
            }
            catch (SocketException)
            {
                // It has read enough.
            }
        }
    }

    private static ReadOutcome Read(ReadOrder order)
    {
        if (order.Port == 0)
            return new ReadOutcome(SourcePort: 0, Bytes: 0, Seconds: 0);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = (int)Patience.TotalMilliseconds };
        socket.Connect(IPAddress.Loopback, order.Port);
        var block = new byte[BlockBytes];
        var bytes = (long)Receive(socket, block);
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started).TotalSeconds < order.Seconds)
            bytes += Receive(socket, block);
        return new ReadOutcome(SourcePort: 0, bytes, Stopwatch.GetElapsedTime(started).TotalSeconds);
    }

    private static int Receive(Socket socket, byte[] block) =>
        socket.Receive(block) is > 0 and var received ? received : throw new InvalidDataException("the tunnel ended");

    private sealed record ReadOrder(int Port, double Seconds);

    private sealed record ReadOutcome(int SourcePort, long Bytes, double Seconds);
}
