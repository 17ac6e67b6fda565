using SsmSessions.Benchmarks;

namespace SsmSessions.Tests.Benchmarks;

public sealed class SamplesTests
{
    [Fact]
    public void A_median_of_an_even_number_is_the_lower_of_the_two_in_the_middle() => Assert.Equal(2, new Samples(4, 1, 3, 2).Median);

    [Fact]
    public void A_quantile_is_the_smallest_value_that_the_share_of_all_does_not_exceed()
    {
        var samples = new Samples(Enumerable.Range(1, 1_000).Reverse().Select(i => (double)i));
        Assert.Equal(990, samples.Quantile(0.99));
        Assert.Equal(1, samples.Quantile(0));
        Assert.Equal(1_000, samples.Quantile(1));
    }

    [Fact]
    public void One_value_is_each_quantile()
    {
        var samples = new Samples();
        samples.Add(7);
        Assert.Equal(7, samples.Median);
        Assert.Equal(7, samples.Quantile(0.99));
    }

    [Fact]
    public void Values_count_that_come_after_a_quantile_was_asked_for()
    {
        var samples = new Samples(9);
        Assert.Equal(9, samples.Median);
        samples.AddRange([1, 2]);
        Assert.Equal(2, samples.Median);
    }
}
