using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging.Console;
using SsmSessions.Core;
using SsmSessions.Core.Store;
using SsmSessions.Server;
using SsmSessions.Server.Hosting.Tls;
using SsmSessions.Storage.DynamoDb;
using SsmSessions.Storage.Sqlite;

namespace SsmSessions.Local;

/// <summary><c>ssm-sessions serve</c>: the service as one process.</summary>
internal static class ServeCommand
{
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(5);

    public static async Task<int> RunAsync(ServeSettings settings, CancellationToken cancellationToken)
    {
        // Told only once it runs: what is wrong with the folder the store tells, in one line.
        using var warnings = new StringWriter();
        var socket = ServiceSocket.PathOf(settings, warnings);
        await using var app = Build(settings, socket);
        app.MapSsmSessions();
        try
        {
            await app.StartAsync(cancellationToken);
            if (settings.KeepsFiles)
                ServiceFile.Of(settings, UrlsOf(app)).Write(settings.DataFolder);
        }
        catch (Exception unusable) when (unusable is StoreUnusableException or StoreUnavailableException)
        {
            return CommandLine.Refuse(unusable.Message);
        }
        catch (Exception unusable) when (unusable is IOException or SocketException or UnauthorizedAccessException)
        {
            return CommandLine.Refuse(unusable.Message);
        }

        await Console.Error.WriteAsync(warnings.ToString());
        Banner.Write(Console.Out, settings, UrlsOf(app), socket);
        await app.WaitForShutdownAsync(cancellationToken);
        return 0;
    }

    /// <summary>Where it can be reached by TCP.</summary>
    private static string[] UrlsOf(WebApplication app) => [.. app.Urls.Where(url => !url.Contains("://unix:", StringComparison.Ordinal))];

    private static WebApplication Build(ServeSettings settings, string? socket)
    {
        // Else it watches appsettings.json for changes, and for that walks every folder below the one that it is started in.
        var builder = WebApplication.CreateSlimBuilder(["--hostBuilder:reloadConfigOnChange=false"]);
        builder.Logging.ClearProviders();
        builder.Logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.ColorBehavior = LoggerColorBehavior.Disabled;
        });
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning);
        // Whatever else is turned on: these tell whole request lines, and with them the secrets that queries carry. What else
        // the first tells concerns the start, which RunAsync tells; and as long as it might be heard each request is given an activity and a scope, a seventh of all that one allocates.
        builder.Logging.AddFilter<ConsoleLoggerProvider>("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        builder.Logging.AddFilter<ConsoleLoggerProvider>("Microsoft.AspNetCore.Server.Kestrel.BadRequests", LogLevel.Warning);
        // A failed start is told in one line by RunAsync.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = StopWithin);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        var certificate = settings.Tls is { } files ? LoadCertificate(files) : null;
        Listen(builder, settings, certificate);
        if (socket is not null)
            ServiceSocket.Listen(builder, socket);

        TimeProvider time = settings.FakeClock ? new AdjustableTimeProvider(TimeProvider.System) : TimeProvider.System;
        builder.Services.AddSingleton(time);
        builder.Services.AddSingleton(Open(settings, time));
        builder.Services.AddSsmSessions(options => Configure(options, settings, certificate));
        return builder.Build();
    }

    private static ITable Open(ServeSettings settings, TimeProvider time) => settings.Store switch
    {
        StoreKind.Memory => new SqliteTable(new SqliteTableOptions(), time),
        StoreKind.Sqlite => new SqliteTable(new SqliteTableOptions { Folder = settings.DataFolder, Durability = settings.Durability }, time),
        _ => new DynamoDbTable(
            new DynamoDbTableOptions
            {
                ServiceUrl = settings.DynamoDbUrl,
                TableName = settings.Table,
                // DynamoDB deletes by its own clock, which a fake one leaves behind.
                WriteTimeToLive = !settings.FakeClock,
            },
            time),
    };

    private static void Configure(SsmSessionsOptions options, ServeSettings settings, SslStreamCertificateContext? certificate)
    {
        options.HostName = settings.HostName;
        options.PeerUrl = settings.PeerUrl?.ToString();
        options.PublicUrl = settings.PublicUrl;
        options.StreamUrl = settings.StreamUrl;
        options.TlsCertificate = certificate;
        options.TlsFolder = settings.TlsFolder;
        options.JustInTime = settings.JustInTime;
        options.TerminateEnded = settings.TerminateEnded;
        options.TranscriptsFolder = settings.TranscriptsFolder;
        options.Credentials = settings.Credentials;
        options.ConsulTokens = settings.ConsulTokens;
        options.ConsulSessionTtlMin = settings.ConsulSessionTtlMin;
        options.DorisColumns = settings.DorisColumns;
        options.AdminToken = settings.AdminToken;
        options.MaxConnections = settings.MaxConnections;
        foreach (var node in settings.Nodes)
            options.Nodes.Add(node);
        foreach (var host in settings.AllowedHosts)
            options.AllowedHosts.Add(host);
        foreach (var url in settings.Urls)
            options.AllowedHosts.Add(ListenAddress.TryParse(url)!.Host);
        foreach (var origin in settings.AllowedOrigins)
            options.AllowedOrigins.Add(origin);
    }

    private static void Listen(WebApplicationBuilder builder, ServeSettings settings, SslStreamCertificateContext? certificate)
    {
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            foreach (var address in settings.Urls.Select(url => ListenAddress.TryParse(url)!))
            {
                if (address.IsHttps && certificate is null)
                    throw new SettingException("an https address needs --tls-cert and --tls-key");
                void Configure(ListenOptions listen)
                {
                    if (address.IsHttps)
                        listen.UseBrokenHandshakes().UseHttps(https => (https.ServerCertificate, https.ServerCertificateChain) = (certificate!.TargetCertificate, [.. certificate.IntermediateCertificates]));
                    else
                        listen.UseSsmSessionsTls();
                }

                if (address.Host == "localhost" && address.Port != 0)
                    kestrel.ListenLocalhost(address.Port, Configure);
                else if (address.Host is "*" or "+")
                    kestrel.ListenAnyIP(address.Port, Configure);
                else
                    kestrel.Listen(AddressOf(address.Host), address.Port, Configure);
            }
        });
    }

    private static IPAddress AddressOf(string host)
    {
        if (host == "localhost")
            return IPAddress.Loopback;
        if (IPAddress.TryParse(host.Trim('[', ']'), out var address))
            return address;
        try
        {
            return Dns.GetHostAddresses(host)[0];
        }
        catch (Exception unknown) when (unknown is System.Net.Sockets.SocketException or IndexOutOfRangeException)
        {
            throw new SettingException($"--urls: the name '{host}' has no address");
        }
    }

    private static SslStreamCertificateContext LoadCertificate((string Certificate, string Key) files)
    {
        try
        {
            X509Certificate2Collection chain = [];
            chain.ImportFromPemFile(files.Certificate);
            return SslStreamCertificateContext.Create(X509Certificate2.CreateFromPemFile(files.Certificate, files.Key), chain, offline: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new SettingException($"--tls-cert: {failure.Message}");
        }
    }
}
