using SsmSessions.Fuzzing.Runs;

namespace SsmSessions.Fuzzing.Doors;

/// <summary>A way into the service: makes inputs for it, and opens it to those who send them.</summary>
internal abstract class Door : IAsyncDisposable
{
    /// <summary>How it is called on the command line, and its folder in the corpus.</summary>
    public abstract string Name { get; }

    /// <summary>How many send at once.</summary>
    public virtual int Clients => 4;

    /// <summary>Opens it. What the service logs as a failure goes to <paramref name="failures"/>.</summary>
    public virtual Task OpenAsync(FailureLog failures) => Task.CompletedTask;

    /// <summary>Makes an input, which depends on nothing but the numbers.</summary>
    public abstract byte[] Make(Inputs.FuzzRandom random);

    /// <summary>One who sends inputs, one after the other.</summary>
    public abstract IDoorClient Connect();

    /// <summary>Takes away what inputs have left in the store, which is the client's and no growth.</summary>
    public virtual Task ForgetAsync() => Task.CompletedTask;

    public virtual ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>Sends inputs to a door.</summary>
internal interface IDoorClient : IAsyncDisposable
{
    /// <summary>Sends one and waits until it is answered, or refused.</summary>
    /// <returns>What kind of answer it was, in a word.</returns>
    /// <exception cref="FuzzFailure">The answer is none that there may be.</exception>
    /// <exception cref="OperationCanceledException">None came in time.</exception>
    ValueTask<string> SendAsync(byte[] input, CancellationToken late);
}

/// <summary>An answer that there may not be.</summary>
internal sealed class FuzzFailure(string text) : Exception(text);
