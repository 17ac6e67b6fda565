using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using SsmSessions.Benchmarks.Load;
using SsmSessions.Core.Identity;
using SsmSessions.Core.Sessions;
using SsmSessions.Storage.Sqlite;
using SsmSessions.Testing;

namespace SsmSessions.Benchmarks.Sessions;

/// <summary>
/// Sessions started and ended by 64 callers, each write durable before it is answered, against the same rows inserted with plain
/// SQLite, durable one by one. A pair counts as two rows, though StartSession writes a token beside the session.
/// </summary>
internal sealed class SessionWrites : IBenchmark
{
    private const int Callers = 64;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);

    private static readonly Caller Starter = new(SampleSessions.Tenant, CallerKind.User, "test", "arn:aws:iam::000000000000:user/test", "test");

    public string Name => "write";

    public string Title => $"StartSession and TerminateSession on SQLite, synchronous=FULL, {Callers} callers, rows a second, against plain inserts";

    public async Task<IReadOnlyList<Measurement>> RunAsync(
        BenchmarkSettings settings, IBenchmarkProgress progress, CancellationToken cancellationToken)
    {
        progress.Expect(1 + settings.Rounds);
        using var folder = new TemporaryFolder();
        await using var table = new SqliteTable(new SqliteTableOptions { Folder = folder.Of("store") }, TimeProvider.System);
        await using var server = await TestServer.StartAsync(table: table);
        var registry = server.Services.GetRequiredService<SessionRegistry>();
        using var load = new LoadProcess();
        using var plain = new PlainInserts(folder.Of("plain"));
        var core = new Side("in the process, through SessionRegistry", (time, cancellation) => RunPairsAsync(registry, time, cancellation));
        var http = load.Sending(
            "over HTTP", new LoadOrder([new LoadEnd(server.Url.Port, Pair(server.Url.Port))], Callers, 0) { EndsSessions = true });
        var inserts = new Side("plain inserts", (time, _) => Task.FromResult(plain.Run(time)));
        await Side.RunAllAsync([core, http, inserts], settings, WarmUp, progress, cancellationToken);
        return [http.Against(inserts, Wanted.AtLeast(2)), core.Against(inserts, Wanted.AtLeast(2))];
    }

    private static async Task<RoundOutcome> RunPairsAsync(SessionRegistry registry, TimeSpan time, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var rows = await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(CallAsync, cancellationToken)));
        return new RoundOutcome(rows.Sum(), Stopwatch.GetElapsedTime(started).TotalSeconds);

        async Task<long> CallAsync()
        {
            var written = 0L;
            while (Stopwatch.GetElapsedTime(started) < time)
            {
                var session = await registry.StartAsync(new NewSession(Starter, TestServer.Node), cancellationToken);
                if (await registry.TerminateAsync(Starter.Tenant, session.Session.Id, cancellationToken) != Termination.Ended)
                    throw new InvalidOperationException("a session that was just started could not be ended");
                written += 2;
            }

            return written;
        }
    }

    /// <summary>The two requests of a pair; the session's id is filled in by the load generator.</summary>
    private static byte[][] Pair(int port)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"{Starter.Name}-{new string('x', 26)}");
        return
        [
            AwsRequest.Of(port, "StartSession", $$"""{"Target": "{{TestServer.Node}}"}"""),
            AwsRequest.Of(port, "TerminateSession", $$"""{"SessionId":"{{id}}"}"""),
        ];
    }
}
