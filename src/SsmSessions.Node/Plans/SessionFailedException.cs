namespace SsmSessions.Node.Plans;

/// <summary>A session cannot be run. The message is for its user.</summary>
internal sealed class SessionFailedException : Exception
{
    public SessionFailedException(string message)
        : base(message)
    {
    }

    public SessionFailedException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
