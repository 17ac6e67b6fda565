using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using SsmSessions.Core.Sessions;
using SsmSessions.Server;
using SsmSessions.Server.AwsJson;
using SsmSessions.Storage.DynamoDb;
using SsmSessions.Storage.Sqlite;

namespace SsmSessions.Tests.Architecture;

/// <summary>What ARCHITECTURE.md says always holds, held.</summary>
public sealed partial class ArchitectureTests
{
    private static readonly Assembly Core = typeof(Session).Assembly;
    private static readonly Assembly Server = typeof(SsmSessionsOptions).Assembly;

    [Fact]
    public void Core_knows_neither_web_nor_SDK_nor_engine() => AssertNoReference(
        Core, "Microsoft.AspNetCore", "Microsoft.Extensions", "AWSSDK", "Amazon", "Microsoft.Data.Sqlite", "FluentValidation", "SsmSessions");

    [Fact]
    public void The_wire_of_a_data_channel_knows_nothing_of_ours() => AssertNoReference(
        typeof(SsmSessions.Channel.AgentMessage).Assembly, "Microsoft.AspNetCore", "Microsoft.Extensions", "SsmSessions");

    [Fact]
    public void Server_knows_no_engine() => AssertNoReference(Server, "SsmSessions.Storage", "AWSSDK", "Amazon", "Microsoft.Data.Sqlite");

    [Fact]
    public void Engines_know_neither_web_nor_server()
    {
        foreach (var engine in new[] { typeof(SqliteTable).Assembly, typeof(DynamoDbTable).Assembly })
            AssertNoReference(engine, "Microsoft.AspNetCore", "SsmSessions.Server");
    }

    [Fact]
    public void Front_ends_do_not_know_each_other()
    {
        var frontEnds = FrontEnds();
        Assert.Superset(new HashSet<string> { "SsmSessions.Server.Admin", "SsmSessions.Server.AwsJson" }, frontEnds);
        var wrong =
            from type in Server.GetTypes()
            let home = FrontEndOf(type)
            where home is not null
            from known in References.Of(type)
            let other = FrontEndOf(known)
            where other is not null && other != home
            select $"{type} knows {known}";

        Assert.Empty(wrong.Distinct());

        string? FrontEndOf(Type type) => frontEnds.FirstOrDefault(f => type.Namespace == f || type.Namespace?.StartsWith(f + ".", StringComparison.Ordinal) == true);
    }

    [Fact]
    public void What_is_around_the_front_ends_knows_none_of_them()
    {
        var frontEnds = FrontEnds();
        var wrong =
            from type in Server.GetTypes()
            where type.Namespace == "SsmSessions.Server.Hosting"
            from known in References.Of(type)
            where known.Assembly == Server && frontEnds.Any(f => known.Namespace?.StartsWith(f, StringComparison.Ordinal) == true)
            select $"{type} knows {known}";

        Assert.Empty(wrong.Distinct());
    }

    [Fact]
    public void Code_that_is_looked_through_is_seen()
    {
        // The tests above would pass if nothing were found: these are found by signature, by a call, and by a generic argument.
        Assert.Contains(typeof(RequestMembers), References.Of(typeof(SsmAction)));
        Assert.Contains(typeof(AwsJsonErrors), Nested(typeof(AwsJsonEndpoint)).SelectMany(References.Of));
        Assert.Contains(typeof(Server.AwsJson.Actions.StartSessionResponse), References.Of(typeof(Server.AwsJson.Actions.StartSessionHandler)));

        static IEnumerable<Type> Nested(Type type) => type.GetNestedTypes(BindingFlags.NonPublic).Append(type);
    }

    [Fact]
    public void Every_action_has_its_tests()
    {
        var classes = typeof(ArchitectureTests).Assembly.GetTypes().Select(type => type.Name).ToHashSet();

        Assert.Empty(SsmActions.All.Keys.Where(action => !classes.Contains(action + "Tests")));
    }

    [Fact]
    public void Every_action_has_its_row_and_every_row_its_action()
    {
        var rows = CoverageRow().Matches(Repository.ReadText("COVERAGE.md")).Select(row => row.Groups["name"].Value).Where(name => name != "action");

        Assert.Equal(SsmActions.All.Keys.Order(StringComparer.Ordinal), rows);
    }

    [Theory]
    [InlineData("ARCHITECTURE.md")]
    [InlineData("README.md")]
    public void Every_path_that_is_named_exists(string document)
    {
        var paths = NamedPath().Matches(Repository.ReadText(document)).Select(path => path.Groups["path"].Value).ToArray();

        Assert.NotEmpty(paths);
        Assert.All(paths, path => Assert.True(Path.Exists(Path.Combine(Repository.Root, path)), path));
    }

    [Fact]
    public void Every_event_has_an_id_of_its_own()
    {
        var ids = typeof(EventIds).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (int)field.GetRawConstantValue()!).ToArray();
        var used = Server.GetTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static))
            .Select(method => method.GetCustomAttribute<LoggerMessageAttribute>()?.EventId)
            .OfType<int>().ToArray();

        Assert.Equal(ids.Distinct(), ids);
        Assert.Equal(ids.Order(), used.Order());
    }

    /// <summary>The namespaces right below the server's, but for what is around them all.</summary>
    private static HashSet<string> FrontEnds() =>
    [
        .. Server.GetTypes().Select(type => type.Namespace).OfType<string>().Where(name => name.StartsWith("SsmSessions.Server.", StringComparison.Ordinal))
            .Select(name => string.Join('.', name.Split('.').Take(3))).Where(name => name != "SsmSessions.Server.Hosting"),
    ];

    private static void AssertNoReference(Assembly assembly, params string[] prefixes) => Assert.DoesNotContain(
        assembly.GetReferencedAssemblies().Select(name => name.Name!),
        name => prefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)));

    [GeneratedRegex(@"^\| (?<name>[A-Za-z]+) \|", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex CoverageRow();

    [GeneratedRegex(@"`(?<path>(src|tests|docs|samples)/[A-Za-z0-9_./-]+)`", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex NamedPath();
}
