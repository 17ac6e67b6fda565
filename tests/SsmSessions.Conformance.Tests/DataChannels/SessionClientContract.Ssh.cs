using System.Diagnostics;
using System.Security.Cryptography;

namespace SsmSessions.Conformance.Tests.DataChannels;

/// <summary>OpenSSH through a session.</summary>
public abstract partial class SessionClientContract
{
    [Fact]
    public async Task Ssh_runs_a_command()
    {
        var client = Client;
        await using var server = await SshServer.RequireAsync();
        await using var route = client.SshTo(await hosts.OpenAsync(), server.Port);
        var (code, output, errors) = await server.RunAsync("ssh", route, "node", "echo to output; echo to error >&2; exit 7");
        Assert.True(code == 7, errors);
        Assert.Equal("to output\n", output);
        Assert.EndsWith("to error\n", Lines(errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scp_copies_there_and_back()
    {
        var client = Client;
        await using var server = await SshServer.RequireAsync();
        await using var route = client.SshTo(await hosts.OpenAsync(), server.Port);
        var (original, there, back) = (Path.Combine(server.Folder, "original"), Path.Combine(server.Folder, "there"), Path.Combine(server.Folder, "back"));
        var bytes = RandomNumberGenerator.GetBytes(MiB);
        await File.WriteAllBytesAsync(original, bytes);

        await CopyAsync(original, $"node:{there}");
        await CopyAsync($"node:{there}", back);

        Assert.Equal(bytes, await File.ReadAllBytesAsync(there));
        Assert.Equal(bytes, await File.ReadAllBytesAsync(back));

        async Task CopyAsync(string from, string to)
        {
            var start = Stopwatch.GetTimestamp();
            var (code, _, errors) = await server.RunAsync("scp", route, "-q", from, to);
            Assert.True(code == 0, errors);
            Figures.Tell(FormattableString.Invariant($"scp of 1 MiB {(to == back ? "back" : "there")}: {Stopwatch.GetElapsedTime(start).TotalSeconds:F1} s"));
        }
    }
}
