using SsmSessions.Core.Access;
using SsmSessions.Core.Documents;
using SsmSessions.Core.Hosts;
using SsmSessions.Core.Sessions;
using SsmSessions.Core.Store;

namespace SsmSessions.Tests.Architecture;

/// <summary>Names and numbers that stand in stores, and so never change. New ones are added at the end.</summary>
public sealed class StoredEnumTests
{
    [Fact]
    public void SessionStatus_is_frozen() =>
        AssertFrozen<SessionStatus>("Connecting", "Connected", "Disconnected", "Terminating", "Terminated", "Failed");

    [Fact]
    public void SessionState_is_frozen() => AssertFrozen<SessionState>("Active", "History");

    [Fact]
    public void AccessType_is_frozen() => AssertFrozen<AccessType>("Standard", "JustInTime");

    [Fact]
    public void NodeKind_is_frozen() => AssertFrozen<NodeKind>("Local", "Echo", "Agent");

    [Fact]
    public void TableIndex_is_frozen() => AssertFrozen<TableIndex>("ByState", "ByOwner", "ByTarget", "ByStatus", "ByHost", "ByDeadline");

    [Fact]
    public void AccessRequestStatus_is_frozen() => AssertFrozen<AccessRequestStatus>("Pending", "Approved", "Rejected", "Revoked", "Expired");

    [Fact]
    public void DocumentFormat_is_frozen() => AssertFrozen<DocumentFormat>("Json", "Yaml", "Text");

    private static void AssertFrozen<T>(params string[] names)
        where T : struct, Enum =>
        Assert.Equal(names.Select((name, number) => (name, number)), Enum.GetValues<T>().Select(value => (value.ToString(), Convert.ToInt32(value, null))));
}
