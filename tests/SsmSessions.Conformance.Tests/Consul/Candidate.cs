using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Threading.Channels;
using SsmSessions.Conformance.Tests.Clients;

namespace SsmSessions.Conformance.Tests.Consul;

/// <summary>A process that wants to hold a key, counts while it does, and tells.</summary>
internal sealed class Candidate : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Task _listening;

    private Candidate(RealClient kind, Process process, ChannelWriter<CandidateEvent> told)
    {
        Kind = kind;
        _process = process;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        _listening = ListenAsync(told);
    }

    /// <summary>By which client.</summary>
    public RealClient Kind { get; }

    /// <summary>Starts one.</summary>
    /// <param name="kind">By which client; its script is replaced.</param>
    /// <param name="endpoint">The service.</param>
    /// <param name="election">For what.</param>
    /// <param name="told">Gets what it tells.</param>
    public static Candidate Start(RealClient kind, Uri endpoint, ElectionTerms election, ChannelWriter<CandidateEvent> told)
    {
        var script = "consul_candidate" + Path.GetExtension(kind.Script);
        var start = (kind with { Script = script }).StartInfo(
            endpoint,
            election.Key,
            kind.Name,
            election.TimeToLive.TotalMilliseconds.ToString(CultureInfo.InvariantCulture),
            election.LockDelay.TotalMilliseconds.ToString(CultureInfo.InvariantCulture));
        start.RedirectStandardInput = true;
        return new Candidate(kind, Process.Start(start)!, told);
    }

    /// <summary>Ends it as a crash does. All that it told was told when this returns.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _listening;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _listening;
        _process.Dispose();
    }

    private async Task ListenAsync(ChannelWriter<CandidateEvent> told)
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            // The last line of one that was killed may be cut.
            if (line.Split(' ', 2) is [var what, var details] && details.EndsWith('}'))
                await told.WriteAsync(new CandidateEvent(this, what, JsonDocument.Parse(details).RootElement));
        }
    }
}

/// <summary>What the candidates agree on.</summary>
internal sealed record ElectionTerms(string Key, TimeSpan TimeToLive, TimeSpan LockDelay);

/// <summary>What a candidate told. Times are microseconds by a clock that all processes of the machine share.</summary>
internal sealed record CandidateEvent(Candidate Who, string What, JsonElement Details)
{
    public long Number(string name) => Details.GetProperty(name).GetInt64();
}
