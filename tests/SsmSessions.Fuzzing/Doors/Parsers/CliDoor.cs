using System.Text;
using System.Text.Json.Nodes;
using SsmSessions.Fuzzing.Inputs;
using SsmSessions.Local.Cli;

namespace SsmSessions.Fuzzing.Doors.Parsers;

/// <summary>The grammar of the prompt: namespaces, columns, <c>WHERE</c>, arguments, and how values are shown.</summary>
internal sealed class CliDoor : ParserDoor
{
    private static readonly string[] Lines =
    [
        "sessions", "sessions *", "sessions id,origin WHERE internal == false", "sessions WHERE current or not internal", "sessions WHERE origin.startswith('1') and id in ['a','b']", "sessions id WHERE 'x' in origin",
        "terminate_session \"3f0c2a9e-51d7-4b86-9d6e-0c7be1a4f210\"", "terminate_session id=\"x\"", "terminate_session {\"a\": [1, null]}", "auth sessions id WHERE created_at > 1", "a=1 b=2", "-1 +2 1e5 x/y", "man sessions",
        "sessions WHERE (((a == 1)))", "sessions WHERE a == 'b' == c", "sessions WHERE lambda: x", "sessions WHERE a.b.match('x')", "sessions WHERE f\"x\"", "sessions WHERE 'a' 'b' == c", "sessions WHERE x[1:2] < 3", "sessions WHERE 0x1F == 1_0", "? .mode csv", "/ ls",
    ];

    private readonly Mutator _mutator = new(
        Corpus.Words(["WHERE ", " and ", " or ", "not ", " in ", " is ", "==", "!=", ">=", "**", "//", ".match(", ".startswith(", "'''", "\"\"\"", "\\N{DASH}", "\\x4", "\\777", "lambda ", " if ", " else ", "[", "]", "(", ")", "{", "}", "=", ",", "0b", "1j", "...", "\\u00e4", "{\"$date\": 9}"]),
        [.. Corpus.Of("cli").Select(kept => kept.Input)]);

    public override string Name => "cli";

    public override byte[] Make(FuzzRandom random) => _mutator.Mutate(Encoding.UTF8.GetBytes(random.From(Lines)), random);

    public override string Read(byte[] input)
    {
        var text = Encoding.UTF8.GetString(input);
        var understood = 0;
        var (_, rest) = CliNamespace.Split(text);
        understood += Try(() => Show(new JsonArray(CommandArguments.Parse(text).Values.Select(value => value?.DeepClone()).ToArray()))) ? 1 : 0;
        understood += Try(() => CommandArguments.Parse(text).InOrder("id", "name")) ? 1 : 0;
        understood += Try(() => SessionsQuery.Parse(rest ?? "").Choose(new JsonArray(new JsonObject { ["id"] = "x", ["origin"] = null }))) ? 1 : 0;
        understood += Try(() => WhereFilter.Parse(text)) ? 1 : 0;
        _ = SessionsCompletion.Of(text).Count();
        return understood > 0 ? "understood" : "refused";
    }

    private static bool Try(Action read)
    {
        try
        {
            read();
            return true;
        }
        catch (CliFailure)
        {
            return false;
        }
    }

    private static void Show(JsonNode? value)
    {
        _ = OutputMode.Table.Format(value);
        _ = OutputMode.Named("csv").Format(value);
        _ = OutputMode.Table.Format(new JsonArray(new JsonObject { ["a"] = value?.DeepClone() }));
    }
}
