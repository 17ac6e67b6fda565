using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace SsmSessions.Conformance.Tests.Shipping;

/// <summary>A container registry on loopback that has one image, which has nothing in it.</summary>
internal sealed class EmptyImageRegistry : IAsyncDisposable
{
    private const string ManifestType = "application/vnd.docker.distribution.manifest.v2+json";
    private const string Repository = "/v2/base";

    private readonly WebApplication _app;

    private EmptyImageRegistry(WebApplication app) => _app = app;

    /// <summary>The image, as ContainerBaseImage takes it. By this name alone the SDK asks without TLS, too.</summary>
    public string Image => $"localhost:{new Uri(_app.Urls.Single()).Port}/base:latest";

    public static async Task<EmptyImageRegistry> StartAsync()
    {
        var plain = new MemoryStream();
        using (var tar = new TarWriter(plain, leaveOpen: true))
            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.Directory, "home"));
        var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            await gzip.WriteAsync(plain.ToArray());
        var layer = packed.ToArray();
        var config = Encoding.UTF8.GetBytes(
            $$"""{"architecture":"amd64","os":"linux","config":{"Env":["PATH=/usr/bin"]},"rootfs":{"type":"layers","diff_ids":["{{Digest(plain.ToArray())}}"]},"history":[]}""");
        var manifest = Encoding.UTF8.GetBytes(
            $$"""
            {"schemaVersion":2,"mediaType":"{{ManifestType}}",
            "config":{"mediaType":"application/vnd.docker.container.image.v1+json","size":{{config.Length}},"digest":"{{Digest(config)}}"},
            "layers":[{"mediaType":"application/vnd.docker.image.rootfs.diff.tar.gzip","size":{{layer.Length}},"digest":"{{Digest(layer)}}"}]}
            """);
        var contents = new Dictionary<string, (byte[] Bytes, string Type)>(StringComparer.Ordinal)
        {
            ["/v2/"] = ("{}"u8.ToArray(), "application/json"),
            [$"{Repository}/manifests/latest"] = (manifest, ManifestType),
            [$"{Repository}/manifests/{Digest(manifest)}"] = (manifest, ManifestType),
            [$"{Repository}/blobs/{Digest(config)}"] = (config, "application/octet-stream"),
            [$"{Repository}/blobs/{Digest(layer)}"] = (layer, "application/octet-stream"),
        };

        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(http => AnswerAsync(http, contents));
        await app.StartAsync();
        return new EmptyImageRegistry(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static async Task AnswerAsync(HttpContext http, Dictionary<string, (byte[] Bytes, string Type)> contents)
    {
        if (!contents.TryGetValue(http.Request.Path.Value ?? "", out var content))
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        http.Response.ContentType = content.Type;
        http.Response.ContentLength = content.Bytes.Length;
        http.Response.Headers["Docker-Content-Digest"] = Digest(content.Bytes);
        if (!HttpMethods.IsHead(http.Request.Method))
            await http.Response.Body.WriteAsync(content.Bytes);
    }

    private static string Digest(byte[] bytes) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(bytes));
}
