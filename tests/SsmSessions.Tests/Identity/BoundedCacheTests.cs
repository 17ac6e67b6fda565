using System.Globalization;
using SsmSessions.Core.Identity;

namespace SsmSessions.Tests.Identity;

public sealed class BoundedCacheTests
{
    [Fact]
    public void What_is_asked_for_stays_and_the_rest_is_forgotten()
    {
        var cache = new BoundedCache<object>(10);
        var kept = new object();
        cache.Add("kept", kept);
        for (var i = 0; i < 1_000; i++)
        {
            cache.Add(i.ToString(CultureInfo.InvariantCulture), new object());
            Assert.True(cache.TryGet("kept", out var found));
            Assert.Same(kept, found);
        }

        Assert.InRange(Enumerable.Range(0, 1_000).Count(i => cache.TryGet(i.ToString(CultureInfo.InvariantCulture), out _)), 1, 10);
        Assert.False(cache.TryGet("unknown", out _));
    }

    [Fact]
    public void Many_threads_may_use_it()
    {
        var cache = new BoundedCache<string>(64);

        Parallel.For(0, 20_000, i =>
        {
            var key = (i % 200).ToString(CultureInfo.InvariantCulture);
            if (cache.TryGet(key, out var value))
                Assert.Equal(key, value);
            else
                cache.Add(key, key);
        });
    }
}
