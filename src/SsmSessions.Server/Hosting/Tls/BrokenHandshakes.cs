using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace SsmSessions.Server.Hosting.Tls;

/// <summary>
/// Clients that begin TLS with what is no greeting. .NET's TLS stumbles over some of it: a first message of another kind finds no certificate
/// chosen, which is then said to be missing; a greeting whose lengths are false is read beyond its end. Kestrel takes both for failures of
/// the server.
/// </summary>
public static class BrokenHandshakes
{
    /// <summary>Lets such clients go without a word. Comes before <c>UseHttps</c>.</summary>
    public static ListenOptions UseBrokenHandshakes(this ListenOptions listen)
    {
        listen.Use(Around);
        return listen;
    }

    internal static ConnectionDelegate Around(ConnectionDelegate tls) => async connection =>
    {
        try
        {
            await tls(connection);
        }
        catch (Exception failure) when (failure is NotSupportedException or ArgumentException)
        {
            connection.Abort(new ConnectionAbortedException("The client's handshake does not begin with a greeting.", failure));
        }
    };
}
