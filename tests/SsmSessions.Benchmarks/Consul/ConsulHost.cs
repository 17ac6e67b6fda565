using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using SsmSessions.Benchmarks.Load;

namespace SsmSessions.Benchmarks.Consul;

/// <summary>Asks for the state of a host, which starts with the first order.</summary>
/// <param name="IsBare">Kestrel that remembers nothing: every renewal gets the same bytes, and a blocked read ends with the next write.</param>
/// <param name="Folder">For the store.</param>
internal sealed record ConsulHostOrder(bool IsBare, string Folder);

/// <summary>How a host is after a collection.</summary>
/// <param name="Url">Where it listens.</param>
/// <param name="Resident">Bytes of the process in memory.</param>
/// <param name="Managed">Bytes of the managed heap that are in use.</param>
/// <param name="Started">How long it took until it listened, seconds.</param>
internal sealed record ConsulHostState(Uri Url, long Resident, long Managed, double Started);

/// <summary>A host of Consul's API in a process of its own: this service on SQLite, or Kestrel with the least that answers as long.</summary>
internal static class ConsulHost
{
    /// <summary>How a worker of this kind is named.</summary>
    public const string Kind = "consul-host";

    private static readonly byte[] Session = Encoding.ASCII.GetBytes(
        """[{"ID":"aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee","Name":"benchmark","Node":"test-host","LockDelay":15000000000,"Behavior":"release","TTL":"15s","NodeChecks":["serfHealth"],"ServiceChecks":null,"CreateIndex":1,"ModifyIndex":1}]""");

    private static readonly byte[] Key = Encoding.ASCII.GetBytes(
        """[{"LockIndex":0,"Key":"watched/1","Flags":0,"Value":"MQ==","CreateIndex":1,"ModifyIndex":1}]""");

    private static Uri? _url;
    private static double _started;

    /// <summary>The worker's side.</summary>
    public static Task<int> ServeAsync() => Worker.ServeAsync<ConsulHostOrder, ConsulHostState>(LookAsync);

    private static async Task<ConsulHostState> LookAsync(ConsulHostOrder order)
    {
        if (_url is null)
        {
            var begun = Stopwatch.GetTimestamp();
            _url = order.IsBare ? await StartBareAsync() : await MeasuredHost.StartOursAsync(order.Folder);
            _started = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        }

        var (resident, managed) = await MeasuredHost.MemoryAtRestAsync();
        return new ConsulHostState(_url, resident, managed, _started);
    }

    private static async Task<Uri> StartBareAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var written = new ConcurrentDictionary<string, TaskCompletionSource>();
        var index = 1;
        app.Run(async http =>
        {
            var path = http.Request.Path.Value!;
            if (path.StartsWith("/v1/session/create", StringComparison.Ordinal))
            {
                await AnswerAsync(http, Encoding.ASCII.GetBytes($$"""{"ID":"{{Guid.NewGuid()}}"}"""));
            }
            else if (HttpMethods.IsPut(http.Request.Method) && path.StartsWith("/v1/kv/", StringComparison.Ordinal))
            {
                Interlocked.Increment(ref index);
                if (written.TryRemove(path, out var waiting))
                    waiting.SetResult();
                await AnswerAsync(http, "true"u8.ToArray());
            }
            else if (HttpMethods.IsGet(http.Request.Method) && http.Request.Query.ContainsKey("index"))
            {
                await written.GetOrAdd(path, _ => new(TaskCreationOptions.RunContinuationsAsynchronously)).Task.WaitAsync(http.RequestAborted);
                http.Response.Headers["X-Consul-Index"] = Volatile.Read(ref index).ToString(CultureInfo.InvariantCulture);
                await AnswerAsync(http, Key);
            }
            else
            {
                http.Response.Headers["X-Consul-Index"] = Volatile.Read(ref index).ToString(CultureInfo.InvariantCulture);
                await AnswerAsync(http, Session);
            }
        });
        await app.StartAsync();
        return new Uri(app.Urls.Single());
    }

    private static async Task AnswerAsync(HttpContext http, byte[] body)
    {
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = body.Length;
        await http.Response.BodyWriter.WriteAsync(body);
    }
}
