using FsCheck;
using FsCheck.Fluent;
using SsmSessions.Core.Identity;

namespace SsmSessions.Tests.Identity;

/// <summary>Whatever a stranger sends is refused with a reason, or is a caller: nothing else comes out.</summary>
public sealed class AnyRequestProperties
{
    private static readonly string[] Pieces =
    [
        "AWS4-HMAC-SHA256", "Credential=", "SignedHeaders=", "Signature=", "Credential", "AKIDALICE", "/20261121", "/us-east-1", "/ssm", "/aws4_request",
        "mi-0123456789abcdef0", "host", ";", "x-amz-date", ",", " ", "\t", "=", "/", "&", "%", "%2", "%2F", "%C3%B6", "%ff", "+", "ö", "\ud800", "\0", "\n",
        "X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "X-Amz-SignedHeaders", "X-Amz-Signature", "X-Amz-Security-Token",
        "20261121T120000Z", "ssms1.", "AAAA", "60", "x-amz-content-sha256", "..", ".", "?", "#", "\"",
    ];

    private static Arbitrary<string> Text =>
        Gen.OneOf(Gen.Elements(Pieces).ArrayOf().Select(string.Concat), ArbMap.Default.GeneratorFor<string>().Select(text => text ?? "")).ToArbitrary();

    [Fact]
    public void Any_authorization_header_is_read_or_refused() => Prop.ForAll(
        Text,
        Text,
        (header, token) =>
        {
            foreach (var start in new[] { "", "AWS4-HMAC-SHA256 Credential=AKIDALICE/20261121/us-east-1/ssm/aws4_request,", "AWS4-HMAC-SHA256 " })
                LetInOrRefuse(new TestRequest { ["Authorization"] = start + header, ["X-Amz-Date"] = "20261121T120000Z", ["X-Amz-Security-Token"] = token });
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));

    [Fact]
    public void Any_query_is_read_or_refused() => Prop.ForAll(
        Text,
        query =>
        {
            const string Complete = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDALICE/20261121/us-east-1/ssm/aws4_request&X-Amz-Date=20261121T120000Z&X-Amz-SignedHeaders=host&X-Amz-Signature=a&";
            LetInOrRefuse(new TestRequest { Query = query });
            LetInOrRefuse(new TestRequest { Query = "X-Amz-Algorithm&" + query });
            LetInOrRefuse(new TestRequest { Query = Complete + query });
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));

    [Fact]
    public void Any_path_and_date_are_read_or_refused() => Prop.ForAll(
        Text,
        Text,
        (path, date) =>
        {
            var request = new TestRequest { Path = path }.Sign("AKIDALICE", "wrong");
            LetInOrRefuse(request);
            request["X-Amz-Date"] = date;
            LetInOrRefuse(request);
            request["X-Amz-Date"] = null;
            request["Date"] = date;
            LetInOrRefuse(request);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));

    [Fact]
    public void Any_signed_request_is_let_in() => Prop.ForAll(
        Text,
        ArbMap.Default.ArbFor<byte[]>(),
        (value, body) =>
        {
            var request = new TestRequest { Body = body ?? [], ["X-Amz-Meta"] = string.Join(' ', value.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)) };
            Assert.Equal("alice", new Door(Door.File).LetInAsync(request.Sign("AKIDALICE", Door.UserSecret)).GetAwaiter().GetResult().Name);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    [Fact]
    public void Any_credentials_file_is_read_or_refused() => Prop.ForAll(
        Text,
        text =>
        {
            foreach (var json in new[] { text, Door.File.Replace("alice", text, StringComparison.Ordinal), Door.File.Replace("\"alice\"", text, StringComparison.Ordinal) })
            {
                try
                {
                    CredentialsFile.Parse(System.Text.Encoding.UTF8.GetBytes(json), "file");
                }
                catch (CredentialsFileException)
                {
                    // Refused, as it should be.
                }
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    private static void LetInOrRefuse(TestRequest request)
    {
        foreach (var file in new[] { null, Door.File })
        {
            try
            {
                new Door(file).LetInAsync(request).GetAwaiter().GetResult();
            }
            catch (AuthenticationFailedException refused)
            {
                Assert.NotEmpty(refused.WireMessage);
            }
        }
    }
}
