namespace SsmSessions.Server.Hosting;

/// <summary>The clock of what a fake clock does not move: signature dates, heartbeats, timers.</summary>
internal sealed record RealTime(TimeProvider Clock);
