using System.Globalization;

namespace SsmSessions.Conformance.Tests.Crashes;

/// <summary>Callers of everything that writes, all at once. What they were told stands in the journal.</summary>
/// <param name="host">Where.</param>
/// <param name="journal">Where it is written down.</param>
/// <param name="target">The node that sessions are started to, of kind echo.</param>
/// <param name="seed">Who does what.</param>
internal sealed partial class MixedLoad(Uri host, Journal journal, string target, int seed)
{
    private const int SessionCallers = 5;
    private const int Documents = 8;

    private readonly string _run = string.Create(CultureInfo.InvariantCulture, $"run-{seed}-{Guid.NewGuid():N}");

    private Uri Host => host;

    private Journal Journal => journal;

    private int Seed => seed;

    /// <summary>Whether a caller stops at the first answer that is missing: the host is gone then, and comes back as another.</summary>
    public bool EndsWithHost { get; init; }

    /// <summary>Makes the document that the tags are on, and what would not be empty at first; lets sessions be idle for an hour, which a long run
    /// on a busy machine may take.</summary>
    public async Task PrepareAsync()
    {
        using var client = new LoadClient(host, journal);
        const string Preferences = """{\"schemaVersion\":\"1.0\",\"sessionType\":\"Standard_Stream\",\"inputs\":{\"idleSessionTimeout\":\"60\"}}""";
        Assert.Equal(
            Fate.Done,
            (await client.WriteAsync("CreateDocument", $$"""{"Name":"SSM-SessionManagerRunShell","Content":"{{Preferences}}","DocumentType":"Session"}""")).Fate);
        Assert.Equal(Fate.Done, (await client.WriteAsync("CreateDocument", DocumentJson("crash-tagged", "tagged", forUpdate: false))).Fate);
        Assert.Equal(Fate.Done, await SetAsync(client, new Random(seed), "first"));
    }

    /// <summary>Works until it is told to stop, or until the host is gone.</summary>
    public Task RunAsync(CancellationToken stop) =>
        RunAsync([RepeatAsync(91, WriteDocumentAsync, stop), RepeatAsync(92, TagAsync, stop), RepeatAsync(93, SetAsync, stop)], stop);

    /// <summary>The same with sessions alone: what has one writer another load writes.</summary>
    public Task RunSessionsAsync(CancellationToken stop) => RunAsync([], stop);

    private Task RunAsync(List<Task> callers, CancellationToken stop)
    {
        callers.Add(RepeatAsync(90, InjectAsync, stop));
        for (var i = 0; i < SessionCallers; i++)
            callers.Add(RepeatAsync(i, CallSessionAsync, stop));
        callers.Add(Task.Run(() => new ChannelLoad(this).RunAsync(stop), CancellationToken.None));
        return Task.WhenAll(callers);
    }

