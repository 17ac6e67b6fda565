namespace SsmSessions.Conformance.Tests.Consul.Linearizability;

/// <summary>What somebody did, and when: it took effect at one moment between the two, if at all.</summary>
/// <param name="What">What was asked, and what was answered.</param>
/// <param name="Called">When it was asked, by a clock that all share.</param>
/// <param name="Returned">When the answer came. Null where none came that says anything: it may have happened, at any time since, or not.</param>
internal sealed record Operation<T>(T What, long Called, long? Returned);
