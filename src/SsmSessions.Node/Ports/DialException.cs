namespace SsmSessions.Node.Ports;

/// <summary>A target cannot be reached. The message is worded as the agent words it.</summary>
internal sealed class DialException(string message) : Exception(message);
