using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using SsmSessions.Core.Identity;
using SsmSessions.Server.Hosting;

namespace SsmSessions.Server.AwsJson;

/// <summary>Who makes a call to the API. What is unsigned is a stranger's, for the actions that take a stranger's call.</summary>
internal sealed class CallerAuthentication(IServiceProvider services)
{
    private const string Service = "ssm";
    private const string AgentTokenAction = "RequestManagedInstanceRoleToken";

    // The keys that the authenticator needs are read from the store, which opens after the doors are mapped.
    private readonly Lazy<RequestAuthenticator> _authenticator = new(services.GetRequiredService<RequestAuthenticator>);

    /// <exception cref="AuthenticationFailedException">Nobody who is let in.</exception>
    public async ValueTask<Caller> AuthenticateAsync(
        HttpContext http, ReadOnlyMemory<byte> body, SsmAction action, CancellationToken cancellationToken)
    {
        var request = new SignedHttpRequest(http, body);
        if (action.AllowsAnonymous && !RequestAuthenticator.IsSigned(request))
            return Anonymous;
        try
        {
            return await _authenticator.Value.AuthenticateAsync(request, Service, cancellationToken);
        }
        catch (AuthenticationFailedException failed)
            when (failed.Failure == AuthenticationFailure.UnknownNode && action.Name == AgentTokenAction)
        {
            throw new Core.RefusedException(Core.Refusal.InvalidInstanceId, $"Not existing InstanceId {failed.NodeId}");
        }
    }

    /// <summary>A stranger: no tenant of his own, and no name.</summary>
    private static Caller Anonymous { get; } = new(default, CallerKind.Anonymous, "", "", "");
}
