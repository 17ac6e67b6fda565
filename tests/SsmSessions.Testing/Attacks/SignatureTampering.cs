using System.Globalization;

namespace SsmSessions.Testing.Attacks;

/// <summary>Every way to change a signed call a little: headers, body, date, scope, signature, address, method, token.</summary>
public static class SignatureTampering
{
    private const string Differs =
        "400 InvalidSignatureException: The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.";

    /// <summary>Left as it is: with another one it is another body, or no request at all.</summary>
    private const string FrameOfBody = "content-length";

    private const string UnknownClient = "400 UnrecognizedClientException: The security token included in the request is invalid.";
    private const string HostNotSigned = "400 InvalidSignatureException: 'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.";
    private const string NoOperation = "404 <UnknownOperationException/>";
    private const string ForeignHost = "403 This Host is not allowed here. The server's option --allow-host allows it.";
    private const string NotHttp = "400";
    private const string NoJson = "400 SerializationException";
    private const string UnknownOperation = "400 UnknownOperationException";
    private const string BadDate = "^400 IncompleteSignatureException: Date must be in ISO-8601 'basic format'. Got '";
    private const string Skewed = "^400 InvalidSignatureException: Signature (expired|not yet current): .* [(].* [+-] 5 min[.][)]$";
    private const string Scope = "^400 InvalidSignatureException: (Credential should be scoped|Date in Credential scope)";
    private const string NotFive = "^400 IncompleteSignatureException: Credential must have exactly 5 slash-delimited elements";
    private const string Lacks = "^400 IncompleteSignatureException: (Authorization header requires|'.*' not a valid key=value pair)";
    private const string BothForms =
        "400 InvalidSignatureException: Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.";

    private const string BadAlgorithm = "^400 IncompleteSignatureException: Unsupported AWS 'algorithm': '.*' [(]only AWS4-HMAC-SHA256 for now[)]. $";
    private const string Unsigned = "400 MissingAuthenticationTokenException: Missing Authentication Token";

    /// <summary>Every change, what it is called, and what is right to answer.</summary>
    /// <param name="good">A request that is let in.</param>
    public static IEnumerable<Tampered> Of(RawRequest good)
    {
        var authorization = SignedBy.Read(good["Authorization"]!);
        IEnumerable<Tampered>[] all =
        [
            .. authorization.SignedHeaders.Split(';').Where(name => name != FrameOfBody).Select(name => OfHeader(good, authorization, name)),
            OfBody(good), OfDate(good, authorization), OfScope(good, authorization), OfSignature(good, authorization), OfList(good, authorization), OfAddress(good), OfToken(good),
        ];
        return all.SelectMany(changes => changes);
    }

    private static IEnumerable<Tampered> OfHeader(RawRequest good, SignedBy authorization, string name)
    {
        var value = good[name]!;
        string[] refusals = name switch
        {
            "host" => [Differs, ForeignHost, NotHttp],
            "x-amz-date" => [Differs, BadDate, Skewed, Scope],
            "x-amz-security-token" => [UnknownClient],
            "x-amz-target" => [Differs, UnknownOperation],
            "content-type" => [Differs, NoOperation],
            _ => [Differs],
        };
        for (var i = 0; i < value.Length; i++)
        {
            if (value[i] != ' ')
                yield return new($"signed header {name}: a character changed", good.With(name, Put(value, i, Another(value[i]))), refusals);
            // The names of hosts and the media type are the same in either case, for all but a signature.
            if (char.IsAsciiLetter(value[i]))
                yield return new($"signed header {name}: a letter's case changed", good.With(name, Put(value, i, (char)(value[i] ^ 0x20))), refusals);
        }

        yield return new($"signed header {name}: a character appended", good.With(name, value + "x"), refusals);
        yield return new($"signed header {name}: its last character removed", good.With(name, value[..^1]), refusals);
        yield return new($"signed header {name}: a second line with the same value", good.And(name, value), refusals);
        yield return new($"signed header {name}: a second line with another value", good.And(name, "x"), refusals);
        yield return new($"signed header {name}: removed", good.Without(name), [.. refusals, Lacks]);
        yield return new($"signed header {name}: emptied", good.With(name, ""), [.. refusals, Lacks]);
        var rest = string.Join(';', authorization.SignedHeaders.Split(';').Where(n => n != name));
        yield return new(
            $"signed header {name}: no longer among the signed ones", authorization with { SignedHeaders = rest }, good, name == "host" ? [HostNotSigned] : [Differs]);
    }

