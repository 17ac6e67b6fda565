using System.Text;
using SsmSessions.Core.Identity;

namespace SsmSessions.Tests.Identity;

public sealed class CredentialsFileTests
{
    private const string Users = """{"accounts":{"111122223333":{"users":[USER]}}}""";
    private const string Roles = """{"accounts":{"111122223333":{"roles":[ROLE]}}}""";

    [Theory]
    [InlineData("", "line 1, byte 1: not the JSON that is expected here")]
    [InlineData("null", "'accounts' is missing")]
    [InlineData("{}", "'accounts' is missing")]
    [InlineData("[]", "line 1, byte 2: not the JSON that is expected here")]
    [InlineData("{\"accounts\":{}} x", "line 1, byte 17: not the JSON that is expected here")]
    [InlineData("{\"accounts\":\n{},}", "line 2, byte 4: not the JSON that is expected here")]
    [InlineData("{\"accounts\":{},\"accounts\":{}}", "line 1, byte 27, at $.accounts: not the JSON that is expected here")]
    [InlineData("{\"accounts\":{},\"account\":{}}", "unknown member 'account'; known are accounts")]
    [InlineData("{\"accounts\":{\"11112222333\":{}}}", "accounts.11112222333: an account id has 12 digits")]
    [InlineData("{\"accounts\":{\"11112222333a\":{}}}", "accounts.11112222333a: an account id has 12 digits")]
    [InlineData("{\"accounts\":{\"111122223333\":null}}", "accounts.111122223333: is null")]
    [InlineData("{\"accounts\":{\"111122223333\":{\"user\":[]}}}", "accounts.111122223333: unknown member 'user'; known are users, roles")]
    [InlineData("{\"accounts\":{\"111122223333\":{\"users\":{}}}}", "line 1, byte 39, at $.accounts.111122223333.users: not the JSON that is expected here")]
    public void A_wrong_file_says_where(string json, string message) => Refused(json, message);

    [Theory]
    [InlineData("null", ": is null")]
    [InlineData("{}", ".name: is missing or empty")]
    [InlineData("""{"name":"","accessKeyId":"k","secretAccessKey":"hush"}""", ".name: is missing or empty")]
    [InlineData("""{"name":"a b","accessKeyId":"k","secretAccessKey":"hush"}""", ".name: a user's name has 1 to 64 of A-Z a-z 0-9 _ + = , . @ - and perhaps a path before it, such as team/alice")]
    [InlineData("""{"name":"/a","accessKeyId":"k","secretAccessKey":"hush"}""", ".name: a user's name has 1 to 64 of A-Z a-z 0-9 _ + = , . @ - and perhaps a path before it, such as team/alice")]
    [InlineData("""{"name":"a//b","accessKeyId":"k","secretAccessKey":"hush"}""", ".name: a user's name has 1 to 64 of A-Z a-z 0-9 _ + = , . @ - and perhaps a path before it, such as team/alice")]
    [InlineData("""{"name":"a/","accessKeyId":"k","secretAccessKey":"hush"}""", ".name: a user's name has 1 to 64 of A-Z a-z 0-9 _ + = , . @ - and perhaps a path before it, such as team/alice")]
    [InlineData("""{"name":"a","secretAccessKey":"hush"}""", ".accessKeyId: is missing or empty")]
    [InlineData("""{"name":"a","accessKeyId":"a/b","secretAccessKey":"hush"}""", ".accessKeyId: a key id has letters, digits and _ + = , . @ -")]
    [InlineData("""{"name":"a","accessKeyId":"mi-0123456789abcdef0","secretAccessKey":"hush"}""", ".accessKeyId: a node's id: nodes sign with their own keys")]
    [InlineData("""{"name":"a","accessKeyId":"k"}""", ".secretAccessKey: is missing or empty")]
    [InlineData("""{"name":"a","accessKeyId":"k","secretAccessKey":""}""", ".secretAccessKey: is missing or empty")]
    [InlineData("""{"name":"a","accessKeyId":"k","secretAccessKey":"hush","SecretAccessKey":"hush"}""", ": unknown member 'SecretAccessKey'; known are name, accessKeyId, secretAccessKey")]
    [InlineData("""{"name":"a","accessKeyId":"k","secretAccessKey":"hush","sessionToken":"hush"}""", ": unknown member 'sessionToken'; known are name, accessKeyId, secretAccessKey")]
    public void A_wrong_user_says_where(string user, string message) =>
        Refused(Users.Replace("USER", user, StringComparison.Ordinal), "accounts.111122223333.users[0]" + message);

