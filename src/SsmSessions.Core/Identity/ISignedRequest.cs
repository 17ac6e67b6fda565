namespace SsmSessions.Core.Identity;

/// <summary>A request whose caller is asked for, as it stood on the wire. A front end adapts its own request to this.</summary>
public interface ISignedRequest
{
    /// <summary>The method, upper-case.</summary>
    string Method { get; }

    /// <summary>The path of the request line up to the question mark, not decoded.</summary>
    string Path { get; }

    /// <summary>The query of the request line after the question mark, not decoded; empty without one.</summary>
    string Query { get; }

    /// <summary>
    /// The value of a header, its name in any case; null when it is absent. Several lines of one name are joined by commas, without
    /// spaces. <c>host</c> is the Host header verbatim, port included.
    /// </summary>
    string? Header(string name);

    /// <summary>Writes the SHA-256 of the body, 32 bytes. Called at most once, and only where a signature is verified.</summary>
    void HashBody(Span<byte> sha256);
}
