namespace SsmSessions.Core.Leases;

/// <summary>Those who wait for changes in this process. A change costs what is woken by it, however many wait for others.</summary>
internal sealed class LeaseWatches
{
    private readonly Lock _lock = new();
    private readonly Dictionary<LeaseTopic, HashSet<LeaseWatch>> _byTopic = [];

    /// <summary>The lengths of the prefixes that are waited for, and how many are so long.</summary>
    private readonly SortedDictionary<int, int> _prefixLengths = [];

    public LeaseWatch Add(params ReadOnlySpan<LeaseTopic> topics)
    {
        var watch = new LeaseWatch(this, topics.ToArray());
        lock (_lock)
        {
            foreach (var topic in topics)
                Add(topic, watch);
        }

        return watch;
    }

    public void Remove(LeaseWatch watch)
    {
        lock (_lock)
        {
            foreach (var topic in watch.Topics)
                Remove(topic, watch);
        }
    }

    /// <summary>Wakes who waits for one of these; a key stands for the prefixes that it is under.</summary>
    public void Wake(IEnumerable<LeaseTopic> touched)
    {
        lock (_lock)
        {
            if (_byTopic.Count == 0)
                return;
            foreach (var topic in touched)
                Wake(topic);
        }
    }

    /// <summary>Wakes everybody.</summary>
    public void WakeAll()
    {
        lock (_lock)
        {
            foreach (var watch in _byTopic.Values.SelectMany(watches => watches))
                watch.Wake();
        }
    }

    private void Wake(LeaseTopic topic)
    {
        WakeOnce(topic);
        if (topic.Kind != LeaseTopicKind.Key)
            return;
        foreach (var length in _prefixLengths.Keys.TakeWhile(length => length <= topic.Name.Length).ToArray())
            WakeOnce(LeaseTopic.KeysUnder(topic.Name[..length]));
    }

    /// <summary>Who was woken waits no longer: however much changes at once, each is woken once.</summary>
    private void WakeOnce(LeaseTopic topic)
    {
        if (!_byTopic.Remove(topic, out var watches))
            return;
        ForgetLength(topic);
        foreach (var watch in watches)
            watch.Wake();
    }

    private void ForgetLength(LeaseTopic topic)
    {
        if (topic.Kind == LeaseTopicKind.KeysUnder && --_prefixLengths[topic.Name.Length] == 0)
            _prefixLengths.Remove(topic.Name.Length);
    }

    private void Add(LeaseTopic topic, LeaseWatch watch)
    {
        if (!_byTopic.TryGetValue(topic, out var watches))
        {
            _byTopic[topic] = watches = [];
            if (topic.Kind == LeaseTopicKind.KeysUnder)
                _prefixLengths[topic.Name.Length] = _prefixLengths.GetValueOrDefault(topic.Name.Length) + 1;
        }

        watches.Add(watch);
    }

    private void Remove(LeaseTopic topic, LeaseWatch watch)
    {
        if (!_byTopic.TryGetValue(topic, out var watches) || !watches.Remove(watch) || watches.Count > 0)
            return;
        _byTopic.Remove(topic);
        ForgetLength(topic);
    }
}