    [Theory]
    [InlineData("""{"sessionName":"s","accessKeyId":"k","secretAccessKey":"hush","sessionToken":"hush"}""", ".role: is missing or empty")]
    [InlineData("""{"role":"a/b","sessionName":"s","accessKeyId":"k","secretAccessKey":"hush","sessionToken":"hush"}""", ".role: a name has letters, digits and _ + = , . @ -")]
    [InlineData("""{"role":"r","accessKeyId":"k","secretAccessKey":"hush","sessionToken":"hush"}""", ".sessionName: is missing or empty")]
    [InlineData("""{"role":"r","sessionName":"s","accessKeyId":"k","secretAccessKey":"hush"}""", ".sessionToken: is missing or empty")]
    [InlineData("""{"role":"r","sessionName":"s","accessKeyId":"k","secretAccessKey":"hush","sessionToken":"ssms1.hush"}""", ".sessionToken: has the form of the tokens that this service issues itself")]
    public void A_wrong_role_says_where(string role, string message) =>
        Refused(Roles.Replace("ROLE", role, StringComparison.Ordinal), "accounts.111122223333.roles[0]" + message);

    [Theory]
    [InlineData("""{"role":"r","sessionName":"s","accessKeyId":"k","secretAccessKey":"hush","sessionToken":"hush","expires":"hush"}""")]
    [InlineData("""{"role":"r","sessionName":"s","accessKeyId":"k","secretAccessKey":17,"sessionToken":"hush"}""")]
    [InlineData("""{"role":"r","sessionName":"s","accessKeyId":"k","secretAccessKey":hush}""")]
    public void What_the_reader_trips_over_is_not_quoted(string role)
    {
        var wrong = Assert.Throws<CredentialsFileException>(() => Parse(Roles.Replace("ROLE", role, StringComparison.Ordinal)));

        Assert.DoesNotContain("hush", wrong.ToString(), StringComparison.Ordinal);
        Assert.Contains("roles[0]", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_entries_may_not_share_a_key_id() => Refused(
        """
        {"accounts":{
          "111122223333":{"users":[{"name":"a","accessKeyId":"k","secretAccessKey":"hush"}]},
          "444455556666":{"users":[],"roles":[{"role":"r","sessionName":"s","accessKeyId":"k","secretAccessKey":"hush","sessionToken":"hush"}]}}}
        """,
        "accounts.444455556666.roles[0].accessKeyId: the same key id as accounts.111122223333.users[0]");

    [Fact]
    public void A_secret_that_is_too_long_is_refused_without_being_shown() => Refused(
        Users.Replace("USER", $$"""{"name":"a","accessKeyId":"k","secretAccessKey":"{{new string('h', 1_025)}}"}""", StringComparison.Ordinal),
        "accounts.111122223333.users[0].secretAccessKey: is longer than 1024 characters");

    [Fact]
    public void A_file_that_is_missing_or_too_large_is_refused()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var path = Path.Combine(folder.FullName, "credentials.json");
            Assert.StartsWith($"{path}: cannot be read (", Assert.Throws<CredentialsFileException>(() => CredentialsFile.Load(path)).Message, StringComparison.Ordinal);
            File.WriteAllText(path, Door.File);
            Assert.True(CredentialsFile.Load(path).TryFind("AKIDALICE", out _));
            File.WriteAllBytes(path, new byte[CredentialsFile.MaxBytes + 1]);
            Assert.Equal($"{path}: larger than 1048576 bytes", Assert.Throws<CredentialsFileException>(() => CredentialsFile.Load(path)).Message);
            Assert.StartsWith($"{folder.FullName}: cannot be read (", Assert.Throws<CredentialsFileException>(() => CredentialsFile.Load(folder.FullName)).Message, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void A_file_may_name_nobody() => Assert.False(Parse("""{"accounts":{}}""").TryFind("test", out _));

    [Fact]
    public void A_file_may_begin_with_a_byte_order_mark() => Assert.False(Parse("\ufeff" + """{"accounts":{}}""").TryFind("test", out _));

    [Fact]
    public void An_entry_does_not_print_its_secret()
    {
        Assert.True(Parse(Door.File).TryFind("AKIDALICE", out var known));
        Assert.Equal("AKIDALICE", known.ToString());
    }

    private static CredentialsFile Parse(string json) => CredentialsFile.Parse(Encoding.UTF8.GetBytes(json), "file.json");

    private static void Refused(string json, string message)
    {
        var wrong = Assert.Throws<CredentialsFileException>(() => Parse(json));
        Assert.Equal($"file.json: {message}", wrong.Message);
        Assert.DoesNotContain("hush", wrong.ToString(), StringComparison.Ordinal);
    }
}
