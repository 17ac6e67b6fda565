using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace SsmSessions.Conformance.Tests.Attacks;

/// <summary>An attacker's server on a loopback port: serves a page, and takes what the page has seen.</summary>
internal sealed class PageServer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly WebApplication _app;
    private readonly TaskCompletionSource<string> _seen = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly TaskCompletionSource _served = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private PageServer(WebApplication app) => _app = app;

    /// <summary>What it serves at <c>/</c>.</summary>
    public string Page { get; set; } = "";

    /// <summary>Where it listens.</summary>
    public Uri Url => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    /// <summary>Starts one, on any free port when 0.</summary>
    public static async Task<PageServer> StartAsync(int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));
        var app = builder.Build();
        var server = new PageServer(app);
        app.Use((http, next) =>
        {
            http.Response.Headers["x-page"] = "1";
            return next(http);
        });
        app.MapGet("/", (RequestDelegate)(http =>
        {
            http.Response.ContentType = "text/html; charset=utf-8";
            http.Response.OnCompleted(() =>
            {
                server._served.TrySetResult();
                return Task.CompletedTask;
            });
            return http.Response.WriteAsync(server.Page);
        }));
        app.MapPost("/results", (RequestDelegate)(async http =>
        {
            using var reader = new StreamReader(http.Request.Body);
            server._seen.TrySetResult(await reader.ReadToEndAsync(http.RequestAborted));
        }));
        await app.StartAsync();
        return server;
    }

    /// <summary>The page was served once.</summary>
    public Task ServedAsync() => _served.Task.WaitAsync(Patience);

    /// <summary>What the page has seen, by what it tried, in its order.</summary>
    public async Task<(string Attempt, string Saw)[]> SeenAsync()
    {
        using var json = JsonDocument.Parse(await _seen.Task.WaitAsync(Patience));
        return [.. json.RootElement.EnumerateArray().Select(pair => (pair[0].GetString()!, pair[1].GetString()!))];
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
