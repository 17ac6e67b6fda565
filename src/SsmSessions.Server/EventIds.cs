namespace SsmSessions.Server;

/// <summary>The ids of the log's events: one list, so that none is used twice.</summary>
internal static class EventIds
{
    public const int UnknownOperation = 1;
    public const int CallFailed = 2;
    public const int SweepFailed = 3;
    public const int HeartbeatFailed = 4;
    public const int ForeignRequest = 5;
    public const int LeasesFailed = 6;
    public const int ActivityFailed = 7;
    public const int FaultsFailed = 8;
    public const int ChannelFailed = 20;
    public const int ChannelRefused = 21;
    public const int MailboxFailed = 22;
    public const int PeerFailed = 23;
    public const int FaultFailed = 24;
    public const int TunnelRefused = 40;
    public const int ServerNameRefused = 41;
    public const int AuthorityMade = 42;
    public const int ConsulCallFailed = 60;
    public const int MembersFailed = 61;
    public const int ChecksFailed = 62;
    public const int DorisFailed = 80;
    public const int TrueNasCallFailed = 90;
    public const int TrueNasEventsFailed = 91;
}
