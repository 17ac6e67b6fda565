using System.Text.Json.Serialization;
using FluentValidation;
using Microsoft.Extensions.Options;
using SsmSessions.Core;
using SsmSessions.Core.Access;
using SsmSessions.Server.AwsJson.Validation;

namespace SsmSessions.Server.AwsJson.Actions;

internal static class StartAccessRequest
{
    public static SsmAction Action { get; } = SsmAction.Of<StartAccessRequestHandler, StartAccessRequestRequest, StartAccessRequestResponse>(
        "StartAccessRequest",
        members => new StartAccessRequestRequest(
            members.String("Reason"),
            members.Structures("Targets", target => new TargetMember(target.String("Key"), target.Strings("Values"))),
            members.Structures("Tags", TagMember.Read)),
        () => new StartAccessRequestValidator(),
        StartAccessRequestJson.Default.StartAccessRequestResponse);
}

/// <summary>The tags of an access request are shown by no operation: they are checked, and not kept.</summary>
internal sealed record StartAccessRequestRequest(string? Reason, IReadOnlyList<TargetMember>? Targets, IReadOnlyList<TagMember>? Tags);

/// <summary>Target of the model.</summary>
internal sealed record TargetMember(string? Key, IReadOnlyList<string>? Values)
{
    public override string ToString() => WirePrint.Structure("Target", ("key", Key), ("values", Values));
}

internal sealed record StartAccessRequestResponse(string AccessRequestId);

internal sealed class StartAccessRequestValidator : AbstractValidator<StartAccessRequestRequest>
{
    public StartAccessRequestValidator()
    {
        RuleFor(r => r.Reason).Required().Text(1, 256);
        RuleFor(r => r.Targets).Required().Count(min: null, 5);
        RuleForEach(r => r.Targets).SetValidator(new TargetValidator());
        RuleFor(r => r.Tags).Count(min: null, 1_000);
        RuleForEach(r => r.Tags).SetValidator(new TagMemberValidator());
    }

    private sealed class TargetValidator : AbstractValidator<TargetMember>
    {
        public TargetValidator()
        {
            RuleFor(t => t.Key).Text(1, 163).Pattern(Patterns.TargetKey);
            RuleFor(t => t.Values).Count(min: null, 50);
        }
    }
}

/// <summary>Asks for just-in-time access to nodes (spec/ssm-control-plane.md §6.1). Only targets by InstanceIds are known here.</summary>
internal sealed class StartAccessRequestHandler(AccessRequests requests, IOptions<SsmSessionsOptions> options)
    : IActionHandler<StartAccessRequestRequest, StartAccessRequestResponse>
{
    public async Task<StartAccessRequestResponse> HandleAsync(
        StartAccessRequestRequest request, ActionContext context, CancellationToken cancellationToken)
    {
        var mode = options.Value.JustInTime;
        if (mode != JustInTimeAccess.Off && request.Targets!.Any(target => target.Key != "InstanceIds"))
            throw new RefusedException(Refusal.Validation, "Only the target key InstanceIds is supported.");
        var targets = request.Targets!.SelectMany(target => target.Values ?? []).ToArray();
        var started = await requests.StartAsync(context.Caller, request.Reason!, targets, mode, cancellationToken);
        return new StartAccessRequestResponse(started.Id);
    }
}

[JsonSerializable(typeof(StartAccessRequestResponse))]
internal sealed partial class StartAccessRequestJson : JsonSerializerContext;
