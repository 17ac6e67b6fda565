namespace SsmSessions.Fuzzing.Doors.Parsers;

/// <summary>A reader inside the process, which gets the inputs without a wire between.</summary>
internal abstract class ParserDoor : Door
{
    public override int Clients => 2;

    /// <summary>Reads an input.</summary>
    /// <returns>What became of it, in a word.</returns>
    /// <exception cref="FuzzFailure">It was read as what it is not.</exception>
    public abstract string Read(byte[] input);

    public override IDoorClient Connect() => new Client(this);

    private sealed class Client(ParserDoor door) : IDoorClient
    {
        public ValueTask<string> SendAsync(byte[] input, CancellationToken late) => new(door.Read(input));

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
