using System.Text;
using SsmSessions.Fuzzing.Inputs;

namespace SsmSessions.Fuzzing.Doors.Http;

/// <summary>Doris' session action: who logs in, by header or cookie, and its paths.</summary>
internal sealed class DorisDoor : HttpDoor
{
    private static readonly string[] Paths = ["/rest/v1/session", "/rest/v1/session/all", "/rest/v1/session/", "/rest/v1/session/all/x", "/rest//v1/session", "/rest/v1/%73ession", "/REST/V1/SESSION", "/rest/v1/session?x=y", "/rest/v1/session/all?%", "/rest/v1/../v1/session", "/rest/v1/session;a=b", "/rest/v1/session%2Fall"];
    private static readonly string[] Logins = ["root:", "test:x", "111122223333:x", ":", "a", "", "\0:\0", "ä:ö", "test@default_cluster:x", "@default_cluster:x", "a:b:c", new string('u', 70) + ":x", "a\r\nb:x", new string('x', 8_000) + ":"];

    private readonly Mutator _mutator = new(Corpus.Words(["Basic ", "Bearer ", "=", "PALO_SESSION_ID=", "@default_cluster", ":"]), [.. Corpus.Of("doris").Select(kept => kept.Input)]);

    public override string Name => "doris";

    public override byte[] Make(FuzzRandom random)
    {
        var head = HttpHeads.Begin(random.OneIn(15) ? random.Of("HEAD", "OPTIONS", "POST", "PUT", "DELETE", "PATCH") : "GET", random.OneIn(6) ? random.From(Paths) : random.Of(Paths[0], Paths[1]), random);
        var login = random.OneIn(3) ? Encoding.UTF8.GetString(_mutator.Mutate(Encoding.UTF8.GetBytes(random.From(Logins)), random)) : random.From(Logins);
        var header = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(login.Length > 4_000 && !random.OneIn(8) ? login[..4_000] : login));
        if (random.OneIn(6))
            header = HttpHeads.Value(_mutator.Mutate(Encoding.UTF8.GetBytes(header), random));
        if (!random.OneIn(10))
            head.Line("Authorization", header);
        if (random.OneIn(6))
            head.Line("Cookie", HttpHeads.Value(_mutator.Mutate("PALO_SESSION_ID=3f0c2a9e-51d7-4b86-9d6e-0c7be1a4f210; x=y"u8.ToArray(), random)));
        return head.End(random.OneIn(20) ? random.Bytes(random.Length(500)) : [], random, _mutator);
    }
}
