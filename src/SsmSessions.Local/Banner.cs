using SsmSessions.Core.Hosts;
using SsmSessions.Server;

namespace SsmSessions.Local;

/// <summary>What is printed at the start: what runs where, who can reach it, and a line to paste.</summary>
internal static class Banner
{
    public static void Write(TextWriter output, ServeSettings settings, IEnumerable<string> urls, string? socket)
    {
        var addresses = urls.ToList();
        output.WriteLine($"ssm-sessions {ServiceVersion.Text} listens on {string.Join(", ", addresses)}");
        output.WriteLine($"  store  {Store(settings)}");
        output.WriteLine($"  nodes  {string.Join(", ", settings.Nodes.Select(n => $"{n.Id} ({NodeKinds.NameOf(n.Kind)})"))}");
        output.WriteLine($"  calls  {Callers(settings)}");
        output.WriteLine($"  stream {Streams(settings.StreamUrl)}");
        if (socket is not null)
            output.WriteLine($"  socket {socket} (for 'ssm-sessions cli')");
        if (settings.FakeClock)
            output.WriteLine("  clock  can be moved by Admin");
        output.WriteLine();
        if (settings.HasAuthority)
        {
            output.WriteLine("Lead clients here (--shell pwsh for PowerShell):");
            output.WriteLine($"  eval \"$(ssm-sessions env --data {ShellText.PosixQuoted(settings.DataFolder)})\"");
        }

        output.WriteLine("Try it (any keys and region will do without --credentials):");
        output.WriteLine(
            $"  AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_REGION=us-east-1 aws ssm describe-sessions --state Active --endpoint-url {addresses.FirstOrDefault()}");
        output.Flush();
    }

    private static string Store(ServeSettings settings) => settings.Store switch
    {
        StoreKind.Memory => "memory (gone at the end)",
        StoreKind.Sqlite => "SQLite in " + settings.DataFolder,
        _ => $"DynamoDB table {settings.Table}" + (settings.DynamoDbUrl is { } url ? $" at {url}" : ""),
    };

    private static string Streams(StreamUrlMode mode) => mode switch
    {
        StreamUrlMode.Ws => "ws (this address)",
        StreamUrlMode.Wss => "wss (this address, by TLS)",
        _ => "aws (the real service's names; this address is the proxy that leads here)",
    };

    private static string Callers(ServeSettings settings) => settings.Credentials is not null
        ? "must be signed with the keys of --credentials"
        : settings.Urls.All(url => ListenAddress.TryParse(url)!.IsLoopback)
            ? "every local user who reaches this port may use it"
            : "EVERYBODY who reaches this port may use it";
}
