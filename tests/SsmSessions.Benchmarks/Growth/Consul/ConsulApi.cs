using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;

namespace SsmSessions.Benchmarks.Growth.Consul;

/// <summary>The calls of Consul's API that are measured.</summary>
internal sealed class ConsulApi(Uri url) : IDisposable
{
    /// <summary>The most operations of a transaction.</summary>
    private const int TransactionKeys = 64;
    private const int Writers = 8;
    private const int ValueBytes = 100;

    private static readonly string Value = Convert.ToBase64String(Encoding.ASCII.GetBytes(new string('v', ValueBytes)));

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = url, Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>The name of a key by its number.</summary>
    public static string Key(int number) => string.Create(CultureInfo.InvariantCulture, $"growth/{number:0000000}");

    /// <summary>Stores keys 0 to <paramref name="count"/> - 1 with values of 100 bytes, 64 to a transaction.</summary>
    public Task FillAsync(int count, CancellationToken cancellationToken) => Parallel.ForEachAsync(
        Enumerable.Range(0, count).Chunk(TransactionKeys),
        new ParallelOptions { MaxDegreeOfParallelism = Writers, CancellationToken = cancellationToken },
        async (numbers, stop) =>
        {
            var operations = numbers.Select(number => $$$"""{"KV":{"Verb":"set","Key":"{{{Key(number)}}}","Value":"{{{Value}}}"}}""");
            await PutAsync("/v1/txn", $"[{string.Join(',', operations)}]", stop);
        });

    /// <summary>A session that lives for the whole run.</summary>
    public async Task<string> CreateSessionAsync(CancellationToken cancellationToken)
    {
        using var answer = JsonDocument.Parse(await PutAsync("/v1/session/create", """{"Name":"growth","TTL":"24h","LockDelay":"0s"}""", cancellationToken));
        return answer.RootElement.GetProperty("ID").GetString()!;
    }

    /// <summary>Writes, and gives the answer.</summary>
    /// <exception cref="InvalidDataException">It was refused.</exception>
    public async Task<string> PutAsync(string path, string? body, CancellationToken cancellationToken)
    {
        using var answer = await _http.PutAsync(new Uri(path, UriKind.Relative), body is null ? null : new StringContent(body), cancellationToken);
        return await ReadAsync(path, answer, cancellationToken);
    }

    /// <summary>Reads, and gives the index at which the answer is true.</summary>
    /// <exception cref="InvalidDataException">It was refused.</exception>
    public async Task<string> GetAsync(string path, CancellationToken cancellationToken)
    {
        using var answer = await _http.GetAsync(new Uri(path, UriKind.Relative), cancellationToken);
        await ReadAsync(path, answer, cancellationToken);
        return answer.Headers.GetValues("X-Consul-Index").Single();
    }

    /// <summary>How long a call takes, milliseconds.</summary>
    public static async Task<double> TimeAsync(Func<Task> call)
    {
        var started = Stopwatch.GetTimestamp();
        await call();
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    public void Dispose() => _http.Dispose();

    private static async Task<string> ReadAsync(string path, HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var text = await answer.Content.ReadAsStringAsync(cancellationToken);
        return answer.StatusCode == HttpStatusCode.OK ? text : throw new InvalidDataException($"{path}: {(int)answer.StatusCode} {text}");
    }
}
