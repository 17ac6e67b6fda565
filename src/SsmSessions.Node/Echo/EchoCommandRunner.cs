using System.Text;
using SsmSessions.Channel;
using SsmSessions.Channel.Payloads;
using SsmSessions.Node.Plans;

namespace SsmSessions.Node.Echo;

/// <summary>Says the command instead of running it, which succeeds.</summary>
internal sealed class EchoCommandRunner(NodeSession session, CommandProperties command) : ISessionRunner
{
    private const int PartBytes = 32 * 1024;

    public ValueTask OpenAsync() => default;

    public void Start() => _ = RunAsync();

    public bool TryConsume(PayloadType type, ReadOnlySpan<byte> payload) => true;

    public ValueTask DisposeAsync() => default;

    private async Task RunAsync()
    {
        try
        {
            var output = Encoding.UTF8.GetBytes(command.OutputPrefix + command.Script + "\n");
            foreach (var part in output.Chunk(PartBytes))
                await session.Channel.SendAsync(PayloadType.Output, part, CancellationToken.None);
            if (command.SeparateOutput)
                await session.Channel.SendAsync(PayloadType.ExitCode, ExitCode.ToPayload(0), CancellationToken.None);
            session.Complete();
        }
        catch (Exception failure)
        {
            session.Fail(failure);
        }
    }
}
