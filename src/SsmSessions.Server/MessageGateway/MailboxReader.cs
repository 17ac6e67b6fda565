using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SsmSessions.Core.Hosts;
using SsmSessions.Core.Identity;
using SsmSessions.Core.Store;

namespace SsmSessions.Server.MessageGateway;

/// <summary>Obeys what other hosts on the table ask of this one: to end a session that it carries.</summary>
internal sealed class MailboxReader(
    ITable table,
    HostMailbox mailbox,
    HostMembership host,
    DataChannelServices services,
    IOptions<SsmSessionsOptions> options,
    ILogger<MailboxReader> log) : BackgroundService
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!table.IsShared || options.Value.ControlPlaneOnly)
            return;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var state = await mailbox.StateAsync(host.Name, stoppingToken);
                foreach (var message in await mailbox.ReadAsync(host.Name, stoppingToken))
                    await TryObeyAsync(message, stoppingToken);
                await mailbox.WaitAsync(host.Name, state, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                log.MailboxFailed(failure);
                await Task.Delay(RetryAfter, services.RealTime, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>One that fails holds up no other: it is there still when the mailbox is read again.</summary>
    private async Task TryObeyAsync(MailboxMessage message, CancellationToken cancellationToken)
    {
        try
        {
            await ObeyAsync(message, cancellationToken);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            log.MailboxFailed(failure);
        }
    }

    private async Task ObeyAsync(MailboxMessage message, CancellationToken cancellationToken)
    {
        if (message.SessionId == MailboxMessage.All)
        {
            foreach (var every in services.Carried.All)
                every.End(message.Output);
        }
        else if (services.Carried.TryFind(message.SessionId, out var session))
            session.End(message.Output);
        else
            await services.Channels.FinishAsync(Tenant.Parse(message.Tenant), message.SessionId, succeeded: true, outputs: default, cancellationToken);
        await mailbox.RemoveAsync(host.Name, message, cancellationToken);
    }
}
