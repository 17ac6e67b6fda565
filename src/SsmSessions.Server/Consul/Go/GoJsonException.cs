namespace SsmSessions.Server.Consul.Go;

/// <summary>JSON that cannot be decoded. The message is that of Go's <c>encoding/json</c>.</summary>
internal sealed class GoJsonException(string message) : Exception(message);
