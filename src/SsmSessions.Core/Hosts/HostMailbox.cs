using System.Text.Json;
using System.Text.Json.Serialization;
using SsmSessions.Core.Identity;
using SsmSessions.Core.Store;

namespace SsmSessions.Core.Hosts;

/// <summary>
/// What hosts on one table tell each other to do: end a session that the other carries. A message is an item of its own, so that none is
/// lost; a counter beside them wakes the receiver, within a second where it is another process.
/// </summary>
/// <remarks>Messages: partition <c>mailbox/{host}</c>, sort <c>{account}/{region}/{SessionId}</c>. Counter: partition <c>mailbox</c>, sort
/// <c>{host}</c>.</remarks>
/// <param name="table">The table.</param>
/// <param name="time">The service's clock, by which messages expire.</param>
/// <param name="realTime">The clock of waiting.</param>
public sealed class HostMailbox(ITable table, TimeProvider time, TimeProvider realTime)
{
    /// <summary>A lost wake-up costs no more than this.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    /// <summary>A host that does not come back leaves its messages behind for so long.</summary>
    private static readonly TimeSpan KeptFor = TimeSpan.FromDays(1);

    /// <summary>The write that asks a host to end a session, for the transaction that marks the session. <see cref="WakeAsync"/> comes next.</summary>
    internal TableWrite EndSession(string host, Tenant tenant, string sessionId, string output) => TableWrite.Put(
        new Item(
            new ItemKey(Partition(host), $"{tenant}/{sessionId}"),
            JsonSerializer.SerializeToUtf8Bytes(new MailboxMessage(tenant.ToString(), sessionId, output), MailboxJson.Default.MailboxMessage))
        {
            ExpiresAt = time.GetUtcNow() + KeptFor,
        });

    /// <summary>Asks a host to end all that it carries.</summary>
    public async Task EndAllAsync(string host, string output, CancellationToken cancellationToken)
    {
        await table.WriteAsync(EndSession(host, default, MailboxMessage.All, output), cancellationToken);
        await WakeAsync(host, cancellationToken);
    }

    /// <summary>Tells a host that there is something for it.</summary>
    public Task WakeAsync(string host, CancellationToken cancellationToken) => table.IncrementAsync(Counter(host), by: 1, cancellationToken);

    /// <summary>The messages for a host.</summary>
    public async Task<IReadOnlyList<MailboxMessage>> ReadAsync(string host, CancellationToken cancellationToken)
    {
        var items = await table.QueryAsync(new TableQuery(null, Partition(host)) { Consistent = true }, cancellationToken);
        return [.. items.Select(Read)];
    }

    /// <summary>Takes a message away that was obeyed.</summary>
    public Task RemoveAsync(string host, MailboxMessage message, CancellationToken cancellationToken) =>
        table.WriteAsync(TableWrite.Delete(new ItemKey(Partition(host), $"{message.Tenant}/{message.SessionId}")), cancellationToken);

    /// <summary>The state of a host's counter, for <see cref="WaitAsync"/>: ask first, read then, wait last.</summary>
    public async Task<long> StateAsync(string host, CancellationToken cancellationToken) =>
        (await table.GetAsync(Counter(host), consistent: true, cancellationToken))?.Version ?? 0;

    /// <summary>Completes when there may be something for a host.</summary>
    public Task WaitAsync(string host, long knownState, CancellationToken cancellationToken) =>
        table.WaitForChangeAsync(Counter(host), knownState, LongestWait, realTime, cancellationToken);

    private static string Partition(string host) => $"mailbox/{host}";

    private static ItemKey Counter(string host) => new("mailbox", host);

    private static MailboxMessage Read(Item item) =>
        JsonSerializer.Deserialize(item.Body.Span, MailboxJson.Default.MailboxMessage) ?? throw new InvalidDataException("a message has no body");
}

/// <summary>The word to end a session.</summary>
/// <param name="Tenant"><c>account/region</c>.</param>
/// <param name="SessionId">Which.</param>
/// <param name="Output">What its user is told; empty for an ordinary end.</param>
public sealed record MailboxMessage(string Tenant, string SessionId, string Output)
{
    /// <summary>In place of a session's id: every session.</summary>
    public const string All = "*";
}

[JsonSerializable(typeof(MailboxMessage))]
internal sealed partial class MailboxJson : JsonSerializerContext;
