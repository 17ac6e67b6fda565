using System.Net.Sockets;
using SsmSessions.Testing;

namespace SsmSessions.Benchmarks.Load;

/// <summary>One connection of the load, which asks what it is to ask in turn.</summary>
internal sealed class LoadConnection : IDisposable
{
    private readonly PreparedConnection _connection;
    private readonly IReadOnlyList<byte[]> _requests;
    private readonly bool _endsSessions;
    private int _next;

    public LoadConnection(LoadEnd end, bool endsSessions, int first)
    {
        _requests = endsSessions ? [.. end.Requests.Select(r => (byte[])r.Clone())] : end.Requests;
        _endsSessions = endsSessions;
        _next = first % end.Requests.Count;
        _connection = new PreparedConnection(end.Port);
    }

    /// <summary>True when something of the answer has come.</summary>
    public bool HasAnswer => _connection.Socket.Available > 0;

    /// <summary>Waits until one of several has an answer.</summary>
    public static void WaitForAny(IEnumerable<LoadConnection> connections)
    {
        List<Socket> sockets = [.. connections.Select(connection => connection._connection.Socket)];
        Socket.Select(sockets, checkWrite: null, checkError: null, microSeconds: 1_000_000);
    }

    public void Send()
    {
        _connection.Socket.Send(_requests[_next]);
        _next = (_next + 1) % _requests.Count;
    }

    /// <summary>Waits for the answer.</summary>
    /// <exception cref="InvalidDataException">It is not a whole answer with status 200.</exception>
    public void Receive()
    {
        var body = _connection.Receive();
        // The session that was started is the one that the next request ends.
        if (_endsSessions && _next == 1)
            AwsRequest.FillInSession(_requests[1], body);
    }

    public void Dispose() => _connection.Dispose();
}
