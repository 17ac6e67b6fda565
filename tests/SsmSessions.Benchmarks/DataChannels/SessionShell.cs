using System.Diagnostics;
using SsmSessions.Channel;
using SsmSessions.Testing;
using SsmSessions.Testing.DataChannels;

namespace SsmSessions.Benchmarks.DataChannels;

/// <summary>A shell of the node, over a data channel.</summary>
internal sealed class SessionShell : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly SemaphoreSlim _seen = new(0);
    private DataChannelClient? _client;
    private byte? _awaited;
    private long _seenAt;

    public static async Task<SessionShell> OpenAsync(StartedChannel session)
    {
        var shell = new SessionShell();
        shell._client = await DataChannelClient.ConnectAsync(
            session.StreamUrl, session.Token, new DataChannelClientOptions { OnOutput = shell.OnOutput });

        // Its prompt.
        return await shell._seen.WaitAsync(Patience) ? shell : throw new TimeoutException("The shell says nothing.");
    }

    /// <summary>Types a key; says how long its echo took to come.</summary>
    public double Type(byte key, byte echo)
    {
        _awaited = echo;
        var typed = Stopwatch.GetTimestamp();
        _client!.SendInputAsync(new[] { key }).GetAwaiter().GetResult();
        if (!_seen.Wait(Patience))
            throw new TimeoutException("A key was not echoed.");
        return Stopwatch.GetElapsedTime(typed, _seenAt).TotalSeconds;
    }

    /// <summary>Drops the connection.</summary>
    public ValueTask DisposeAsync() => _client?.DisposeAsync() ?? default;

    private void OnOutput(PayloadType type, ReadOnlySpan<byte> payload)
    {
        if (_awaited is { } awaited && !payload.Contains(awaited))
            return;
        _seenAt = Stopwatch.GetTimestamp();
        _seen.Release();
    }
}
