using System.Collections.Immutable;
using System.Text;
using SsmSessions.Core.Leases;
using SsmSessions.Core.Leases.Commands;
using SsmSessions.Server.Consul.Go;

namespace SsmSessions.Server.Consul.Keys;

/// <summary><c>PUT /v1/txn</c>: several operations on keys, all or none (spec/consul-sessions.md §7.5).</summary>
internal sealed class Transaction(LeaseRegistry registry)
{
    private const int MaxBytes = 512 * 1024;
    private const int MaxOperations = 64;

    /// <summary>The longest key; those of a path are bounded by the request line.</summary>
    private const int MaxKeyBytes = 8 * 1024;

    private static readonly KeyValuePair<string, string>[] ReadHeaders = [new("X-Consul-Knownleader", "true"), new("X-Consul-Lastcontact", "0")];

    public async Task<ConsulAnswer> ServeAsync(ConsulRequest request)
    {
        var operations = SentOperation.ReadAll(await request.ReadBodyAsync(MaxBytes, "txn_max_req_len"));
        CheckSizes(operations);
        var reads = !operations.Any(operation => operation.Writes);
        var stale = reads && ReadOptions.Of(request).IsStale;
        request.RequireDatacenter();
        var rights = request.Rights;
        var outcome = new KeyTransactionOutcome([], [.. Refusals(operations, rights)]);
        if (outcome.Errors.IsEmpty)
        {
            var transaction = new KeyTransaction([.. operations.Select(operation => operation.Operation)]);
            outcome = reads
                ? transaction.Read(stale ? registry.Known : await registry.ReadAsync(request.Aborted))
                : (await registry.ApplyAsync(transaction, request.Aborted)).Transaction!;
        }

        var answer = Show(outcome, rights, reads);
        return reads ? answer.With(ReadHeaders) : answer;
    }

    private static void CheckSizes(IReadOnlyList<SentOperation> operations)
    {
        if (operations.Count > MaxOperations)
            throw new ConsulException(413, $"Transaction contains too many operations ({operations.Count} > {MaxOperations})");
        foreach (var operation in operations.Select(sent => sent.Operation))
        {
            if (operation.Value.Length > KeyPut.MaxValueBytes)
                throw new ConsulException(413, $"Value for key {GoText.Quote(operation.Key)} is too large ({operation.Value.Length} > {KeyPut.MaxValueBytes} bytes)");
            if (Encoding.UTF8.GetByteCount(operation.Key) > MaxKeyBytes)
                throw new ConsulException(413, $"Key is too large ({Encoding.UTF8.GetByteCount(operation.Key)} > {MaxKeyBytes} bytes)");
        }
    }

    /// <summary>What is wrong with operations whatever the state is. A key that is missing is told before all else.</summary>
    private static IReadOnlyList<KeyOperationError> Refusals(IReadOnlyList<SentOperation> operations, ConsulRights rights)
    {
        KeyOperationError[] keyless =
        [
            .. Enumerable.Range(0, operations.Count)
                .Where(i => operations[i].Operation.Key.Length == 0 && operations[i].Verb != KeyVerb.DeleteTree)
                .Select(i => new KeyOperationError(i, "Must provide key")),
        ];
        return keyless.Length > 0 ? keyless : [.. Refused(operations, rights)];
    }

    private static IEnumerable<KeyOperationError> Refused(IReadOnlyList<SentOperation> operations, ConsulRights rights)
    {
        for (var i = 0; i < operations.Count; i++)
        {
            var key = operations[i].Operation.Key;
            if (!Allows(rights, operations[i].Verb, key))
                yield return new KeyOperationError(i, "Permission denied");
            else if (operations[i].Verb is null)
                yield return new KeyOperationError(i, $"unknown KV verb {GoText.Quote(operations[i].Name)}");
        }
    }

    /// <summary>Reads are allowed here; their results are filtered.</summary>
    private static bool Allows(ConsulRights rights, KeyVerb? verb, string key) => verb switch
    {
        KeyVerb.Get or KeyVerb.GetTree => true,
        KeyVerb.CheckIndex or KeyVerb.CheckSession or KeyVerb.CheckNotExists => rights.MayRead(ConsulResource.Key, key),
        KeyVerb.DeleteTree => rights.MayWriteUnder(ConsulResource.Key, key),
        _ => rights.MayWrite(ConsulResource.Key, key),
    };

    /// <summary>An answer to a transaction that only reads also says what is known of the read.</summary>
    private static ConsulAnswer Show(KeyTransactionOutcome outcome, ConsulRights rights, bool reads)
    {
        var failed = !outcome.Errors.IsEmpty;
        var results = outcome.Results.Where(entry => rights.MayRead(ConsulResource.Key, entry.Key)).ToImmutableArray();
        var answer = ConsulAnswer.Json(json => json.Object(json =>
        {
            json.Name("Results");
            if (failed)
                json.Null();
            else
                json.Array(results, static (json, entry) => json.Object(json => KeyJson.Write(json.Name("KV"), entry)));
            json.Name("Errors");
            if (failed)
                json.Array(outcome.Errors, static (json, error) => json.Object(json => json.Name("OpIndex").Number((long)error.Operation).Name("What").String(error.Text)));
            else
                json.Null();
            if (reads)
                WriteRead(json);
        }));
        return failed ? answer with { Status = 409 } : answer;
    }

    private static void WriteRead(GoJsonWriter json)
    {
        json.Name("Index").Number(1L).Name("LastContact").Number(0L);
        json.Name("KnownLeader").Bool(value: true).Name("ConsistencyLevel").String("");
        json.Name("NotModified").Bool(value: false).Name("Backend").Number(0L);
    }
}
