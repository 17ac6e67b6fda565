using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SsmSessions.Core.Faults;
using SsmSessions.Core.Hosts;
using SsmSessions.Core.Identity;
using SsmSessions.Core.Store;
using SsmSessions.Server;
using SsmSessions.Server.Hosting;
using SsmSessions.Server.Hosting.Tls;
using SsmSessions.Storage.Sqlite;

namespace SsmSessions.Testing;

/// <summary>The service inside a test: on a real loopback port, with a table in memory unless another is given.</summary>
public sealed class TestServer : IAsyncDisposable
{
    /// <summary>The node that every test server carries.</summary>
    public const string Node = "i-0123456789abcdef0";

    private readonly WebApplication _app;
    private readonly ApiClient _client;

    private TestServer(WebApplication app, Uri url)
    {
        _app = app;
        Url = url;
        _client = new ApiClient(url);
    }

    /// <summary>Where it listens.</summary>
    public Uri Url { get; }

    /// <summary>Its services.</summary>
    public IServiceProvider Services => _app.Services;

    /// <summary>What clients must trust where it speaks TLS.</summary>
    public X509Certificate2 Authority => Service<TlsCertificates>().Authority!.Certificate;

    /// <summary>A client of it.</summary>
    public HttpClient Http => _client.Http;

    /// <summary>What goes wrong on demand: rules are added, listed with how often they happened, and removed.</summary>
    public FaultRules Faults => Service<FaultRules>();

    /// <summary>One of its services.</summary>
    public T Service<T>()
        where T : notnull => Services.GetRequiredService<T>();

    /// <summary>The caller that a key id is taken for where no credentials are asked.</summary>
    public static Caller Caller(string accessKeyId, string region = "us-east-1")
    {
        var tenant = new Tenant(Tenant.DefaultAccount, region);
        return new Caller(tenant, CallerKind.User, accessKeyId, tenant.GlobalArn("iam", "user/" + accessKeyId), accessKeyId);
    }

    /// <summary>Starts a server.</summary>
    /// <param name="time">The service's clock; the system's when null.</param>
    /// <param name="table">Where it keeps what it remembers; the server disposes it.</param>
    /// <param name="configure">Changes its options.</param>
    /// <param name="realTime">The clock of signatures and heartbeats; the system's when null.</param>
    /// <param name="map">Maps endpoints of the test's own.</param>
    /// <param name="port">The loopback port; any free one when 0.</param>
    /// <param name="limits">Changes the limits of the HTTP server.</param>
    public static async Task<TestServer> StartAsync(
        TimeProvider? time = null,
        ITable? table = null,
        Action<SsmSessionsOptions>? configure = null,
        TimeProvider? realTime = null,
        Action<WebApplication>? map = null,
        int port = 0,
        Action<KestrelServerLimits>? limits = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.ConfigureEndpointDefaults(listen => listen.UseSsmSessionsTls());
            limits?.Invoke(kestrel.Limits);
        });
        builder.Services.AddSingleton(time ?? TimeProvider.System);
        builder.Services.AddSingleton(new RealTime(realTime ?? TimeProvider.System));
        // Made by the container, so that it disposes the table.
        builder.Services.AddSingleton(_ => table ?? new SqliteTable(new SqliteTableOptions(), time ?? TimeProvider.System));
        builder.Services.AddSsmSessions(options =>
        {
            options.HostName = "test-host";
            options.Nodes.Add(new HostedNode(Node, NodeKind.Echo));
            configure?.Invoke(options);
        });
        var app = builder.Build();
        app.MapSsmSessions();
        map?.Invoke(app);
        await app.StartAsync();
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return new TestServer(app, new Uri(address));
    }

    /// <summary>Calls an action as user <c>test</c> of account 000000000000, or as another key id.</summary>
    public Task<(HttpStatusCode Status, string Body)> CallAsync(
        string action, string json, string accessKeyId = "test", string region = "us-east-1") =>
        _client.CallAsync(action, json, accessKeyId, region);

    /// <summary>Stops it, as a signal stops the process.</summary>
    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
