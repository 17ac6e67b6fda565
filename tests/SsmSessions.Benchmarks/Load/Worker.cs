using System.Diagnostics;
using System.Text.Json;

namespace SsmSessions.Benchmarks.Load;

/// <summary>This program once more, in a process of its own: it gets an order a line, and answers each with a line.</summary>
internal sealed class Worker : IDisposable
{
    /// <summary>The hidden command that makes a process a worker; its argument says of which kind.</summary>
    public const string Command = "worker";

    private readonly Process _process;

    /// <summary>Starts a worker.</summary>
    /// <param name="kind">What it does: one of the names in <see cref="CommandLine"/>.</param>
    /// <param name="isMeasured">Its memory is what is measured, and is collected as in the executable that is shipped.</param>
    public Worker(string kind, bool isMeasured = false)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        // Under `dotnet program.dll` the process is dotnet; otherwise it is the program itself.
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
            start.ArgumentList.Add(typeof(Worker).Assembly.Location);
        start.ArgumentList.Add(Command);
        start.ArgumentList.Add(kind);
        if (!isMeasured)
            start.Environment["DOTNET_gcServer"] = "0";
        _process = Process.Start(start)!;
    }

    /// <summary>What it used of the processors so far.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Carries out the orders that come, one after the other, until there are no more: the worker's own side.</summary>
    public static async Task<int> ServeAsync<TOrder, TOutcome>(Func<TOrder, Task<TOutcome>> carryOut)
        where TOutcome : class
    {
        while (await Console.In.ReadLineAsync() is { } line)
        {
            Answer<TOutcome> answer;
            try
            {
                answer = new Answer<TOutcome>(await carryOut(JsonSerializer.Deserialize<TOrder>(line)!), Failure: null);
            }
            catch (Exception failure)
            {
                answer = new Answer<TOutcome>(Outcome: null, failure.Message);
            }

            await Console.Out.WriteLineAsync(JsonSerializer.Serialize(answer));
        }

        return 0;
    }

    /// <summary>Has an order carried out.</summary>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public async Task<TOutcome> CarryOutAsync<TOrder, TOutcome>(TOrder order, CancellationToken cancellationToken)
        where TOutcome : class
    {
        await _process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(order).AsMemory(), cancellationToken);
        await _process.StandardInput.FlushAsync(cancellationToken);
        var line = await _process.StandardOutput.ReadLineAsync(cancellationToken)
            ?? throw new InvalidOperationException("a worker has ended");
        var answer = JsonSerializer.Deserialize<Answer<TOutcome>>(line)!;
        return answer.Outcome ?? throw new InvalidOperationException("a worker failed: " + answer.Failure);
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(TimeSpan.FromSeconds(5)))
            _process.Kill();
        _process.Dispose();
    }

    private sealed record Answer<T>(T? Outcome, string? Failure);
}
