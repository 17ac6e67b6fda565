using System.Text;
using System.Text.Json;
using SsmSessions.Conformance.Tests.DataChannels;
using SsmSessions.Testing;

namespace SsmSessions.Conformance.Tests.Faults;

/// <summary>Faults of a host, set and removed as the README shows.</summary>
internal static class FaultyHost
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private static readonly HttpClient Http = new();

    /// <summary>Sets a fault, and returns its id.</summary>
    public static async Task<string> SetFaultAsync(this SessionHost host, string rule)
    {
        using var body = new StringContent(rule, Encoding.UTF8, "application/json");
        using var answer = await Http.PostAsync(Faults(host), body);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonElement.Parse(text).GetProperty("id").GetString()!;
    }

    /// <summary>Removes every fault.</summary>
    public static async Task RemoveFaultsAsync(this SessionHost host) => (await Http.DeleteAsync(Faults(host))).Dispose();

    /// <summary>How often faults have happened.</summary>
    public static async Task<int> FiredAsync(this SessionHost host) =>
        JsonElement.Parse(await Http.GetStringAsync(Faults(host))).GetProperty("faults").EnumerateArray().Sum(fault => fault.GetProperty("fired").GetInt32());

    /// <summary>Waits until they have happened so often.</summary>
    public static Task WaitForFaultsAsync(this SessionHost host, int times = 1) =>
        Eventually.IsTrueAsync(async () => await host.FiredAsync() >= times, Deadline);

    private static Uri Faults(SessionHost host) => new(host.Url, "_ssm-sessions/faults");
}