    private static IEnumerable<Tampered> OfBody(RawRequest good)
    {
        for (var i = 0; i < good.Body.Length * 8; i++)
        {
            var body = good.Body.ToArray();
            body[i / 8] ^= (byte)(1 << (i % 8));
            yield return new("body: a bit flipped", good with { Body = body }, Differs, NoJson, "400 SerializationException: Start of list found where not expected");
        }

        if (good.Body.Length == 0)
            yield break;
        yield return new("body: a space appended", good with { Body = [.. good.Body, (byte)' '] }, Differs);
        yield return new("body: its last byte removed", good with { Body = good.Body[..^1] }, Differs, NoJson);
        yield return new("body: emptied", good with { Body = [] }, Differs, NoJson);
        yield return new("body: another one", good with { Body = "{}"u8.ToArray() }, Differs);
    }

    private static IEnumerable<Tampered> OfDate(RawRequest good, SignedBy authorization)
    {
        const string Format = "yyyyMMdd'T'HHmmss'Z'";
        var text = good["X-Amz-Date"]!;
        var date = DateTimeOffset.ParseExact(text, Format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        foreach (var seconds in (int[])[-604_800, -86_400, -3_600, -900, -360, -60, -1, 1, 60, 360, 900, 3_600, 86_400, 604_800])
        {
            var other = date.AddSeconds(seconds).UtcDateTime.ToString(Format, CultureInfo.InvariantCulture);
            yield return new("date: moved", good.With("X-Amz-Date", other), Differs, Skewed, Scope);
            yield return new(
                "date: moved, and the day of the scope with it",
                authorization with { Credential = authorization.WithPart(1, other[..8]) },
                good.With("X-Amz-Date", other),
                Differs,
                Skewed);
            yield return new("date: a Date header instead, moved", good.Without("X-Amz-Date").And("Date", date.AddSeconds(seconds).ToString("r", CultureInfo.InvariantCulture)), Differs, Skewed, Scope);
        }

        yield return new("date: as a Date header instead", good.Without("X-Amz-Date").And("Date", date.ToString("r", CultureInfo.InvariantCulture)), Differs);
        yield return new("date: in another form", good.With("X-Amz-Date", date.ToString("O", CultureInfo.InvariantCulture)), BadDate);
        yield return new("date: none", good.Without("X-Amz-Date"), Lacks);
    }

    private static IEnumerable<Tampered> OfScope(RawRequest good, SignedBy authorization)
    {
        string[] names = ["key id", "date", "region", "service", "terminator"];
        for (var part = 0; part < names.Length; part++)
        {
            var value = authorization.Part(part);
            string[] refusals = part switch
            {
                0 => [UnknownClient],
                2 => [Differs, Scope],
                4 => [Scope, NotFive],
                _ => [Scope],
            };
            for (var i = 0; i < value.Length; i++)
            {
                yield return Changed("a character changed", Put(value, i, Another(value[i])));
                if (char.IsAsciiLetter(value[i]))
                    yield return Changed("a letter's case changed", Put(value, i, (char)(value[i] ^ 0x20)));
            }

            yield return Changed("a character appended", value + "1");
            yield return Changed("its last character removed", value[..^1]);
            yield return Changed("emptied", "");

            Tampered Changed(string how, string to) =>
                new($"scope, {names[part]}: {how}", authorization with { Credential = authorization.WithPart(part, to) }, good, refusals);
        }

        foreach (var region in ((string[])["us-west-2", "eu-west-1", "cn-north-1", "us-gov-west-1"]).Where(name => name != authorization.Part(2)))
            yield return new("scope, region: another real one", authorization with { Credential = authorization.WithPart(2, region) }, good, Differs);
        foreach (var service in ((string[])["ssm", "ssmmessages", "ec2messages", "sts", "iam"]).Where(name => name != authorization.Part(3)))
            yield return new("scope, service: another real one", authorization with { Credential = authorization.WithPart(3, service) }, good, Scope);
        yield return new("scope: a part removed", authorization with { Credential = authorization.Credential[..authorization.Credential.LastIndexOf('/')] }, good, NotFive);
        yield return new("scope: a part added", authorization with { Credential = authorization.Credential + "/x" }, good, NotFive);
    }

    private static IEnumerable<Tampered> OfSignature(RawRequest good, SignedBy authorization)
    {
        var signature = authorization.Signature;
        for (var i = 0; i < signature.Length; i++)
        {
            foreach (var digit in "0123456789abcdef".Where(digit => digit != signature[i]))
                yield return new("signature: a digit changed", authorization with { Signature = Put(signature, i, digit) }, good, Differs);
            if (char.IsAsciiLetter(signature[i]))
                yield return new("signature: a digit's case changed", authorization with { Signature = Put(signature, i, (char)(signature[i] ^ 0x20)) }, good, Differs);
        }

        yield return new("signature: cut", authorization with { Signature = signature[..^1] }, good, Differs);
        yield return new("signature: lengthened", authorization with { Signature = signature + "0" }, good, Differs);
        yield return new("signature: zeros", authorization with { Signature = new string('0', signature.Length) }, good, Differs);
        yield return new("signature: empty", authorization with { Signature = "" }, good, Lacks);
        foreach (var algorithm in (string[])["AWS4-HMAC-SHA1", "aws4-hmac-sha256", "AWS4-ECDSA-P256-SHA256", "AWS3", "none"])
            yield return new("signature: another algorithm", authorization with { Algorithm = algorithm }, good, BadAlgorithm);
        yield return new("signature: no Authorization", good.Without("Authorization"), Unsigned);
        yield return new("signature: a second Authorization", good.And("Authorization", good["Authorization"]!), Differs);
        yield return new(
            "signature: another's Authorization before", good.With("Authorization", (authorization with { Credential = authorization.WithPart(0, "other") }).ToString()).And("Authorization", good["Authorization"]!), Differs);
        yield return new(
            "signature: another's Authorization behind", good.And("Authorization", (authorization with { Credential = authorization.WithPart(0, "other") }).ToString()), Differs);
    }

    private static IEnumerable<Tampered> OfList(RawRequest good, SignedBy authorization)
    {
        var names = authorization.SignedHeaders.Split(';');
        yield return new("signed headers: another order", authorization with { SignedHeaders = string.Join(';', names.Reverse()) }, good, Differs);
        yield return new("signed headers: one twice", authorization with { SignedHeaders = $"{authorization.SignedHeaders};{names[^1]}" }, good, Differs);
        yield return new("signed headers: one more that is absent", authorization with { SignedHeaders = authorization.SignedHeaders + ";x-more" }, good, Differs);
        yield return new("signed headers: one more that is there", authorization with { SignedHeaders = authorization.SignedHeaders + ";x-more" }, good.And("x-more", "1"), Differs);
        yield return new("signed headers: none", authorization with { SignedHeaders = "" }, good, HostNotSigned, Lacks);
    }

    private static IEnumerable<Tampered> OfAddress(RawRequest good)
    {
        foreach (var query in (string[])["?a=b", "?a", "?Action=DescribeSessions", "?X-Amz-Signature=0"])
            yield return new("address: a query added", good with { Target = good.Target + query }, Differs);
        yield return new("address: a presigned query added", good with { Target = good.Target + "?X-Amz-Algorithm=AWS4-HMAC-SHA256" }, BothForms);
        foreach (var path in (string[])["/x", "/%2F", "/%20", "/a/b", "/%41"])
            yield return new("address: another path", good with { Target = path }, Differs);
        foreach (var method in ((string[])["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"]).Where(name => name != good.Method))
            yield return new("method: another one", good with { Method = method }, "^403 <AccessDeniedException>", "405");
    }

    private static IEnumerable<Tampered> OfToken(RawRequest good)
    {
        const string Name = "X-Amz-Security-Token";
        if (good[Name] is null)
            yield return new("session token: one where none is due", good.And(Name, "token"), UnknownClient);
        else
            yield return new("session token: none where one is due", good.Without(Name), UnknownClient);
    }

    /// <summary>Another character of the same kind.</summary>
    private static char Another(char character) => character switch
    {
        '9' or 'z' or 'Z' => (char)(character - 1),
        _ when char.IsAsciiLetterOrDigit(character) => (char)(character + 1),
        '-' => '_',
        _ => '-',
    };

    private static string Put(string text, int index, char character) => $"{text[..index]}{character}{text[(index + 1)..]}";
}

/// <summary>A request that was changed.</summary>
/// <param name="Attempt">What was changed.</param>
/// <param name="Request">The request.</param>
/// <param name="Refusals">Any of these answers is right.</param>
public sealed record Tampered(string Attempt, RawRequest Request, params string[] Refusals)
{
    internal Tampered(string attempt, SignedBy authorization, RawRequest request, params string[] refusals)
        : this(attempt, request.With("Authorization", authorization.ToString()), refusals)
    {
    }
}

/// <summary>An Authorization header, to be changed part by part.</summary>
internal sealed record SignedBy(string Algorithm, string Credential, string SignedHeaders, string Signature)
{
    public static SignedBy Read(string header)
    {
        var space = header.IndexOf(' ', StringComparison.Ordinal);
        var parts = header[space..].Split(',', StringSplitOptions.TrimEntries).Select(part => part.Split('=', 2)).ToDictionary(part => part[0], part => part[1], StringComparer.Ordinal);
        return new SignedBy(header[..space], parts[nameof(Credential)], parts[nameof(SignedHeaders)], parts[nameof(Signature)]);
    }

    public string Part(int index) => Credential.Split('/')[index];

    public string WithPart(int index, string value) => string.Join('/', Credential.Split('/').Select((part, i) => i == index ? value : part));

    public override string ToString() => $"{Algorithm} Credential={Credential}, SignedHeaders={SignedHeaders}, Signature={Signature}";
}
