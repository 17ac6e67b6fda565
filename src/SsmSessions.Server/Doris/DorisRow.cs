using System.Globalization;
using SsmSessions.Core.Sessions;

namespace SsmSessions.Server.Doris;

/// <summary>A session as a row: every value is text (spec/doris-sessions.md §3, §8).</summary>
/// <param name="Live">The session.</param>
/// <param name="Form">The form that is served.</param>
/// <param name="Now">The time of the answer.</param>
internal sealed record DorisRow(LiveSession Live, DorisForm Form, DateTimeOffset Now)
{
    private const int LongestInfo = 100;
    private const string UnknownClient = "0.0.0.0:0";
    private const string Sleep = "Sleep";

    /// <summary>How long after something happened a session counts as at work.</summary>
    private static readonly TimeSpan AtWork = TimeSpan.FromSeconds(1);

    private Session Session => Live.Session;

    private string Command => Session.Status switch
    {
        SessionStatus.Connecting => "Connect",
        SessionStatus.Terminating => "Kill",
        SessionStatus.Connected when Idle < AtWork => "Query",
        _ => Sleep,
    };

    private TimeSpan Idle => Now > Live.LastActivity ? Now - Live.LastActivity : TimeSpan.Zero;

    /// <summary>The text of a column.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such column.</exception>
    public string this[string column] => column switch
    {
        "Id" => (Session.Origin?.Number ?? 0).ToString(CultureInfo.InvariantCulture),
        "User" => Session.OwnerName,
        "Host" => ClientOf(Session.Origin?.Client),
        "Cluster" => "default_cluster",
        "Db" => Session.Target,
        "Command" => Command,
        "Time" => ((long)Idle.TotalSeconds).ToString(CultureInfo.InvariantCulture),
        "State" => Form == DorisForm.Fourteen ? "OK" : "",
        "Info" => Command == Sleep ? "" : Cut(string.Join(' ', new[] { Session.DocumentName, Session.Reason }.Where(text => text is not null))),
        "FE" => Live.Host,
        "CurrentConnected" => "No",
        "LoginTime" => Session.StartDate.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
        "Catalog" => "internal",
        "QueryId" => "",
        "CloudCluster" => "NULL",
        _ => throw new ArgumentOutOfRangeException(nameof(column), column, message: null),
    };

    /// <summary>A client of a unix socket has no address.</summary>
    private static string ClientOf(string? client) => client is null || client.StartsWith("UNIX socket", StringComparison.Ordinal) ? UnknownClient : client;

    private static string Cut(string text) => text.Length <= LongestInfo ? text : text[..LongestInfo];
}
