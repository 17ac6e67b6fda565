using System.Diagnostics;
using System.Text;
using SsmSessions.Local;
using SsmSessions.Testing;

namespace SsmSessions.Tests.Local;

/// <summary><c>ssm-sessions env</c>: what it prints leads clients to the service, whatever its paths are called.</summary>
public sealed class EnvTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ssm-sessions-").FullName;

    [Fact]
    public async Task With_ws_clients_need_the_address_only()
    {
        await using var service = await ServiceProcess.StartAsync("--data", _folder);

        Assert.Equal((0, $"export AWS_ENDPOINT_URL_SSM='{Address(service)}'\n", ""), await ServiceProcess.RunAsync(["env", "--data", _folder, "--shell", "sh"]));
    }

    [Fact]
    public async Task A_shell_that_evaluates_it_has_what_leads_to_the_real_services_name()
    {
        var data = Path.Combine(_folder, "it's a \"folder\" $(exit 3) `exit 4` \\ ü\nend");
        await using var service = await ServiceProcess.StartAsync("--store", "memory", "--stream-url", "aws", "--data", data);
        var (exitCode, output, errors) = await ServiceProcess.RunAsync(["env", "--shell", "sh"], ("SSM_SESSIONS_DATA", data));
        Assert.Equal((0, ""), (exitCode, errors));

        var variables = await EvaluateAsync(output);

        var (address, tls) = (Address(service), Path.Combine(data, "tls"));
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["AWS_ENDPOINT_URL_SSM"] = address,
                ["SSL_CERT_FILE"] = Path.Combine(tls, "bundle.pem"),
                ["AWS_CA_BUNDLE"] = Path.Combine(tls, "bundle.pem"),
                ["NODE_EXTRA_CA_CERTS"] = Path.Combine(tls, "authority.pem"),
                ["HTTPS_PROXY"] = address,
                ["https_proxy"] = address,
                ["NO_PROXY"] = "localhost,127.0.0.1,::1",
                ["no_proxy"] = "localhost,127.0.0.1,::1",
            },
            variables);
        Assert.True(File.Exists(variables["SSL_CERT_FILE"]));
        Assert.True(File.Exists(variables["NODE_EXTRA_CA_CERTS"]));
    }

    [Fact]
    public async Task With_wss_there_is_no_proxy()
    {
        await using var service = await ServiceProcess.StartAsync("--store", "memory", "--stream-url", "wss", "--data", _folder);
        var (_, output, _) = await ServiceProcess.RunAsync(["env", "--data", _folder, "--shell", "sh"]);

        Assert.Equal(["AWS_CA_BUNDLE", "AWS_ENDPOINT_URL_SSM", "NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE"], (await EvaluateAsync(output)).Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task PowerShell_gets_its_own_form()
    {
        var data = Path.Combine(_folder, "it's");
        await using var service = await ServiceProcess.StartAsync("--store", "memory", "--stream-url", "wss", "--data", data);

        var (exitCode, output, _) = await ServiceProcess.RunAsync(["env", "--data", data, "--shell", "pwsh"]);

        var tls = Path.Combine(_folder, "it''s", "tls");
        Assert.Equal(
            (0, $"""
                $env:AWS_ENDPOINT_URL_SSM = '{Address(service)}'
                $env:SSL_CERT_FILE = '{tls}/bundle.pem'
                $env:AWS_CA_BUNDLE = '{tls}/bundle.pem'
                $env:NODE_EXTRA_CA_CERTS = '{tls}/authority.pem'

                """),
            (exitCode, output));
    }

    [Theory]
    [InlineData("plain", "$env:A = 'plain'")]
    [InlineData("it's $x `n \"", "$env:A = 'it''s $x `n \"'")]
    [InlineData("\u2018\u2019\u201A\u201B", "$env:A = '\u2018\u2018\u2019\u2019\u201A\u201A\u201B\u201B'")]
    public void PowerShell_takes_nothing_in_a_value_for_its_end(string value, string line) => Assert.Equal(line, ShellText.PowerShell("A", value));

    [Fact]
    public async Task Another_address_can_be_named()
    {
        await using var service = await ServiceProcess.StartAsync("--store", "memory", "--stream-url", "aws", "--data", _folder);
        var (_, output, _) = await ServiceProcess.RunAsync(["env", "--data", _folder, "--shell", "sh", "--url", "http://gateway.example.com:8080/"]);

        var variables = await EvaluateAsync(output);

        Assert.Equal("http://gateway.example.com:8080", variables["AWS_ENDPOINT_URL_SSM"]);
        Assert.Equal("http://gateway.example.com:8080", variables["HTTPS_PROXY"]);
        Assert.Equal("localhost,127.0.0.1,::1,gateway.example.com", variables["NO_PROXY"]);
        Assert.Equal(
            (2, "", "ssm-sessions: --url: with --stream-url aws it must be an http:// address of the service, which is the proxy too\n"),
            await ServiceProcess.RunAsync(["env", "--data", _folder, "--url", "https://gateway.example.com"]));
    }

    [Fact]
    public async Task A_named_address_needs_no_service_in_the_folder() => Assert.Equal(
        (0, "export AWS_ENDPOINT_URL_SSM='http://127.0.0.1:4580'\n", ""),
        await ServiceProcess.RunAsync(["env", "--data", _folder, "--shell", "sh", "--url", "http://127.0.0.1:4580"]));

    [Fact]
    public async Task A_folder_in_which_no_service_was_is_told() => Assert.Equal(
        (2, "", $"ssm-sessions: no service has said in {_folder} where it listens: start it with this data folder, or name it by --url\n"),
        await ServiceProcess.RunAsync(["env", "--data", _folder]));

    [Theory]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("""{"url":null,"streamUrl":"aws","authority":null,"bundle":null}""")]
    [InlineData("""{"url":"http://a","streamUrl":"smtp","authority":null,"bundle":null}""")]
    public async Task A_damaged_file_is_told(string json)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "service.json"), json);

        var (exitCode, output, errors) = await ServiceProcess.RunAsync(["env", "--data", _folder]);

        Assert.Equal((2, ""), (exitCode, output));
        Assert.StartsWith($"ssm-sessions: {_folder}/service.json cannot be read: ", Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--shell: 'fish' is not one of sh, pwsh", "--shell", "fish")]
    [InlineData("--url: 'localhost' is not an http:// or https:// URL", "--url", "localhost")]
    [InlineData("Unrecognized command or argument '--store'.", "--store", "memory")]
    public async Task A_bad_option_is_told(string line, params string[] arguments) =>
        Assert.Equal((2, "", $"ssm-sessions: {line}\n"), await ServiceProcess.RunAsync(["env", "--data", _folder, .. arguments]));

    [Fact]
    public async Task Help_tells_of_it()
    {
        Assert.Contains("  env  ", (await ServiceProcess.RunAsync(["--help"])).Output, StringComparison.Ordinal);
        var help = (await ServiceProcess.RunAsync(["env", "--help"])).Output;
        foreach (var part in new[] { "eval \"$(ssm-sessions env)\"", "--shell", "--data", "--url", "service.json" })
            Assert.Contains(part, help, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string Address(ServiceProcess service) => service.Url.ToString().TrimEnd('/');

    /// <summary>The environment of a shell that had none and evaluates the text.</summary>
    private static async Task<Dictionary<string, string>> EvaluateAsync(string text)
    {
        var start = new ProcessStartInfo("env", ["-i", "sh", "-euc", "eval \"$1\"; unset PWD OLDPWD SHLVL _; /usr/bin/env -0", "sh", text])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        using var shell = Process.Start(start)!;
        var errors = shell.StandardError.ReadToEndAsync();
        var output = await shell.StandardOutput.ReadToEndAsync();
        await shell.WaitForExitAsync();
        Assert.Equal((0, ""), (shell.ExitCode, await errors));
        return output.Split('\0', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('=', 2)).Where(pair => pair[0] is not ("PWD" or "OLDPWD" or "SHLVL" or "_"))
            .ToDictionary(pair => pair[0], pair => pair[1]);
    }
}