    private Task RepeatAsync(int caller, Func<LoadClient, Random, string, Task<Fate>> step, CancellationToken stop) => Task.Run(
        async () =>
        {
            var random = new Random((seed * 100) + caller);
            using var client = new LoadClient(host, journal);
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                if (await step(client, random, string.Create(CultureInfo.InvariantCulture, $"{_run}-{caller}-{i}")) == Fate.Lost && EndsWithHost)
                    return;
            }
        },
        CancellationToken.None);

    private async Task<Fate> CallSessionAsync(LoadClient client, Random random, string name) => random.Next(100) switch
    {
        < 45 => (await StartAsync(client, name)).Fate,
        < 75 when journal.TakeActive(random) is { } session => await EndAsync(client, session),
        < 90 when journal.AnyActive(random) is { } session => await LookAsync(client, session),
        _ => (await client.CallAsync("DescribeSessions", """{"State":"History","MaxResults":20}""")).Fate,
    };

    private async Task<(Fate Fate, KnownSession? Session, Reply Reply)> StartAsync(LoadClient client, string reason, bool forAll = true)
    {
        var reply = await client.WriteAsync("StartSession", $$"""{"Target":"{{target}}","Reason":"{{reason}}"}""");
        if (reply.Fate is Fate.Lost or Fate.Error)
            journal.StartWasNotAnswered(reason);
        if (reply.Fate == Fate.Refused)
            Wrong("StartSession", reply);
        if (reply.Fate != Fate.Done)
            return (reply.Fate, null, reply);
        var session = new KnownSession(reply.Json.GetProperty("SessionId").GetString()!);
        if (!journal.Add(session, forAll))
            journal.Violations.Enqueue(new Violation(ViolationKind.Phantom, $"{session.Id} was given twice"));
        return (reply.Fate, session, reply);
    }

    private async Task<Fate> EndAsync(LoadClient client, KnownSession session)
    {
        var couldHaveEnded = session.MayHaveEnded;
        session.MayHaveEnded = true;
        var reply = await client.WriteAsync("TerminateSession", $$"""{"SessionId":"{{session.Id}}"}""");
        if (reply.Fate == Fate.Done)
            session.MayBeActive = false;
        else if (reply.Fate == Fate.Refused && !couldHaveEnded && !journal.MayEndByItself(session))
            journal.Violations.Enqueue(new Violation(ViolationKind.Ended, $"{session.Id}: {reply.Body}"));
        return reply.Fate;
    }

    private async Task<Fate> LookAsync(LoadClient client, KnownSession session)
    {
        var mayBeActive = session.MayBeActive;
        var reply = await client.CallAsync("DescribeSessions", $$"""{"State":"Active","Filters":[{"key":"SessionId","value":"{{session.Id}}"}]}""");
        if (reply.Fate != Fate.Done)
            return reply.Fate;
        var isActive = reply.Json.GetProperty("Sessions").GetArrayLength() == 1;
        if (isActive && !mayBeActive)
            journal.Violations.Enqueue(new Violation(ViolationKind.Revived, session.Id));
        else if (!isActive && !session.MayHaveEnded)
            journal.Violations.Enqueue(new Violation(ViolationKind.Ended, session.Id));
        return reply.Fate;
    }

    private async Task<Fate> InjectAsync(LoadClient client, Random random, string name)
    {
        var isEnded = random.Next(2) == 0;
        var ids = Enumerable.Range(0, random.Next(1, 20)).Select(i => string.Create(CultureInfo.InvariantCulture, $"{name}-{i}")).ToArray();
        var status = isEnded ? "Terminated" : "Connected";
        var fate = await client.InjectAsync(
            $$"""{"sessions":[{{string.Join(',', ids.Select(id => $$"""{"sessionId":"{{id}}","target":"i-00000000","status":"{{status}}"}"""))}}]}""");
        if (fate == Fate.Done)
        {
            foreach (var id in ids)
                journal.Add(new KnownSession(id) { MayBeActive = !isEnded, MayHaveEnded = isEnded });
        }

        return fate;
    }

    private async Task<Fate> WriteDocumentAsync(LoadClient client, Random random, string name)
    {
        var document = string.Create(CultureInfo.InvariantCulture, $"crash-{random.Next(Documents)}");
        var register = journal.Register("document " + document);
        var reply = await client.CallAsync("GetDocument", $$"""{"Name":"{{document}}","DocumentVersion":"$LATEST"}""");
        if (reply.Fate is Fate.Lost or Fate.Error)
            return reply.Fate;
        var before = reply.Fate == Fate.Done ? StateCheck.DescriptionOf(reply) : null;
        if (!register.IsFound(before))
            journal.Violations.Enqueue(new Violation(ViolationKind.Lost, $"{document}: {before ?? "nothing"} instead of {register}"));
        if (before is null)
            return await WriteAsync(client, register, name, "CreateDocument", DocumentJson(document, name, forUpdate: false));
        return random.Next(8) == 0
            ? await WriteAsync(client, register, null, "DeleteDocument", $$"""{"Name":"{{document}}"}""")
            : await WriteAsync(client, register, name, "UpdateDocument", DocumentJson(document, name, forUpdate: true));
    }

    private Task<Fate> TagAsync(LoadClient client, Random random, string name)
    {
        var key = string.Create(CultureInfo.InvariantCulture, $"tag-{random.Next(4)}");
        var register = journal.Register("tag " + key);
        const string Resource = """
            "ResourceType":"Document","ResourceId":"crash-tagged"
            """;
        return random.Next(5) == 0
            ? WriteAsync(client, register, null, "RemoveTagsFromResource", $$"""{ {{Resource}},"TagKeys":["{{key}}"]}""")
            : WriteAsync(client, register, name, "AddTagsToResource", $$"""{ {{Resource}},"Tags":[{"Key":"{{key}}","Value":"{{name}}"}]}""");
    }

    private Task<Fate> SetAsync(LoadClient client, Random random, string name) => WriteAsync(
        client,
        journal.Register("setting"),
        name,
        "UpdateServiceSetting",
        $$"""{"SettingId":"{{StateCheck.Setting}}","SettingValue":"{{name}}"}""");

    private async Task<Fate> WriteAsync(LoadClient client, Register register, string? value, string action, string json)
    {
        register.Writes(value);
        var reply = await client.WriteAsync(action, json);
        if (reply.Fate == Fate.Done)
            register.Holds(value);
        if (reply.Fate == Fate.Refused)
        {
            register.Refused(value);
            Wrong(action, reply);
        }

        return reply.Fate;
    }

    private static string DocumentJson(string name, string value, bool forUpdate)
    {
        var content = $$$"""{\"schemaVersion\":\"1.0\",\"description\":\"{{{value}}}\",\"sessionType\":\"Standard_Stream\",\"inputs\":{}}""";
        return forUpdate
            ? $$"""{"Name":"{{name}}","Content":"{{content}}","DocumentVersion":"$LATEST"}"""
            : $$"""{"Name":"{{name}}","Content":"{{content}}","DocumentType":"Session"}""";
    }

    private void Wrong(string action, Reply reply) =>
        journal.Violations.Enqueue(new Violation(ViolationKind.WrongAnswer, $"{action}: {reply.Body}"));
}
