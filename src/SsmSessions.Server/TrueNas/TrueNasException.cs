using System.Text.Json.Nodes;

namespace SsmSessions.Server.TrueNas;

/// <summary>A call that fails, in the words of the real server (spec/truenas-sessions.md §6).</summary>
internal sealed class TrueNasException : Exception
{
    private TrueNasException(int number, string reason, string kind, string representation)
        : base(reason)
    {
        Number = number;
        Kind = kind;
        Representation = representation;
    }

    /// <summary>The error's number: one of the system's, or above 200 one of the real server's own.</summary>
    public int Number { get; }

    /// <summary>The number's name.</summary>
    public string Name => Number switch
    {
        ErrorNumber.Access => "EACCES",
        ErrorNumber.Fault => "EFAULT",
        ErrorNumber.Invalid => "EINVAL",
        ErrorNumber.TooManyCalls => "ETOOMANYREFS",
        ErrorNumber.NoMethod => "ENOMETHOD",
        ErrorNumber.NotAuthenticated => "ENOTAUTHENTICATED",
        _ => "EUNKNOWN",
    };

    /// <summary>The kind of exception that the real server would have thrown; clients look at it.</summary>
    public string Kind { get; }

    /// <summary>That exception as its language prints it.</summary>
    public string Representation { get; }

    /// <summary>For arguments that are wrong: the member, and what is wrong with it.</summary>
    public (string Field, string Text)? Argument { get; private init; }

    /// <summary>A call that cannot be answered.</summary>
    public static TrueNasException Call(int number, string text)
    {
        var name = new TrueNasException(number, "", "", "").Name;
        return new TrueNasException(number, $"[{name}] {text}", "CallError", $"CallError('{text}')");
    }

    /// <summary>Nobody is logged in.</summary>
    public static TrueNasException NotAuthenticated() => Call(ErrorNumber.NotAuthenticated, "Not authenticated");

    /// <summary>An argument that is wrong.</summary>
    public static TrueNasException BadArgument(string field, string text) =>
        new(ErrorNumber.Invalid, $"[EINVAL] {field}: {text}\n", "ValidationErrors", $"ValidationErrors([('{field}', '{text}', 22)])") { Argument = (field, text) };

    /// <summary>What the real server did not see coming, and passes on.</summary>
    /// <param name="kind">The exception's class there.</param>
    /// <param name="text">Its text, or null for none.</param>
    public static TrueNasException Unexpected(string kind, string? text = null)
    {
        var quote = text?.Contains('\'', StringComparison.Ordinal) == true ? '"' : '\'';
        var representation = text is null ? $"{kind}()" : $"{kind}({quote}{text}{quote})";
        return new TrueNasException(ErrorNumber.Invalid, text ?? representation, kind, representation);
    }

    /// <summary>Which argument is wrong, as clients read it; null for other failures.</summary>
    public JsonArray? Extra() => Argument is var (field, text) ? new JsonArray(new JsonArray(field, text, ErrorNumber.Invalid)) : null;

    /// <summary>The exception as clients show it. Frames of our own are nobody's business.</summary>
    public JsonObject Trace() => new()
    {
        ["class"] = Kind,
        ["frames"] = new JsonArray(),
        ["formatted"] = $"{Kind}: {Message}\n",
        ["repr"] = Representation,
    };
}

/// <summary>Numbers of errors.</summary>
internal static class ErrorNumber
{
    public const int Again = 11;
    public const int Access = 13;
    public const int Fault = 14;
    public const int Invalid = 22;
    public const int TooManyCalls = 109;
    public const int NoMethod = 201;
    public const int NotAuthenticated = 207;
}
