using SsmSessions.Core.Leases.Commands;
using SsmSessions.Server.Consul.Go;

namespace SsmSessions.Server.Consul.Keys;

/// <summary>One operation of a transaction as it was sent (spec/consul-sessions.md §7.5).</summary>
/// <param name="Name">The name of its verb.</param>
/// <param name="Operation">The rest; its verb means nothing where the name is unknown.</param>
internal sealed record SentOperation(string Name, KeyOperation Operation)
{
    /// <summary>Its verb, or null for a name that is none.</summary>
    public KeyVerb? Verb => Name switch
    {
        "set" => KeyVerb.Set,
        "cas" => KeyVerb.Cas,
        "lock" => KeyVerb.Lock,
        "unlock" => KeyVerb.Unlock,
        "get" => KeyVerb.Get,
        "get-tree" => KeyVerb.GetTree,
        "check-index" => KeyVerb.CheckIndex,
        "check-session" => KeyVerb.CheckSession,
        "check-not-exists" => KeyVerb.CheckNotExists,
        "delete" => KeyVerb.Delete,
        "delete-tree" => KeyVerb.DeleteTree,
        "delete-cas" => KeyVerb.DeleteCas,
        _ => null,
    };

    /// <summary>Whether it may change something.</summary>
    public bool Writes => Verb is KeyVerb.Set or KeyVerb.Cas or KeyVerb.Lock or KeyVerb.Unlock or KeyVerb.Delete or KeyVerb.DeleteTree or KeyVerb.DeleteCas;

    /// <summary>Reads a body.</summary>
    /// <exception cref="ConsulException">It cannot be decoded.</exception>
    public static IReadOnlyList<SentOperation> ReadAll(ReadOnlySpan<byte> json)
    {
        IReadOnlyList<SentOperation?> operations = [];
        ConsulRequest.Decode(
            json, refusesUnknown: true, body => operations = body.List(operations, "api.TxnOps", null, (operation, _) => Read(operation)) ?? [], "Failed to parse body: ");
        return [.. operations.OfType<SentOperation>()];
    }

    /// <summary>Null for an element that has no operation.</summary>
    private static SentOperation? Read(GoMember sent)
    {
        SentOperation? operation = null;
        sent.Object("api.TxnOp", new Dictionary<string, Action<GoMember>>(StringComparer.Ordinal)
        {
            ["KV"] = key => operation = ReadKey(key),
            ["Node"] = RefuseUnlessNull,
            ["Service"] = RefuseUnlessNull,
            ["Check"] = RefuseUnlessNull,
        });
        return operation;
    }

    /// <summary>Clients send every member; those that are not for keys are not served.</summary>
    private static void RefuseUnlessNull(GoMember sent)
    {
        if (!sent.IsNull)
            sent.Decoding.Fail("only operations on keys are supported");
    }

    private static SentOperation? ReadKey(GoMember sent)
    {
        var (name, key, session) = ("", "", "");
        var (flags, index) = (0ul, 0ul);
        ReadOnlyMemory<byte> value = default;
        var given = sent.Object("api.KVTxnOp", new Dictionary<string, Action<GoMember>>(StringComparer.Ordinal)
        {
            ["Verb"] = member => name = member.String(name, "api.KVOp"),
            ["Key"] = member => key = member.String(key),
            ["Value"] = member => value = member.Bytes(value),
            ["Flags"] = member => flags = member.UInt64(flags),
            ["Index"] = member => index = member.UInt64(index),
            ["Session"] = member => session = member.String(session),
            ["Namespace"] = member => member.String(""),
        });
        if (!given)
            return null;
        var operation = new SentOperation(name, new KeyOperation(default, key) { Value = value, Flags = flags, Index = index, Session = session });
        return operation with { Operation = operation.Operation with { Verb = operation.Verb ?? default } };
    }
}
