using SsmSessions.Testing;

namespace SsmSessions.Conformance.Tests.Consul;

/// <summary>Every conformance vector of the specification, in a world of its own. Each kind of world subclasses this.</summary>
public abstract class ConsulVectorContract
{
    public static TheoryData<int, string> Vectors { get; } = [.. ConsulVectors.All.Values.OrderBy(v => v.Number).Select(v => (v.Number, v.Request))];

    [Theory]
    [MemberData(nameof(Vectors))]
    public async Task It_answers_as_Consul_does(int number, string request)
    {
        var vector = ConsulVectors.All[number];
        await using var world = await StartAsync(vector.TakesTime ? new ManualTimeProvider() : null);

        Assert.Equal(request, vector.Request);
        await vector.CheckAsync(world);
    }

    /// <summary>A world whose first host is n1.</summary>
    /// <param name="clock">The clock of its hosts, or null for the real one.</param>
    private protected abstract Task<ConsulWorld> StartAsync(ManualTimeProvider? clock);
}
