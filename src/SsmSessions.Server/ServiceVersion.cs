namespace SsmSessions.Server;

/// <summary>The version of this build.</summary>
public static class ServiceVersion
{
    /// <summary>As <c>0.1.0</c>.</summary>
    public static string Text { get; } = typeof(ServiceVersion).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";
}
