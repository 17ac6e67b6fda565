using System.Diagnostics;
using SsmSessions.Channel;
using SsmSessions.Testing;
using SsmSessions.Testing.DataChannels;

namespace SsmSessions.Benchmarks.DataChannels;

/// <summary>One channel that is opened, used and ended beside those that are idle.</summary>
/// <param name="Opened">From StartSession to the end of the handshake, milliseconds.</param>
/// <param name="Echoed">How long bytes took to come back, milliseconds.</param>
internal sealed record ChannelProbe(double Opened, IReadOnlyList<double> Echoed)
{
    private const byte Key = (byte)'~';
    private const int Keys = 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static async Task<ChannelProbe> RunAsync(ApiClient api, HttpMessageInvoker invoker)
    {
        var (seen, seenAt) = (new SemaphoreSlim(0), 0L);
        void OnOutput(PayloadType type, ReadOnlySpan<byte> payload)
        {
            // A greeting is longer.
            if (!payload.SequenceEqual([Key]))
                return;
            seenAt = Stopwatch.GetTimestamp();
            seen.Release();
        }

        var started = Stopwatch.GetTimestamp();
        var session = await IdleClients.StartAsync(api);
        await using var client = await DataChannelClient.ConnectAsync(
            session.StreamUrl, session.Token, new DataChannelClientOptions { Invoker = invoker, OnOutput = OnOutput });
        await client.WaitUntilReadyAsync();
        var opened = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        var echoed = new List<double>();
        for (var i = 0; i < Keys; i++)
        {
            var typed = Stopwatch.GetTimestamp();
            await client.SendInputAsync(new[] { Key });
            if (!await seen.WaitAsync(Patience))
                throw new TimeoutException("A byte was not echoed.");
            echoed.Add(Stopwatch.GetElapsedTime(typed, seenAt).TotalMilliseconds);
        }

        await api.CallAsync("TerminateSession", $$"""{"SessionId":"{{session.Id}}"}""");
        await client.WaitForChannelClosedAsync();
        return new ChannelProbe(opened, echoed);
    }
}
