namespace SsmSessions.Server.Consul.Go;

/// <summary>Truth values as Go's <c>strconv.ParseBool</c> reads them.</summary>
internal static class GoBool
{
    /// <summary>The value of a text; null when it is none.</summary>
    public static bool? Parse(string text) => text switch
    {
        "1" or "t" or "T" or "true" or "TRUE" or "True" => true,
        "0" or "f" or "F" or "false" or "FALSE" or "False" => false,
        _ => null,
    };
}
