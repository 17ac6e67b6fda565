namespace SsmSessions.Conformance.Tests.Consul.Linearizability;

/// <summary>What is done to one key of Consul, with what was answered. Every value that is written is another one.</summary>
internal abstract record KeyOperation
{
    private KeyOperation()
    {
    }

    /// <summary>GET.</summary>
    /// <param name="Version">What was read; null for no key.</param>
    internal sealed record Read(KeyVersion? Version) : KeyOperation;

    /// <summary>PUT.</summary>
    internal sealed record Put(string Value) : KeyOperation;

    /// <summary>PUT ?cas=, with the ModifyIndex of a version that was read.</summary>
    /// <param name="Expected">That version; null for cas=0.</param>
    /// <param name="Value">What is written.</param>
    /// <param name="Done">The answer; null where none came, as below.</param>
    internal sealed record CompareAndSet(KeyVersion? Expected, string Value, bool? Done) : KeyOperation;

    /// <summary>DELETE ?cas=.</summary>
    internal sealed record CompareAndDelete(KeyVersion Expected, bool? Done) : KeyOperation;

    /// <summary>PUT ?acquire=.</summary>
    internal sealed record Acquire(string Session, string Value, bool? Done) : KeyOperation;

    /// <summary>PUT ?release=.</summary>
    internal sealed record Release(string Session, string Value, bool? Done) : KeyOperation;

    /// <summary>The session is destroyed; it has no lock delay, and its keys are released.</summary>
    internal sealed record Destroy(string Session) : KeyOperation;
}

/// <summary>A key as it was read.</summary>
internal sealed record KeyVersion(string Value, string? Session, ulong LockIndex, ulong ModifyIndex);
