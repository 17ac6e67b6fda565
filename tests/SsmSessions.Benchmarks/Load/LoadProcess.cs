using System.Diagnostics;
using System.Text.Json;

namespace SsmSessions.Benchmarks.Load;

/// <summary>The load generator, seen from the process that is measured.</summary>
internal sealed class LoadProcess : IDisposable
{
    private readonly Process _process = Start();

    /// <summary>Sends requests for a while.</summary>
    /// <exception cref="InvalidOperationException">Not all of them were answered with 200.</exception>
    public async Task<LoadOutcome> SendAsync(LoadOrder order, CancellationToken cancellationToken)
    {
        await _process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(order).AsMemory(), cancellationToken);
        await _process.StandardInput.FlushAsync(cancellationToken);
        var line = await _process.StandardOutput.ReadLineAsync(cancellationToken)
            ?? throw new InvalidOperationException("the load generator has ended");
        var outcome = JsonSerializer.Deserialize<LoadOutcome>(line)!;
        return outcome.Failure is null ? outcome : throw new InvalidOperationException("the load failed: " + outcome.Failure);
    }

    /// <summary>A side that sends an order, for as long as a round lasts.</summary>
    public Side Sending(string what, LoadOrder order) => new(what, async (time, cancellationToken) =>
    {
        var outcome = await SendAsync(order with { Seconds = time.TotalSeconds }, cancellationToken);
        return new RoundOutcome(outcome.Answers, outcome.Seconds, outcome.ProcessorSeconds);
    });

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit(TimeSpan.FromSeconds(5));
        _process.Dispose();
    }

    private static Process Start()
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        // Under `dotnet program.dll` the process is dotnet; otherwise it is the program itself.
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
            start.ArgumentList.Add(typeof(LoadProcess).Assembly.Location);
        start.ArgumentList.Add("load");
        // Its memory is small, and its collections are nobody's business.
        start.Environment["DOTNET_gcServer"] = "0";
        return Process.Start(start)!;
    }
}
