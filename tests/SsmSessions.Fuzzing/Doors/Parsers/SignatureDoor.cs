using System.Security.Cryptography;
using System.Text;
using SsmSessions.Core.Identity;
using SsmSessions.Fuzzing.Inputs;

namespace SsmSessions.Fuzzing.Doors.Parsers;

/// <summary>Readers and verifiers of signatures: header and presigned query, of users, of issued credentials and of nodes. Nobody gets in by chance.</summary>
internal sealed class SignatureDoor : ParserDoor
{
    private const string Authorization = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261122/us-east-1/ssm/aws4_request, SignedHeaders=host;x-amz-date, Signature=0000000000000000000000000000000000000000000000000000000000000000";
    private const string Presigned = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20261122%2Fus-east-1%2Fssm%2Faws4_request&X-Amz-Date=20261122T120000Z&X-Amz-Expires=900&X-Amz-SignedHeaders=host&X-Amz-Signature=00";

    private static readonly string[] Credentials = ["AKIDEXAMPLE", "mi-0123456789abcdef0", "i-0123456789abcdef0", "ASIAUNKNOWN", "\u00e4", ""];

    private readonly RSA _nodeKey = RSA.Create(2048);
    private readonly RequestAuthenticator _strict;
    private readonly RequestAuthenticator _open;
    private readonly Mutator _mutator = new(
        Corpus.Words(["AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256", "Credential=", "SignedHeaders=", "Signature=", "/aws4_request", ", ", "X-Amz-Expires=", "X-Amz-Security-Token=", "&", "%2F", "20261122T120000Z", "Sun, 22 Nov 2026 12:00:00 GMT", "host;x-amz-date"]),
        [.. Corpus.Of("signature").Select(kept => kept.Input)]);

    public SignatureDoor()
    {
        var clock = new SsmSessions.Testing.ManualTimeProvider(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));
        var issued = new IssuedCredentials(new byte[32]);
        var file = CredentialsFile.Parse("""{"accounts":{"111122223333":{"users":[{"name":"a","accessKeyId":"AKIDEXAMPLE","secretAccessKey":"secret-of-many-characters"}]}}}"""u8, "fuzz");
        var nodes = new Nodes(new NodeKey(new Tenant("111122223333", "us-east-1"), _nodeKey.ExportSubjectPublicKeyInfo()));
        _strict = new RequestAuthenticator(file, issued, nodes, clock, clock);
        _open = new RequestAuthenticator(credentials: null, issued, nodes, clock, clock);
    }

    public override string Name => "signature";

    /// <summary>Lines: Authorization, query, X-Amz-Date, Date, X-Amz-Security-Token, path.</summary>
    public override byte[] Make(FuzzRandom random)
    {
        string[] lines = random.OneIn(3)
            ? ["", Presigned, "", "", "", "/"]
            : [Authorization.Replace("AKIDEXAMPLE", random.From(Credentials), StringComparison.Ordinal), "", "20261122T120000Z", "", random.OneIn(4) ? "x" : "", "/"];
        var line = random.Below(lines.Length);
        lines[line] = Encoding.UTF8.GetString(_mutator.Mutate(Encoding.UTF8.GetBytes(lines[line]), random)).Replace('\n', ' ');
        return Encoding.UTF8.GetBytes(string.Join('\n', lines));
    }

    public override string Read(byte[] input)
    {
        var request = new Request(Encoding.UTF8.GetString(input).Split('\n'));
        if (Ask(_strict, request) is { } caller)
            throw new FuzzFailure($"{caller} gets in without a signature.");
        if (!RequestAuthenticator.IsSigned(request) && Ask(_open, request) is not null)
            throw new FuzzFailure("Gets in without anything.");
        return Ask(_open, request) is null ? "refused" : "believed";
    }

    public override ValueTask DisposeAsync()
    {
        _nodeKey.Dispose();
        return base.DisposeAsync();
    }

    private static Caller? Ask(RequestAuthenticator authenticator, Request request)
    {
        try
        {
            var asked = authenticator.AuthenticateAsync(request, "ssm", CancellationToken.None);
            return asked.IsCompleted ? asked.GetAwaiter().GetResult() : throw new FuzzFailure("Nobody is to be waited for.");
        }
        catch (AuthenticationFailedException)
        {
            return null;
        }
    }

    private sealed record Nodes(NodeKey Key) : INodeKeys
    {
        public ValueTask<NodeKey?> FindAsync(string nodeId, CancellationToken cancellationToken) => new(nodeId == "mi-0123456789abcdef0" ? Key : null);
    }

    private sealed class Request(string[] lines) : ISignedRequest
    {
        public string Method => "POST";

        public string Path => Line(5) ?? "/";

        public string Query => Line(1) ?? "";

        public string? Header(string name) => name.ToLowerInvariant() switch
        {
            "authorization" => Line(0),
            "x-amz-date" => Line(2),
            "date" => Line(3),
            "x-amz-security-token" => Line(4),
            "host" => "127.0.0.1",
            _ => null,
        };

        public void HashBody(Span<byte> sha256) => sha256.Clear();

        private string? Line(int number) => number < lines.Length && lines[number].Length > 0 ? lines[number] : null;
    }
}
