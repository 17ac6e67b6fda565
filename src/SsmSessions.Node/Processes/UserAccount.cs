using System.Runtime.InteropServices;

namespace SsmSessions.Node.Processes;

/// <summary>A user of this machine.</summary>
internal sealed record UserAccount(string Name, uint User, uint Group, string Home, string Shell)
{
    private const int EntryBytes = 16 * 1024;

    /// <summary>True for the user that this process runs as.</summary>
    public bool IsCurrent => User == Libc.EffectiveUser();

    /// <summary>The user of this name; null where there is none.</summary>
    public static unsafe UserAccount? Find(string name)
    {
        if (name.Contains('\0', StringComparison.Ordinal))
            return null;
        Libc.UserEntry entry;
        Libc.UserEntry* found;
        var buffer = stackalloc byte[EntryBytes];
        return Libc.UserByName(name, &entry, buffer, EntryBytes, &found) == 0 && found is not null ? Of(*found) : null;
    }

    /// <summary>The user that this process runs as; null where it has no entry, as in some containers.</summary>
    public static unsafe UserAccount? Current()
    {
        Libc.UserEntry entry;
        Libc.UserEntry* found;
        var buffer = stackalloc byte[EntryBytes];
        return Libc.UserById(Libc.EffectiveUser(), &entry, buffer, EntryBytes, &found) == 0 && found is not null ? Of(*found) : null;
    }

    private static unsafe UserAccount Of(in Libc.UserEntry entry) =>
        new(Text(entry.Name), entry.User, entry.Group, Text(entry.Home), Text(entry.Shell));

    private static unsafe string Text(byte* text) => Marshal.PtrToStringUTF8((nint)text) ?? "";
}
