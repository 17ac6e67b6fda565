using System.Diagnostics;

namespace SsmSessions.Testing.DynamoDb;

/// <summary>A DynamoDB Local that keeps its tables in a folder, and can be stopped and started again at the same address.</summary>
public sealed class RestartableDynamoDb : IAsyncDisposable
{
    private readonly string _data;
    private readonly int _port;
    private Process _process;

    private RestartableDynamoDb(Process process, int port, string data)
    {
        _process = process;
        _port = port;
        _data = data;
    }

    /// <summary>Its address.</summary>
    public Uri Url => new($"http://127.0.0.1:{_port}/");

    /// <summary>Starts one; the test is skipped where there is none to be had.</summary>
    /// <param name="data">The folder of its tables.</param>
    public static async Task<RestartableDynamoDb> RequireAsync(string data)
    {
        var port = FreePort.Next();
        try
        {
            return new RestartableDynamoDb(await StartProcessAsync(port, data), port, data);
        }
        catch (EmulatorUnavailableException unavailable)
        {
            Assert.Skip(unavailable.Message);
            throw;
        }
    }

    /// <summary>Options for a table of it.</summary>
    public Storage.DynamoDb.DynamoDbTableOptions NewTable() => new DynamoDbEmulator(Url, "restartable", MostTransactionItems: 10).NewTable();

    /// <summary>Stops it.</summary>
    public async Task StopAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        using var http = new HttpClient();
        await Eventually.IsTrueAsync(
            async () =>
            {
                try
                {
                    using var answer = await http.GetAsync(Url);
                    return false;
                }
                catch (HttpRequestException)
                {
                    return true;
                }
            },
            TimeSpan.FromMinutes(1));
    }

    /// <summary>Starts it again.</summary>
    public async Task StartAsync() => _process = await StartProcessAsync(_port, _data);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
    }

    private static async Task<Process> StartProcessAsync(int port, string data) => await EmulatorProcess.StartOnAsync(
        port, await DynamoDbLocal.FolderAsync(), DynamoDbLocal.CommandOn(port, "-dbPath", data, "-sharedDb"));
}
