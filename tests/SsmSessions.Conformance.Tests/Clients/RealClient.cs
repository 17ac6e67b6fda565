using System.Diagnostics;
using System.Text.Json;
using SsmSessions.Testing;
using SsmSessions.Testing.DynamoDb;

namespace SsmSessions.Conformance.Tests.Clients;

/// <summary>A program that people use, run as it is against a server of the test. It prints a name and a JSON value on each line.</summary>
/// <param name="Name">What it is, for a skipped test's reason.</param>
/// <param name="Program">The program to run.</param>
/// <param name="Script">Our script for it.</param>
internal sealed record RealClient(string Name, string Program, string Script)
{
    private const string DebianPython = "/usr/bin/python3";

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(4);

    private string ScriptPath => Path.Combine(AppContext.BaseDirectory, "Clients", "scripts", Script);

    /// <summary>Variables that the script needs.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>False for aws-cli, which starts sessions only together with the session-manager-plugin.</summary>
    public bool StartsSessions { get; init; } = true;

    public static RealClient AwsCli() => AwsCli("aws-cli on PATH", Find("aws"));

    public static RealClient DebianAwsCli() => AwsCli("Debian's awscli", File.Exists("/usr/bin/aws") ? "/usr/bin/aws" : null);

    public static async Task<RealClient> Boto3Async()
    {
        var python = Find("python3") ?? Missing("boto3", "python3 is not installed");
        if ((await RunAsync(python, ["-c", "import boto3"], new Dictionary<string, string>(StringComparer.Ordinal))).ExitCode != 0)
            Missing("boto3", "python3 has no module boto3");
        return new RealClient("boto3", python, "boto3_client.py");
    }

    public static Task<RealClient> JavaScriptSdkAsync() =>
        NpmAsync("@aws-sdk/client-ssm", "aws-sdk-client-ssm-3", ["@aws-sdk/client-ssm@3"], "javascript_client.cjs");

    /// <summary>A client of data channels that people put into web pages, which is handed a websocket.</summary>
    public static Task<RealClient> SsmSessionAsync() =>
        NpmAsync("ssm-session", "ssm-session-1.0.6", ["ssm-session@1.0.6", "ws@8"], "ssm_session.cjs");

    /// <summary>npm's consul as it is now, or the last one with a lock of its own.</summary>
    /// <param name="version">2 or 0.40.0.</param>
    public static Task<RealClient> NpmConsulAsync(string version) =>
        NpmAsync($"npm's consul {version}", $"consul-{version}", [$"consul@{version}"], "consul_npm.cjs");

    public static async Task<RealClient> PythonConsulAsync()
    {
        const string Package = "Debian's python3-consul";
        var python = File.Exists(DebianPython) ? DebianPython : Missing(Package, "Debian's python3 is not installed");
        if ((await RunAsync(python, ["-c", "import consul"], new Dictionary<string, string>(StringComparer.Ordinal))).ExitCode != 0)
            Missing(Package, "it is not installed");
        return new RealClient(Package, python, "consul_python.py");
    }

    /// <summary>The other client of Debian, unpacked beside the former: the two cannot be installed together.</summary>
    public static async Task<RealClient> PythonConsul2Async()
    {
        const string Package = "Debian's python3-consul2";
        var python = File.Exists(DebianPython) ? DebianPython : Missing(Package, "Debian's python3 is not installed");
        try
        {
            var folder = await EmulatorCache.GetAsync("python3-consul2", async own =>
            {
                await Command.RunAsync("apt-get", ["download", "-qq", "python3-consul2"], own);
                await Command.RunAsync("dpkg", ["-x", Directory.GetFiles(own, "*.deb").Single(), own]);
            });
            return new RealClient(Package, python, "consul_python.py")
            {
                Variables = new Dictionary<string, string>(StringComparer.Ordinal) { ["PYTHONPATH"] = Path.Combine(folder, "usr/lib/python3/dist-packages") },
            };
        }
        catch (EmulatorUnavailableException failure)
        {
            Missing(Package, "it could not be fetched: " + failure.Message);
            throw;
        }
    }

