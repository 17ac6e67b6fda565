using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SsmSessions.Core.Hosts;
using SsmSessions.Core.Identity;
using SsmSessions.Core.Store;
using SsmSessions.Server;
using SsmSessions.Storage.Sqlite;

namespace SsmSessions.Testing;

/// <summary>The service inside a test: on a real loopback port, with a table in memory unless another is given.</summary>
public sealed class TestServer : IAsyncDisposable
{
    /// <summary>The node that every test server carries.</summary>
    public const string Node = "i-0123456789abcdef0";

    private readonly WebApplication _app;
    private readonly HttpClient _http;

    private TestServer(WebApplication app, Uri url)
    {
        _app = app;
        Url = url;
        _http = new HttpClient { BaseAddress = url };
    }

    /// <summary>Where it listens.</summary>
    public Uri Url { get; }

    /// <summary>Its services.</summary>
    public IServiceProvider Services => _app.Services;

    /// <summary>A client of it.</summary>
    public HttpClient Http => _http;

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
    public static async Task<TestServer> StartAsync(
        TimeProvider? time = null, ITable? table = null, Action<SsmSessionsOptions>? configure = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(time ?? TimeProvider.System);
        builder.Services.AddSingleton(table ?? new SqliteTable(new SqliteTableOptions(), time ?? TimeProvider.System));
        builder.Services.AddSsmSessions(options =>
        {
            options.HostName = "test-host";
            options.Nodes.Add(new HostedNode(Node, NodeKind.Echo));
            configure?.Invoke(options);
        });
        var app = builder.Build();
        app.MapSsmSessions();
        await app.StartAsync();
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return new TestServer(app, new Uri(address));
    }

    /// <summary>Calls an action as user <c>test</c> of account 000000000000, or as another key id.</summary>
    public async Task<(HttpStatusCode Status, string Body)> CallAsync(
        string action, string json, string accessKeyId = "test", string region = "us-east-1")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/")
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes(json)),
        };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/x-amz-json-1.1");
        request.Headers.TryAddWithoutValidation("X-Amz-Target", "AmazonSSM." + action);
        request.Headers.TryAddWithoutValidation("X-Amz-Date", "20261122T000000Z");
        request.Headers.TryAddWithoutValidation(
            "Authorization",
            $"AWS4-HMAC-SHA256 Credential={accessKeyId}/20261122/{region}/ssm/aws4_request, SignedHeaders=host;x-amz-date, Signature={new string('0', 64)}");
        using var response = await _http.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.DisposeAsync();
    }
}
