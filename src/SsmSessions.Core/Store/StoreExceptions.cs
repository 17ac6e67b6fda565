namespace SsmSessions.Core.Store;

/// <summary>The store did not answer this time: disk full, time-out, throttled beyond retries. The operation may be tried again.</summary>
public sealed class StoreUnavailableException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The store cannot be used as configured. The message is one clear line for the operator; the process exits with status 2.</summary>
public sealed class StoreUnusableException(string message, Exception? inner = null) : Exception(message, inner);
