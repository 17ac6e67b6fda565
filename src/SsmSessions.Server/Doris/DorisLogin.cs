using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SsmSessions.Core.Identity;
using SsmSessions.Server.Hosting;

namespace SsmSessions.Server.Doris;

/// <summary>Who asks: a name and a password by the header, or who has asked before by a cookie (spec/doris-sessions.md §4).</summary>
internal sealed class DorisLogin(IServiceProvider services, LoopbackPeer loopback, IOptions<SsmSessionsOptions> options, TimeProvider time)
{
    private const string CookieName = "PALO_SESSION_ID";
    private const string DefaultCluster = "@default_cluster";
    private const string AnyRegion = "us-east-1";
    private const int MostCookies = 100;
    private const int LongestNameShown = 64;
    private static readonly TimeSpan CookieAge = TimeSpan.FromDays(1);
    private static readonly TimeSpan CookieIdle = TimeSpan.FromHours(2);

    // The keys that the authenticator needs are read from the store, which opens after the doors are mapped.
    private readonly Lazy<RequestAuthenticator> _authenticator = new(services.GetRequiredService<RequestAuthenticator>);
    private readonly ConcurrentDictionary<string, (Caller Caller, DateTimeOffset LastUse)> _cookies = new(StringComparer.Ordinal);

    /// <summary>The caller.</summary>
    /// <exception cref="DorisLoginException">Nobody who is let in.</exception>
    public Caller CallerOf(HttpContext http)
    {
        if (options.Value.Credentials is null && !loopback.Is(http))
            throw new DorisLoginException("Without --credentials this answers processes on this machine only.");
        if (http.Request.Headers.TryGetValue("Authorization", out var header))
            return ByHeader(http, header.ToString());
        return http.Request.Cookies[CookieName] is { } cookie && ByCookie(cookie) is { } caller
            ? caller
            : throw new DorisLoginException("Cookie is invalid");
    }

    private Caller ByHeader(HttpContext http, string header)
    {
        // The word for the scheme is not looked at: so does the real server.
        if (header.Split(' ') is not [_, { Length: > 0 } encoded])
            throw new DorisLoginException("Need auth information.");
        if (!http.Request.IsHttps && http.Connection.RemoteIpAddress is { } peer && !IPAddress.IsLoopback(peer))
            throw new DorisLoginException("A password is taken over TLS only, or from this machine.");
        var (name, password) = Decode(encoded);
        if (name.EndsWith(DefaultCluster, StringComparison.Ordinal))
            name = name[..^DefaultCluster.Length];
        var caller = _authenticator.Value.Login(name, password, AnyRegion)
            ?? throw new DorisLoginException(
                $"Access denied for user '{LogText.Printable(name, LongestNameShown)}@{http.Connection.RemoteIpAddress}' (using password: {(password.Length > 0 ? "YES" : "NO")})");
        SetCookie(http, caller);
        return caller;
    }

    private static (string Name, string Password) Decode(string encoded)
    {
        string text;
        try
        {
            text = Encoding.UTF8.GetString(Convert.FromBase64String(encoded));
        }
        catch (FormatException)
        {
            throw new DorisLoginException("Illegal base64 character") { IsInternalError = true };
        }

        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon < 0
            ? throw new DorisLoginException($"begin 0, end -1, length {text.Length}") { IsInternalError = true }
            : (text[..colon], text[(colon + 1)..]);
    }

    private Caller? ByCookie(string cookie)
    {
        var now = time.GetUtcNow();
        if (!_cookies.TryGetValue(cookie, out var known))
            return null;
        if (now - known.LastUse > CookieIdle)
        {
            _cookies.TryRemove(cookie, out _);
            return null;
        }

        _cookies[cookie] = (known.Caller, now);
        return known.Caller;
    }

    private void SetCookie(HttpContext http, Caller caller)
    {
        while (_cookies.Count >= MostCookies && _cookies.MinBy(known => known.Value.LastUse) is { Key: { } oldest })
            _cookies.TryRemove(oldest, out _);
        var cookie = Guid.NewGuid().ToString();
        _cookies[cookie] = (caller, time.GetUtcNow());
        http.Response.Cookies.Append(CookieName, cookie, new CookieOptions { Path = "/", HttpOnly = true, MaxAge = CookieAge, Secure = http.Request.IsHttps });
    }
}

/// <summary>Nobody who is let in; the message says why.</summary>
internal sealed class DorisLoginException(string message) : Exception(message)
{
    /// <summary>True where the real server does not expect what it was sent, and says so as of an error of its own.</summary>
    public bool IsInternalError { get; init; }
}
