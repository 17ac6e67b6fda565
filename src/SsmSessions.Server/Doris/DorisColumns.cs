namespace SsmSessions.Server.Doris;

/// <summary>Which columns a table has (spec/doris-sessions.md §2, §3).</summary>
/// <param name="Shown">In the order in which they are shown, as <c>column_names</c> says it.</param>
/// <param name="Written">In the order in which a row has them on the wire: the real server's rows are hash maps, and this is their order.</param>
internal sealed record DorisColumns(IReadOnlyList<string> Shown, IReadOnlyList<string> Written)
{
    private static readonly string[] ClassicWritten = ["User", "Command", "State", "Cluster", "Host", "Time", "Id", "Info", "Db"];

    private static readonly DorisColumns Classic = new(["Id", "User", "Host", "Cluster", "Db", "Command", "Time", "State", "Info"], ClassicWritten);

    private static readonly DorisColumns ClassicOfAll = new(["FE", .. Classic.Shown], [.. ClassicWritten, "FE"]);

    private static readonly DorisColumns Newer = new(
        ["CurrentConnected", "Id", "User", "Host", "LoginTime", "Catalog", "Db", "Command", "Time", "State", "QueryId", "Info", "FE", "CloudCluster"],
        ["LoginTime", "User", "CloudCluster", "QueryId", "Host", "Time", "Info", "Catalog", "CurrentConnected", "Command", "State", "Id", "Db", "FE"]);

    /// <summary>The columns of a form.</summary>
    /// <param name="form">Which form is served.</param>
    /// <param name="all">True for <c>/rest/v1/session/all</c>.</param>
    public static DorisColumns Of(DorisForm form, bool all) => (form, all) switch
    {
        (DorisForm.Fourteen, _) => Newer,
        (_, true) => ClassicOfAll,
        _ => Classic,
    };
}
