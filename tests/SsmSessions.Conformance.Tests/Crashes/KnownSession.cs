namespace SsmSessions.Conformance.Tests.Crashes;

/// <summary>A session, and what it can be by what was told of it. It only ever ends.</summary>
internal sealed class KnownSession(string id)
{
    private int _channel;
    private volatile bool _mayBeActive = true;
    private volatile bool _mayHaveEnded;

    public string Id => id;

    /// <summary>False once its end was acknowledged.</summary>
    public bool MayBeActive
    {
        get => _mayBeActive;
        set => _mayBeActive = value;
    }

    /// <summary>False until somebody tries to end it.</summary>
    public bool MayHaveEnded
    {
        get => _mayHaveEnded;
        set => _mayHaveEnded = value;
    }

    /// <summary>Whether its node's end may live in the process.</summary>
    public bool IsCarried => _channel > 0;

    /// <summary>Its data channel is being opened: from now on the session may live and die with the process.</summary>
    public void OpensChannel() => _channel = 1;

    /// <summary>Its node's end has answered: the session dies with the process.</summary>
    public void HasChannel() => _channel = 2;

    /// <summary>The process is gone.</summary>
    public void CarrierDied()
    {
        if (_channel > 0)
            MayHaveEnded = true;
        if (_channel == 2)
            MayBeActive = false;
        _channel = 0;
    }
}
