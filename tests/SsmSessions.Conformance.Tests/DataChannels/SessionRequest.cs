using System.Text.Json;

namespace SsmSessions.Conformance.Tests.DataChannels;

/// <summary>What a session is started with.</summary>
/// <param name="Document">Its document; null for a shell.</param>
/// <param name="Parameters">The parameters of the document as JSON, or null.</param>
public sealed record SessionRequest(string? Document = null, string? Parameters = null)
{
    /// <summary>The node of kind local that every <see cref="SessionHost"/> carries.</summary>
    public const string Target = "i-0123456789abcdef0";

    /// <summary>A document with parameters of one value each.</summary>
    public static SessionRequest Of(string document, params (string Name, string Value)[] parameters) => new(
        document,
        JsonSerializer.Serialize(parameters.ToDictionary(p => p.Name, p => new[] { p.Value }, StringComparer.Ordinal)));

    /// <summary>A forwarded port.</summary>
    public static SessionRequest Port(int port) => Of("AWS-StartPortForwardingSession", ("portNumber", $"{port}"));

    /// <summary>A plain stream to a port.</summary>
    public static SessionRequest Ssh(int port) => Of("AWS-StartSSHSession", ("portNumber", $"{port}"));

    /// <summary>The body of StartSession.</summary>
    public string ToJson()
    {
        var document = Document is null ? "" : $$""","DocumentName":"{{Document}}" """;
        var parameters = Parameters is null ? "" : $$""","Parameters":{{Parameters}}""";
        return $$"""{"Target":"{{Target}}"{{document}}{{parameters}}}""";
    }
}
