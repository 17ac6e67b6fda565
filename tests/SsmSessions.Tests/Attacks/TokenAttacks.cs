using SsmSessions.Testing;
using SsmSessions.Testing.Attacks;

namespace SsmSessions.Tests.Attacks;

/// <summary>Tokens of data channels: stolen, reused, kept for too long, of another session, changed.</summary>
public sealed class TokenAttacks
{
    private const string BadToken = "The token is not valid: it is not the latest one of this session, was used, or has expired.";
    private const string NoToken = "The first message must be a text message that opens the data channel.";
    private const string Ended = "The session has ended.";
    private const string Unknown = "There is no session of this id.";

    private readonly ManualTimeProvider _clock = new(TimeProvider.System.GetUtcNow());

    [Fact]
    public async Task A_token_that_was_used_or_is_too_old_or_was_voided()
    {
        await using var server = await TestServer.StartAsync(_clock);
        var table = new AttackTable("data channel, token");

        var session = await server.StartChannelAsync();
        table.Try("its own token (must be let in)", await ChannelAttempt.OpenAsync(session.StreamUrl, session.Token), ChannelAttempt.Opened);
        table.Try("a token that was used", await ChannelAttempt.OpenAsync(session.StreamUrl, session.Token), BadToken);

        var resumed = await server.ResumeSessionAsync(session.Id);
        var latest = await server.ResumeSessionAsync(session.Id);
        table.Try("a token that a later ResumeSession voided", await ChannelAttempt.OpenAsync(session.StreamUrl, resumed.Token), BadToken);
        table.Try("StartSession's token after ResumeSession", await ChannelAttempt.OpenAsync(session.StreamUrl, session.Token), BadToken);
        table.Try("the latest token (must be let in)", await ChannelAttempt.OpenAsync(session.StreamUrl, latest.Token), ChannelAttempt.Opened);

        var old = await server.StartChannelAsync();
        var fresh = await server.StartChannelAsync();
        _clock.Advance(TimeSpan.FromSeconds(119));
        table.Try("a token of 119 s (must be let in)", await ChannelAttempt.OpenAsync(fresh.StreamUrl, fresh.Token), ChannelAttempt.Opened);
        _clock.Advance(TimeSpan.FromSeconds(1));
        table.Try("a token of 120 s", await ChannelAttempt.OpenAsync(old.StreamUrl, old.Token), BadToken);
        var renewed = await server.ResumeSessionAsync(old.Id);
        _clock.Advance(TimeSpan.FromMinutes(2));
        table.Try("ResumeSession's token of 120 s", await ChannelAttempt.OpenAsync(old.StreamUrl, renewed.Token), BadToken);

        var ended = await server.StartChannelAsync();
        await server.CallAsync("TerminateSession", $$"""{"SessionId":"{{ended.Id}}"}""");
        table.Try("the token of a session that was ended", await ChannelAttempt.OpenAsync(ended.StreamUrl, ended.Token), Ended);
        table.Verify();
    }

    [Fact]
    public async Task A_token_of_another_session_or_of_none()
    {
        await using var server = await TestServer.StartAsync(_clock);
        var table = new AttackTable("data channel, token");
        var mine = await server.StartChannelAsync();
        var (_, body) = await server.CallAsync("StartSession", $$"""{"Target":"{{TestServer.Node}}"}""", "111122223333", "eu-west-3");
        var theirs = Read(body);

        table.Try("the token of another session", await ChannelAttempt.OpenAsync(theirs.StreamUrl, mine.Token), BadToken);
        table.Try("one's own session by another's token", await ChannelAttempt.OpenAsync(mine.StreamUrl, theirs.Token), BadToken);
        table.Try("no token", await ChannelAttempt.OpenAsync(theirs.StreamUrl, ""), BadToken, NoToken);
        table.Try("a session that does not exist", await ChannelAttempt.OpenAsync(Named(theirs.StreamUrl, "root-aaaaaaaaaaaaaaaaaaaaaaaaaa"), mine.Token), Unknown);
        foreach (var id in (string[])[theirs.Id.ToUpperInvariant(), theirs.Id[..^1], theirs.Id + "a", "%2e%2e", "*", "%00", theirs.Id + "%00"])
            table.Try("an id that is nearly another's", await ChannelAttempt.OpenAsync(Named(theirs.StreamUrl, id), theirs.Token), Unknown, "400", "404");

        table.Try("both tokens afterwards (must be let in)", await ChannelAttempt.OpenAsync(mine.StreamUrl, mine.Token), ChannelAttempt.Opened);
        table.Try("both tokens afterwards (must be let in)", await ChannelAttempt.OpenAsync(theirs.StreamUrl, theirs.Token), ChannelAttempt.Opened);
        table.Verify();
    }

    [Fact]
    public async Task A_token_with_any_character_changed()
    {
        await using var server = await TestServer.StartAsync(_clock);
        var table = new AttackTable("data channel, token");
        var session = await server.StartChannelAsync();
        var token = session.Token;

        for (var i = 0; i < token.Length; i++)
        {
            table.Try("a character changed", await ChannelAttempt.OpenAsync(session.StreamUrl, Put(i, token[i] == 'x' ? 'y' : 'x')), BadToken);
            if (char.IsAsciiLetter(token[i]))
                table.Try("a letter's case changed", await ChannelAttempt.OpenAsync(session.StreamUrl, Put(i, (char)(token[i] ^ 0x20))), BadToken);
            table.Try("cut", await ChannelAttempt.OpenAsync(session.StreamUrl, token[..i]), BadToken, NoToken);
        }

        foreach (var text in (string[])[token + "A", token + "=", token + " ", " " + token, token + "\n", "A" + token, token + token, Uri.EscapeDataString(token), token.TrimEnd('=') + "%3D"])
            table.Try("lengthened, padded or escaped", await ChannelAttempt.OpenAsync(session.StreamUrl, text), BadToken);
        table.Try("as it is, after all that (must be let in)", await ChannelAttempt.OpenAsync(session.StreamUrl, token), ChannelAttempt.Opened);
        table.Verify(fewest: 1_500);

        string Put(int index, char character) => $"{token[..index]}{character}{token[(index + 1)..]}";
    }

    private static StartedChannel Read(string body)
    {
        using var json = System.Text.Json.JsonDocument.Parse(body);
        return new StartedChannel(Text("SessionId"), new Uri(Text("StreamUrl")), Text("TokenValue"));

        string Text(string name) => json.RootElement.GetProperty(name).GetString()!;
    }

    private static Uri Named(Uri streamUrl, string id) => new($"ws://{streamUrl.Authority}/v1/data-channel/{id}?role=publish_subscribe");
}
