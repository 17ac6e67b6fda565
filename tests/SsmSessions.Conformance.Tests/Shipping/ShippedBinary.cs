using SsmSessions.Testing.Shipping;

namespace SsmSessions.Conformance.Tests.Shipping;

/// <summary>Runs alone: what is published takes all processors for a while.</summary>
[CollectionDefinition(nameof(ShippingCollection), DisableParallelization = true)]
public sealed class ShippingCollection : ICollectionFixture<ShippedBinary>;

/// <summary>The executable as users get it, published once for all tests that want it.</summary>
public sealed class ShippedBinary : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ssm-sessions-shipping-");
    private readonly Dictionary<string, Task<string>> _published = new(StringComparer.Ordinal);

    /// <summary>What the publication wrote, by the name of its kind.</summary>
    public Dictionary<string, string> Outputs { get; } = new(StringComparer.Ordinal);

    /// <summary>A folder below that of the fixture, which is deleted at the end.</summary>
    public string FolderOf(string name) => Path.Combine(_folder.FullName, name);

    /// <summary>The path of the executable; the test is skipped where it cannot run.</summary>
    /// <param name="kind">A name for this way to publish.</param>
    /// <param name="properties">As <c>-p:Aot=true</c>.</param>
    public Task<string> RequireAsync(string kind, params string[] properties)
    {
        Assert.SkipWhen(Publishing.Obstacle is not null, Publishing.Obstacle ?? "");
        lock (_published)
        {
            if (!_published.TryGetValue(kind, out var publishing))
                _published[kind] = publishing = PublishAsync(kind, properties);
            return publishing;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_published.Values).ContinueWith(_ => { }, TaskScheduler.Default);
        _folder.Delete(recursive: true);
    }

    private async Task<string> PublishAsync(string kind, string[] properties)
    {
        var shipped = FolderOf(kind);
        Outputs[kind] = await Publishing.RunAsync(
            "publish", "src/SsmSessions.Local", FolderOf("work-" + kind), ["-r", Publishing.Runtime, "-o", shipped, .. properties]);
        return Path.Combine(shipped, "ssm-sessions");
    }
}
