using System.Diagnostics;
using SsmSessions.Benchmarks.Load;
using SsmSessions.Testing;

namespace SsmSessions.Benchmarks.DataChannels;

/// <summary>Asks for shells, one after the other.</summary>
/// <param name="Url">The host.</param>
/// <param name="Ssh">What ssh is to be told to reach its server; null where there is none.</param>
/// <param name="Count">How many of each.</param>
internal sealed record ShellOrder(Uri Url, IReadOnlyList<string>? Ssh, int Count);

/// <summary>How long shells took to show their prompt, seconds.</summary>
internal sealed record ShellOutcome(IReadOnlyList<double> Ours, IReadOnlyList<double> Bare, IReadOnlyList<double> Ssh);

/// <summary>Opens shells of the node, bare ones and ones behind ssh, in a process of its own.</summary>
internal static class ShellStarter
{
    /// <summary>How a worker of this kind is named.</summary>
    public const string Kind = "shell-starter";

    /// <summary>The worker's side.</summary>
    public static Task<int> ServeAsync() => Worker.ServeAsync<ShellOrder, ShellOutcome>(StartAsync);

    private static async Task<ShellOutcome> StartAsync(ShellOrder order)
    {
        using var api = new ApiClient(order.Url);
        var (ours, bare, ssh) = (new List<double>(), new List<double>(), new List<double>());
        for (var i = 0; i < order.Count; i++)
        {
            ours.Add(await OpenOursAsync(api));
            bare.Add(await OpenBareAsync());
            if (order.Ssh is not null)
                ssh.Add(OpenSsh(order.Ssh));
        }

        return new ShellOutcome(ours, bare, ssh);
    }

    /// <summary>From StartSession on.</summary>
    private static async Task<double> OpenOursAsync(ApiClient api)
    {
        var started = Stopwatch.GetTimestamp();
        var session = await IdleClients.StartAsync(api, TunnelThroughput.LocalNode);
        await using var shell = await SessionShell.OpenAsync(session);
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        await api.CallAsync("TerminateSession", $$"""{"SessionId":"{{session.Id}}"}""");
        return seconds;
    }

    private static async Task<double> OpenBareAsync()
    {
        var started = Stopwatch.GetTimestamp();
        using var shell = await BareShell.OpenAsync();
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    /// <summary>From the start of ssh on: as its users do, it opens a connection for each shell.</summary>
    private static double OpenSsh(IReadOnlyList<string> options)
    {
        var started = Stopwatch.GetTimestamp();
        using var shell = SshShell.Open(options);
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}
