using System.Diagnostics.Metrics;
using SsmSessions.Storage.DynamoDb;

namespace SsmSessions.Benchmarks.Growth.Store;

/// <summary>Counts the capacity units that DynamoDB reports while one operation after the other is measured.</summary>
internal sealed class CapacityMeter : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly Lock _lock = new();
    private (double Read, double Written) _units;

    public CapacityMeter()
    {
        _listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == DynamoDbTable.MeterName)
                self.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>(Count);
        _listener.Start();
    }

    /// <summary>The units since the last call.</summary>
    public (double Read, double Written) Take()
    {
        lock (_lock)
        {
            var units = _units;
            _units = default;
            return units;
        }
    }

    public void Dispose() => _listener.Dispose();

    private void Count(Instrument instrument, double units, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
    {
        var isRead = false;
        foreach (var tag in tags)
            isRead |= tag is { Key: "operation", Value: "Query" or "GetItem" or "Scan" };
        lock (_lock)
            _units = isRead ? (_units.Read + units, _units.Written) : (_units.Read, _units.Written + units);
    }
}
