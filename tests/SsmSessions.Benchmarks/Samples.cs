namespace SsmSessions.Benchmarks;

/// <summary>Numbers of one kind, and what stands in their middle and near their end.</summary>
internal sealed class Samples(params IEnumerable<double> values)
{
    private readonly List<double> _values = [.. values];

    public double Median => Quantile(0.5);

    public void Add(double value) => _values.Add(value);

    public void AddRange(IEnumerable<double> values) => _values.AddRange(values);

    /// <summary>The smallest value that is not below a share of all of them.</summary>
    public double Quantile(double share)
    {
        _values.Sort();
        return _values[Math.Clamp((int)Math.Ceiling(share * _values.Count) - 1, 0, _values.Count - 1)];
    }
}
