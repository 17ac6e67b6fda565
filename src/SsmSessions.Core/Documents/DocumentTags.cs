using SsmSessions.Core.Identity;
using SsmSessions.Core.Tags;

namespace SsmSessions.Core.Documents;

/// <summary>The tags of an account's own documents, which are kept with the document.</summary>
public sealed class DocumentTags(DocumentRepository documents) : ITaggableResources
{
    /// <inheritdoc/>
    public string Type => TaggedResource.Document;

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<string, string>?> FindTagsAsync(
        Tenant tenant, string resourceId, CancellationToken cancellationToken) =>
        (await documents.FindAsync(tenant, resourceId, cancellationToken))?.Tags;

    /// <inheritdoc/>
    public async Task<bool> ChangeTagsAsync(
        Tenant tenant, string resourceId, Action<SortedDictionary<string, string>> change, CancellationToken cancellationToken)
    {
        try
        {
            await documents.UpdateTagsAsync(
                tenant,
                resourceId,
                present =>
                {
                    var tags = new SortedDictionary<string, string>(present.ToDictionary(), StringComparer.Ordinal);
                    change(tags);
                    return tags;
                },
                cancellationToken);
            return true;
        }
        catch (RefusedException refused) when (refused.Refusal == Refusal.InvalidDocument)
        {
            return false;
        }
    }
}
