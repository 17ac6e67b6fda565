namespace SsmSessions.Server;

/// <summary>The ids of the log's events: one list, so that none is used twice.</summary>
internal static class EventIds
{
    public const int UnknownOperation = 1;
    public const int CallFailed = 2;
    public const int SweepFailed = 3;
    public const int HeartbeatFailed = 4;
    public const int ForeignRequest = 5;
}
