using System.Text;

namespace SsmSessions.Fuzzing.Wire;

/// <summary>An answer as it came.</summary>
/// <param name="Status">0 where the server closed without one.</param>
/// <param name="Head">Its head.</param>
/// <param name="Body">Its body.</param>
internal sealed record HttpAnswer(int Status, string Head, byte[] Body)
{
    public static HttpAnswer None { get; } = new(0, "", []);

    /// <summary>In a word: <c>2xx</c>.</summary>
    public string Kind => Status == 0 ? "closed" : $"{Status / 100}xx";

    public string Text => Encoding.UTF8.GetString(Body);

    public override string ToString() => $"{Head}\n\n{Text}";
}
