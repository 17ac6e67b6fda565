namespace SsmSessions.Conformance.Tests.Crashes;

/// <summary>Something with one writer and one value at a time, null for none.</summary>
internal sealed class Register
{
    private readonly Lock _lock = new();
    private List<string?> _possible = [null];

    /// <summary>A value is about to be written.</summary>
    public void Writes(string? value)
    {
        lock (_lock)
            _possible.Add(value);
    }

    /// <summary>It was.</summary>
    public void Holds(string? value)
    {
        lock (_lock)
            _possible = [value];
    }

    /// <summary>It was not.</summary>
    public void Refused(string? value)
    {
        lock (_lock)
            _possible.Remove(value);
    }

    /// <summary>Whether it may hold what was found. If so that is what it holds from now on.</summary>
    public bool IsFound(string? value)
    {
        lock (_lock)
        {
            if (!_possible.Contains(value))
                return false;
            _possible = [value];
            return true;
        }
    }

    public override string ToString()
    {
        lock (_lock)
            return string.Join(" or ", _possible.Select(value => value ?? "nothing"));
    }
}
