using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace SsmSessions.Local;

/// <summary>The socket in the data folder, by which this machine's <c>ssm-sessions cli</c> reaches a service. Nobody but its user can open it.</summary>
internal static class ServiceSocket
{
    public const string FileName = "ssm-sessions.sock";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Where a service with these settings can listen, or null; what stands in the way is told in one line.</summary>
    public static string? PathOf(ServeSettings settings, TextWriter warnings)
    {
        if (!settings.KeepsFiles || OperatingSystem.IsWindows())
            return null;
        var path = Path.Combine(settings.DataFolder, FileName);
        if (WhatIsWrongWith(path, isFolderHeld: settings.Store == StoreKind.Sqlite) is not { } wrong)
            return path;
        warnings.WriteLine($"ssm-sessions: no socket at {path}: {wrong}; 'ssm-sessions cli' needs --url");
        return null;
    }

    /// <summary>Lets the server listen there. What a dead process left is replaced. Whoever may connect is settled before anybody can.</summary>
    public static void Listen(WebApplicationBuilder builder, string path)
    {
        builder.WebHost.UseSockets(sockets => sockets.CreateBoundListenSocket = address => Bind(address, path));
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenUnixSocket(path));
    }

    private static Socket Bind(EndPoint address, string path)
    {
        if (address is not UnixDomainSocketEndPoint)
            return SocketTransportOptions.CreateDefaultBoundListenSocket(address);
        MakeFolder(Path.GetDirectoryName(path)!);
        // The store's lock on the folder is held by now, or nobody answered: this is a dead process's.
        File.Delete(path);
        var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(address);
        // It does not listen yet, so that nobody comes in between.
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, OwnerOnly);
        return socket;
    }

    private static void MakeFolder(string folder)
    {
        if (!OperatingSystem.IsWindows() && !Directory.Exists(folder))
            Directory.CreateDirectory(folder, OwnerOnly | UnixFileMode.UserExecute);
    }

    private static string? WhatIsWrongWith(string path, bool isFolderHeld)
    {
        UnixDomainSocketEndPoint address;
        try
        {
            address = new UnixDomainSocketEndPoint(path);
        }
        catch (ArgumentOutOfRangeException)
        {
            return "the path is longer than the system allows for a socket (use a --data folder with a shorter one)";
        }

        if (!File.Exists(path))
            return Directory.Exists(Path.GetDirectoryName(path)) ? WhatIsWrongWithBinding(path, address) : null;
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            // A folder that the store holds is ours alone, or the start fails for that reason.
            if (isFolderHeld)
                return null;
            socket.Connect(address);
            return "another process answers there";
        }
        catch (SocketException refused) when (refused.SocketErrorCode == SocketError.ConnectionRefused)
        {
            return null;
        }
        catch (SocketException failure)
        {
            return failure.Message;
        }
    }

    /// <summary>Tries it: some file systems have no sockets. What else is wrong with the folder the store tells.</summary>
    private static string? WhatIsWrongWithBinding(string path, UnixDomainSocketEndPoint address)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Bind(address);
            File.Delete(path);
            return null;
        }
        catch (SocketException failure)
        {
            return failure.SocketErrorCode == SocketError.AccessDenied ? null : failure.Message;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return failure.Message;
        }
    }
}
