using System.Text.Json;
using SsmSessions.Core.Documents;

namespace SsmSessions.Node.Plans;

/// <summary>The properties of a port session (spec/ssm-data-channel.md §10).</summary>
/// <param name="Host">The host to dial; null for this machine.</param>
/// <param name="Port">The port, as the document has it.</param>
/// <param name="IsForwarding">True for LocalPortForwarding, false for a plain stream.</param>
internal sealed record PortProperties(string? Host, string Port, bool IsForwarding)
{
    private const string Forwarding = "LocalPortForwarding";

    /// <summary>True where the client may be about to set up its multiplexer (§10.3).</summary>
    public static bool IsForwarded(SessionPlan plan) =>
        plan.Type == SessionType.Port && plan.PropertiesJson?.Contains(Forwarding, StringComparison.Ordinal) == true;

    /// <exception cref="SessionFailedException">They are not usable.</exception>
    public static PortProperties Parse(string? json, PlanParameters parameters)
    {
        using var document = JsonDocument.Parse(json ?? "{}");
        var texts = new JsonTexts(document.RootElement, parameters);
        var port = texts.Text("portNumber");
        return string.IsNullOrEmpty(port)
            ? throw new SessionFailedException("Port number is empty in session properties.")
            : new PortProperties(texts.Text("host") is { Length: > 0 } host ? host : null, port, texts.Text("type") == Forwarding);
    }
}
