namespace SsmSessions.Core.Store;

/// <summary>Changes that are read, decided and written under a condition, tried again when others were quicker.</summary>
internal static class Attempts
{
    private const int Most = 20;

    /// <summary>Tries until one attempt says that it is done.</summary>
    /// <param name="attempt">Reads, decides and writes; false when the write's condition did not hold.</param>
    /// <exception cref="RefusedException">TooManyUpdates: others change the same items all the time.</exception>
    public static async Task UntilDoneAsync(Func<Task<bool>> attempt)
    {
        for (var i = 0; i < Most; i++)
        {
            if (await attempt())
                return;
        }

        throw new RefusedException(Refusal.TooManyUpdates, "There are concurrent updates for a resource that supports one update at a time.");
    }

    /// <summary>The precondition that an item is still as it was read: absent for null.</summary>
    public static Precondition IsStill(Item? read) => read is null ? Precondition.Absent : Precondition.VersionIs(read.Version);
}
