using SsmSessions.Fuzzing.Doors;

namespace SsmSessions.Fuzzing.Runs;

/// <summary>Sends inputs one after the other, and counts the answers.</summary>
internal sealed class Sender(Door door, RunSettings settings, Failures failures) : IAsyncDisposable
{
    private readonly Dictionary<string, long> _answers = new(StringComparer.Ordinal);
    private readonly IDoorClient _client = door.Connect();
    private CancellationTokenSource _late = new();
    private byte[]? _former;
    private byte[]? _current;
    private long _since;

    public IReadOnlyDictionary<string, long> Answers => _answers;

    /// <summary>The longest that an answer took.</summary>
    public TimeSpan Worst { get; private set; }

    /// <summary>The input under way, and the one before it.</summary>
    public IEnumerable<byte[]> Recent => new[] { Volatile.Read(ref _current), Volatile.Read(ref _former) }.OfType<byte[]>();

    /// <summary>How long the input under way has been.</summary>
    public TimeSpan Waits => Volatile.Read(ref _since) is > 0 and var since ? TimeProvider.System.GetElapsedTime(since) : TimeSpan.Zero;

    public async Task SendAsync(byte[] input)
    {
        Volatile.Write(ref _former, _current);
        Volatile.Write(ref _current, input);
        var start = TimeProvider.System.GetTimestamp();
        Volatile.Write(ref _since, start);
        Count(await AnswerAsync(input));
        Volatile.Write(ref _since, 0);
        var took = TimeProvider.System.GetElapsedTime(start);
        Worst = took > Worst ? took : Worst;
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        _late.Dispose();
    }

    private async Task<string> AnswerAsync(byte[] input)
    {
        _late.CancelAfter(settings.Deadline);
        try
        {
            return await _client.SendAsync(input, _late.Token);
        }
        catch (OperationCanceledException) when (_late.IsCancellationRequested)
        {
            failures.Add($"no answer within {settings.Deadline.TotalSeconds:0} s", input);
            return "hang";
        }
        catch (FuzzFailure wrong)
        {
            failures.Add(wrong.Message, input);
            return "wrong";
        }
        catch (Exception unforeseen)
        {
            failures.Add(unforeseen.ToString(), input);
            return "exception";
        }
        finally
        {
            if (!_late.TryReset())
            {
                _late.Dispose();
                _late = new CancellationTokenSource();
            }
        }
    }

    private void Count(string answer) =>
        _answers[answer] = _answers.GetValueOrDefault(answer) + 1;
}
