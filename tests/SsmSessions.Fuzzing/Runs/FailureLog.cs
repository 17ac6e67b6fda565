using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace SsmSessions.Fuzzing.Runs;

/// <summary>What the service logs that no input may lead to: errors, and warnings of its own that carry an exception.</summary>
internal sealed class FailureLog : ILoggerProvider
{
    private readonly ConcurrentQueue<string> _failures = new();

    /// <summary>How many there are that nobody has taken.</summary>
    public int Count => _failures.Count;

    /// <summary>Takes all that are there.</summary>
    public IReadOnlyList<string> Take()
    {
        var taken = new List<string>();
        while (_failures.TryDequeue(out var failure))
            taken.Add(failure);
        return taken;
    }

    /// <summary>Adds one that was seen elsewhere.</summary>
    public void Add(string failure) => _failures.Enqueue(failure);

    public ILogger CreateLogger(string categoryName) => new Category(this, categoryName);

    public void Dispose()
    {
    }

    private sealed class Category(FailureLog log, string name) : ILogger
    {
        private readonly bool _isOurs = name.StartsWith("SsmSessions", StringComparison.Ordinal);

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel >= LogLevel.Error || (_isOurs && logLevel == LogLevel.Warning && exception is not null))
                log.Add($"{name}: {formatter(state, exception)}\n{exception}");
        }
    }
}
