namespace SsmSessions.Core.Documents;

/// <summary>The refusals that several document operations share (spec/ssm-control-plane.md §10.3).</summary>
internal static class DocumentRefusals
{
    public static RefusedException NotFound(string name) => new(Refusal.InvalidDocument, $"Document with name {name} does not exist.");

    public static RefusedException VersionNotFound(string name, string version, Refusal refusal = Refusal.InvalidDocument) =>
        new(refusal, $"Document with name {name} with version {version} does not exist.");

    public static RefusedException InvalidContent(string text) => new(Refusal.InvalidDocumentContent, text);

    public static RefusedException TooManyUpdates() =>
        new(Refusal.TooManyUpdates, "There are concurrent updates for a resource that supports one update at a time.");
}