    /// <summary>How the script is started against a server.</summary>
    public ProcessStartInfo StartInfo(Uri endpoint, params IEnumerable<string> arguments)
    {
        var variables = new Dictionary<string, string>(Variables, StringComparer.Ordinal) { ["ENDPOINT"] = endpoint.ToString().TrimEnd('/') };
        return StartInfo(Program, [ScriptPath, .. arguments], variables);
    }

    /// <summary>Runs the script to its end, and gives what it told by name.</summary>
    public async Task<IReadOnlyDictionary<string, JsonElement>> RunAsync(
        Uri endpoint, string accessKeyId = "test", string secretAccessKey = "test", string? session = null, params string[] arguments)
    {
        var variables = new Dictionary<string, string>(Variables, StringComparer.Ordinal)
        {
            ["ENDPOINT"] = endpoint.ToString().TrimEnd('/'),
            ["AWS_ACCESS_KEY_ID"] = accessKeyId,
            ["AWS_SECRET_ACCESS_KEY"] = secretAccessKey,
            ["AWS_EC2_METADATA_DISABLED"] = "true",
            ["AWS_PAGER"] = "",
            ["SESSION"] = session ?? "",
        };
        var result = await RunAsync(Program, [ScriptPath, .. arguments], variables);
        Assert.True(result.ExitCode == 0, $"{Name} ended with {result.ExitCode}:\n{result.Output}\n{result.Errors}");

        var told = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var line in result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var space = line.IndexOf(' ', StringComparison.Ordinal);
            Assert.True(space > 0 && space < line.Length - 1, $"{Name} told nothing in '{line}':\n{result.Errors}");
            told[line[..space]] = JsonDocument.Parse(line[(space + 1)..]).RootElement;
        }

        return told;
    }

    /// <summary>The file of a program on PATH, or null.</summary>
    public static string? Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, program))
        .FirstOrDefault(File.Exists);

    private static async Task<RealClient> NpmAsync(string name, string cached, string[] packages, string script)
    {
        var node = Find("node") ?? Missing(name, "node is not installed");
        if (Find(Command.Npm) is null)
            Missing(name, "npm is not installed");
        try
        {
            var folder = await EmulatorCache.GetAsync(
                cached,
                own => Command.RunAsync(Command.Npm, ["install", "--no-audit", "--no-fund", "--silent", "--prefix", own, .. packages]));
            return new RealClient(name, node, script)
            {
                Variables = new Dictionary<string, string>(StringComparer.Ordinal) { ["NODE_PATH"] = Path.Combine(folder, "node_modules") },
            };
        }
        catch (EmulatorUnavailableException failure)
        {
            Missing(name, "it could not be installed: " + failure.Message);
            throw;
        }
    }

    private static RealClient AwsCli(string name, string? aws)
    {
        var bash = Find("bash") ?? Missing(name, "bash is not installed");
        return new RealClient(name, bash, "aws_cli.sh")
        {
            Variables = new Dictionary<string, string>(StringComparer.Ordinal) { ["AWS"] = aws ?? Missing(name, "it is not installed") },
            StartsSessions = false,
        };
    }

    private static string Missing(string name, string why)
    {
        Assert.Skip($"{name}: {why}");
        return "";
    }

    private static ProcessStartInfo StartInfo(string program, string[] arguments, Dictionary<string, string> variables)
    {
        var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in variables)
            start.Environment[name] = value;
        return start;
    }

    /// <summary>Runs a program to its end.</summary>
    public static Task<(int ExitCode, string Output, string Errors)> RunAsync(
        string program, string[] arguments, Dictionary<string, string> variables) =>
        FinishedProcess.RunAsync(StartInfo(program, arguments, variables), Deadline);
}
