using SsmSessions.Testing;
using SsmSessions.Testing.DynamoDb;

namespace SsmSessions.Conformance.Tests.Hosts;

/// <summary>Host processes on one DynamoDB table, each with a node of its own.</summary>
internal sealed class HostProcesses : IAsyncDisposable
{
    private readonly List<ServiceProcess> _hosts = [];

    /// <summary>The hosts, in the order of their names.</summary>
    public ServiceProcess this[int index] => _hosts[index];

    /// <summary>All of them.</summary>
    public IReadOnlyList<ServiceProcess> All => _hosts;

    /// <summary>Starts hosts; the test is skipped where there is no table that they could share.</summary>
    /// <param name="hosts">Their names and the nodes that they carry.</param>
    /// <param name="kind">What the nodes do.</param>
    public static async Task<HostProcesses> StartAsync(IEnumerable<(string Name, string Node)> hosts, string kind)
    {
        var emulator = await DynamoDbEmulator.RequireAsync();
        Assert.SkipWhen(emulator.MostTransactionItems == 0, $"{emulator.Name} has no transactions, which starting a session needs");
        var table = emulator.NewTable().TableName;
        var processes = new HostProcesses();
        try
        {
            foreach (var (name, node) in hosts)
            {
                var url = $"http://127.0.0.1:{FreePort.Next()}";
                processes._hosts.Add(await ServiceProcess.StartAsync(
                    "--urls", url, "--peer-url", url, "--host-name", name, "--node", $"{node}={kind}",
                    "--store", "dynamodb", "--dynamodb-url", emulator.Url.ToString(), "--table", table));
            }

            return processes;
        }
        catch
        {
            await processes.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts)
            await host.DisposeAsync();
    }
}
